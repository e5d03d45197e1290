//! A bloc with its pact, conferences and honour vote.

use super::tables::{SheetTable, TargetTable};
use crate::demo::data::value::{Code, Day};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo::data) struct Bloc {
    pub(in crate::demo::data) code: Code,
    pub(in crate::demo::data) name: String,
    pub(in crate::demo::data) criteria_set: Code,
    pub(in crate::demo::data) leader: Code,
    pub(in crate::demo::data) deputy: Option<Code>,
    pub(in crate::demo::data) members: Vec<Code>,
    pub(in crate::demo::data) pact: Pact,
    #[serde(default)]
    pub(in crate::demo::data) conferences: Vec<Conference>,
    pub(in crate::demo::data) targets: TargetTable,
    pub(in crate::demo::data) vote: Option<Vote>,
    pub(in crate::demo::data) sheets: Vec<SheetTable>,
}

/// The pact of a bloc. Its parties are the federation and all members but those of `not_party`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pact {
    pub title: String,
    pub adopted_on: Day,
    /// The account that drafts and offers it.
    pub drafted_by: Code,
    /// The account that signs for the federation.
    pub signed_by: Code,
    #[serde(default)]
    pub not_party: Vec<Code>,
    pub documents: Vec<PactDocument>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PactDocument {
    pub kind: PactDocumentKind,
    pub title: String,
    pub number: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PactDocumentKind {
    Pact,
    Regulation,
    Plan,
    Criteria,
}

/// A conference. Every member of the bloc was there, for whom its officer came, but those of `absent`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conference {
    pub kind: ConferenceKind,
    pub held_on: Day,
    pub place: String,
    /// The account of the person in the chair.
    pub chair: Code,
    pub secretary: String,
    #[serde(default)]
    pub absent: Vec<Code>,
    pub minutes: Option<Minutes>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConferenceKind {
    Signing,
    Briefing,
    Scoring,
    Summary,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Minutes {
    pub number: String,
    pub text: String,
}

/// The honour vote of a bloc.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    /// The account that opens and closes it.
    pub opened_by: Code,
    pub candidates: Vec<Code>,
    /// What the delegates choose in the first round, and in each further one if the count asks for it.
    pub rounds: Vec<Round>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Round {
    /// The units whose ballot is blank.
    #[serde(default)]
    pub blank: Vec<Code>,
    /// Each chosen unit with the units that choose it.
    pub ballots: BTreeMap<Code, Vec<Code>>,
}
