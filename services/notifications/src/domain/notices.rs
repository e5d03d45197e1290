//! What there is to tell, and whom it concerns.

use platform::ids::EventId;
use proto::common::v1::Role;
use proto::notifications::v1::MessageKind;
use serde::{Deserialize, Serialize};

/// What messages are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A run failed.
    Failure,
    /// A run waits for approval.
    Draft,
    /// A run was published.
    Publication,
}

impl Kind {
    /// As it is stored.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Failure => "run_failed",
            Self::Draft => "run_drafted",
            Self::Publication => "run_published",
        }
    }

    /// The kind that a filter names; none for every kind.
    pub(crate) fn of_proto(kind: MessageKind) -> Option<Self> {
        match kind {
            MessageKind::Unspecified => None,
            MessageKind::RunFailed => Some(Self::Failure),
            MessageKind::RunDrafted => Some(Self::Draft),
            MessageKind::RunPublished => Some(Self::Publication),
        }
    }

    pub(crate) fn to_proto(self) -> MessageKind {
        match self {
            Self::Failure => MessageKind::RunFailed,
            Self::Draft => MessageKind::RunDrafted,
            Self::Publication => MessageKind::RunPublished,
        }
    }

    /// Accounts with one of these roles are told; all when there is none.
    pub(crate) fn audience(self) -> &'static [Role] {
        match self {
            Self::Failure => &[Role::FederationAdmin],
            Self::Draft => &[Role::FederationAdmin, Role::StandingCommittee],
            Self::Publication => &[],
        }
    }
}

/// A fact of which officials are told, as its event told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) event: EventId,
    pub(crate) season: String,
    pub(crate) run_id: String,
    /// 1 for the first run of the season.
    pub(crate) run_number: u32,
    pub(crate) facts: Facts,
}

/// What the texts of a kind are made of. It is stored as JSON: new fields get a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Facts {
    #[serde(rename = "run_failed")]
    Failure {
        /// 0 when the campaign had none and it was something else.
        faults: u32,
        /// The first fault, or what else it was.
        summary: String,
    },
    #[serde(rename = "run_drafted")]
    Draft { outcome: Outcome },
    #[serde(rename = "run_published")]
    Publication {
        outcome: Outcome,
        /// Another run was published before.
        replaces: bool,
    },
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) units: u32,
    pub(crate) ranked: u32,
    pub(crate) results_sha256: String,
}

impl Facts {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Failure { .. } => Kind::Failure,
            Self::Draft { .. } => Kind::Draft,
            Self::Publication { .. } => Kind::Publication,
        }
    }
}

/// The job that gives the message about an event to everyone whom it concerns.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Deliver {
    pub(crate) event: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn administrators_hear_of_failures_the_committee_of_drafts_and_everyone_of_publications() {
        assert_eq!(Kind::Failure.audience(), [Role::FederationAdmin]);
        assert_eq!(Kind::Draft.audience(), [Role::FederationAdmin, Role::StandingCommittee]);
        assert_eq!(Kind::Publication.audience(), []);
    }

    #[test]
    fn facts_are_stored_in_a_form_that_stays_readable() {
        let stored = r#"{"run_failed":{"faults":2,"summary":"/units: is empty"}}"#;
        let facts = Facts::Failure { faults: 2, summary: "/units: is empty".to_owned() };
        assert_eq!(serde_json::to_string(&facts).expect("JSON"), stored);
        assert_eq!(serde_json::from_str::<Facts>(stored).expect("facts"), facts);
    }
}
