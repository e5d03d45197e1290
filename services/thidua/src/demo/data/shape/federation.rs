//! A campaign's file, with the federation, its season and its units.

use super::awards::{ClassDecision, Commendation};
use super::bloc::Bloc;
use super::tables::Undertakings;
use crate::demo::data::value::{Code, Day, Share};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo::data) struct File {
    pub(in crate::demo::data) federation: Federation,
    pub(in crate::demo::data) season: Season,
    pub(in crate::demo::data) units: BTreeMap<Code, Unit>,
    pub(in crate::demo::data) blocs: Vec<Bloc>,
    #[serde(default)]
    pub(in crate::demo::data) undertakings: Vec<Undertakings>,
    #[serde(default)]
    pub(in crate::demo::data) decisions: Vec<ClassDecision>,
    #[serde(default)]
    pub(in crate::demo::data) commendations: Vec<Commendation>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Federation {
    pub code: Code,
    pub name: String,
    /// The first one with the administrator's role is taken in together with the federation.
    pub officials: Vec<Official>,
}

/// A person with an office at the federation itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Official {
    pub login: Code,
    pub name: String,
    pub title: String,
    pub roles: Vec<FederationRole>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FederationRole {
    FederationAdmin,
    StandingCommittee,
    Appraiser,
    Observer,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Season {
    pub code: Code,
    pub name: String,
    pub starts_on: Day,
    pub ends_on: Day,
    /// The name of a file in `policies`.
    pub policy: Code,
    /// The accounts that approve the season's classification, two persons.
    pub approved_by: [Code; 2],
    #[serde(default)]
    pub vote_rules: VoteRules,
    /// In the order in which they open.
    pub phases: Vec<Phase>,
}

/// How honour votes are counted. Left out: two thirds, more than half, the first two.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoteRules {
    pub quorum: Option<Share>,
    pub majority: Option<Share>,
    pub run_off_candidates: Option<u32>,
    #[serde(default)]
    pub own_unit_excluded: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    pub code: Code,
    pub name: String,
    pub kind: PhaseKind,
    /// For scoring phases: the layers that are written in it.
    #[serde(default)]
    pub layers: Vec<String>,
    pub planned_from: Day,
    pub planned_to: Day,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhaseKind {
    Pact,
    Progress,
    Scoring,
    Vote,
    Decision,
    Commendation,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    pub name: String,
    /// Its place in the order, such as `grassroots` or `upper`.
    pub kind: String,
    pub sector: Option<String>,
    #[serde(default)]
    pub status: UnitStatus,
    pub founded_on: Option<Day>,
    pub reorganised_on: Option<Day>,
    pub members: u32,
    /// The unit above it; the federation when left out.
    pub parent: Option<Code>,
    /// What holds for it in the season, in the policy's words.
    #[serde(default)]
    pub facts: Vec<String>,
    /// Who acts for it.
    pub officer: String,
    /// The officer's office; "Chủ tịch công đoàn" when left out.
    pub title: Option<String>,
    /// Who casts its ballot; the officer when left out.
    pub delegate: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitStatus {
    #[default]
    Active,
    Dormant,
    Consolidating,
    Dissolved,
}
