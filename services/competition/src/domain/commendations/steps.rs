//! What is done with proposed commendations.

use platform::Result;
use proto::competition::v1::CommendationState;

use super::{Act, Commendation, Decision};
use crate::domain::signature::Signature;
use crate::error;

/// What is done with commendations, all or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The reason may be empty.
    Approve {
        reason: String,
    },
    Decline {
        reason: String,
    },
    Award(Decision),
    Revoke {
        reason: String,
    },
}

impl Step {
    /// The commendations after the step; `COMMENDATION_STATE` when it is not for all of them.
    pub(crate) fn taken(self, all: Vec<Commendation>, by: &Signature) -> Result<Vec<Commendation>> {
        let (from, to, done) = match self {
            Self::Approve { .. } => (CommendationState::Proposed, CommendationState::Approved, "approved"),
            Self::Decline { .. } => (CommendationState::Proposed, CommendationState::Declined, "declined"),
            Self::Award(_) => (CommendationState::Approved, CommendationState::Awarded, "awarded"),
            Self::Revoke { .. } => (CommendationState::Awarded, CommendationState::Revoked, "revoked"),
        };
        let wrong: Vec<_> =
            all.iter().filter(|one| one.state != from).map(|one| (one.id, one.state)).collect();
        if !wrong.is_empty() {
            return Err(error::commendation_state(&wrong, done));
        }
        let (reason, decision) = match self {
            Self::Approve { reason } | Self::Decline { reason } | Self::Revoke { reason } => (reason, None),
            Self::Award(decision) => (String::new(), Some(decision)),
        };
        let act = Act { state: to, by: by.clone(), reason };
        let step = |mut one: Commendation| {
            one.state = to;
            one.acts.push(act.clone());
            // What was awarded stays visible after it was revoked.
            one.decision = decision.clone().or(one.decision);
            one
        };
        Ok(all.into_iter().map(step).collect())
    }
}
