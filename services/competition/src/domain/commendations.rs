//! Commendations: who is commended with what, and how far it has come.

mod proposals;
mod steps;
mod subjects;
mod votes;

use platform::input::Date;
use proto::competition::v1 as wire;
use wire::{CommendationKind, CommendationLevel, CommendationScope, CommendationState};

pub(crate) use steps::Step;
pub(crate) use subjects::{Commended, check_twice, commended_twice, flags_without};
pub(crate) use votes::check_votes;

use super::signature::Signature;
use super::votes::VoteId;

platform::typed_ids! {
    /// A commendation.
    CommendationId,
}

/// Commendations of one call.
pub(crate) const MOST: usize = 500;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Commendation {
    pub(crate) id: CommendationId,
    /// The season's code.
    pub(crate) season: String,
    pub(crate) proposal: Proposal,
    pub(crate) state: CommendationState,
    /// By which it was awarded.
    pub(crate) decision: Option<Decision>,
    /// Everything that was done with it, the proposal first.
    pub(crate) acts: Vec<Act>,
}

/// What is proposed. It never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proposal {
    pub(crate) recipient: Recipient,
    pub(crate) kind: CommendationKind,
    pub(crate) level: CommendationLevel,
    pub(crate) scope: CommendationScope,
    /// May be empty.
    pub(crate) topic: String,
    pub(crate) citation: String,
    /// The honour vote that it comes from.
    pub(crate) vote: Option<VoteId>,
    /// May be empty.
    pub(crate) submission_number: String,
}

/// Who is commended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Recipient {
    /// A unit, or the part of it that has a name here.
    Collective { unit: String, part: String },
    /// `title` may be empty.
    Individual { unit: String, name: String, title: String },
}

/// The decision by which commendations are awarded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) number: String,
    pub(crate) decided_on: Date,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Act {
    /// What the commendation became.
    pub(crate) state: CommendationState,
    pub(crate) by: Signature,
    pub(crate) reason: String,
}

/// Whether commendations in this state are for everyone: they were awarded, also those that were taken back.
pub(crate) fn is_public(state: CommendationState) -> bool {
    matches!(state, CommendationState::Awarded | CommendationState::Revoked)
}

impl Recipient {
    /// The code of its unit.
    pub(crate) fn unit(&self) -> &str {
        match self {
            Self::Collective { unit, .. } | Self::Individual { unit, .. } => unit,
        }
    }

    fn to_proto(&self) -> wire::commendation::Recipient {
        match self.clone() {
            Self::Collective { unit, part } => {
                wire::commendation::Recipient::Collective(wire::Collective { unit, part })
            }
            Self::Individual { unit, name, title } => {
                wire::commendation::Recipient::Individual(wire::Individual { unit, name, title })
            }
        }
    }
}

impl Commendation {
    /// The proposal as it is made.
    pub(crate) fn proposed(id: CommendationId, season: &str, proposal: Proposal, by: &Signature) -> Self {
        let state = CommendationState::Proposed;
        let act = Act { state, by: by.clone(), reason: String::new() };
        Self { id, season: season.to_owned(), proposal, state, decision: None, acts: vec![act] }
    }

    pub(crate) fn to_proto(&self) -> wire::Commendation {
        let Proposal { recipient, kind, level, scope, topic, citation, vote, submission_number } =
            self.proposal.clone();
        let decision = self.decision.as_ref();
        wire::Commendation {
            id: self.id.to_string(),
            season: self.season.clone(),
            recipient: Some(recipient.to_proto()),
            kind: kind.into(),
            level: level.into(),
            scope: scope.into(),
            topic,
            citation,
            vote_id: vote.map(|vote| vote.to_string()).unwrap_or_default(),
            submission_number,
            state: self.state.into(),
            decision_number: decision.map(|decision| decision.number.clone()).unwrap_or_default(),
            decided_on: decision.map(|decision| decision.decided_on.to_string()).unwrap_or_default(),
            acts: self.acts.iter().map(Act::to_proto).collect(),
        }
    }
}

impl Act {
    fn to_proto(&self) -> wire::CommendationAct {
        wire::CommendationAct {
            state: self.state.into(),
            act: Some(self.by.to_proto()),
            reason: self.reason.clone(),
        }
    }
}

#[cfg(test)]
#[path = "commendations_test.rs"]
mod tests;
