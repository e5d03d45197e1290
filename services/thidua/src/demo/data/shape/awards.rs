//! Decisions on classes, and commendations.

use crate::demo::data::value::{Code, Day};
use serde::Deserialize;

/// A class that the standing committee gives a unit in place of the computed one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassDecision {
    pub unit: Code,
    pub class: String,
    pub number: String,
    /// An account of the standing committee.
    pub decided_by: Code,
    pub reason: String,
}

/// Commendations of one kind that are proposed, approved and decided together.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commendation {
    pub kind: CommendationKind,
    pub level: CommendationLevel,
    pub scope: CommendationScope,
    /// For topical ones.
    pub topic: Option<String>,
    pub citation: String,
    pub submission_number: String,
    pub proposed_by: Code,
    pub approved_by: Code,
    pub decision: AwardDecision,
    /// For the units that the honour votes bring to the top, whoever they are.
    #[serde(default)]
    pub leading_units: bool,
    #[serde(default)]
    pub collectives: Vec<Code>,
    #[serde(default)]
    pub individuals: Vec<Individual>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwardDecision {
    pub number: String,
    pub decided_on: Day,
    pub entered_by: Code,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Individual {
    pub unit: Code,
    pub name: String,
    pub title: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommendationKind {
    Flag,
    MeritCertificate,
    Certificate,
    Title,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommendationLevel {
    UpperUnion,
    Federation,
    National,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommendationScope {
    General,
    Topical,
}
