//! A sheet as it is kept, and how it changes.

use std::collections::BTreeMap;

use platform::Timestamp;
use platform::ids::AccountId;
use proto::common::v1::Act;
use proto::scoring::v1 as wire;

use super::{Line, SheetKey};

/// Who did something, and when; name and title are those of that moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct By {
    pub(crate) account: AccountId,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) at: Timestamp,
}

/// A sheet without its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) key: SheetKey,
    pub(crate) scorer: String,
    pub(crate) submitted: bool,
    pub(crate) revision: u64,
    /// The revision that counts; 0: it was never submitted.
    pub(crate) submitted_revision: u64,
    pub(crate) line_count: u32,
    pub(crate) by: By,
}

/// A sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sheet {
    pub(crate) head: Head,
    /// As they are now.
    pub(crate) lines: Vec<Line>,
}

/// What a change did to a line; one of both is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LineChange {
    pub(crate) before: Option<Line>,
    pub(crate) after: Option<Line>,
}

/// One change of a sheet, for its history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// The revision that it made.
    pub(crate) revision: u64,
    pub(crate) lines: Vec<LineChange>,
    pub(crate) submitted: bool,
    /// Why it was reopened.
    pub(crate) reopened: Option<String>,
    pub(crate) by: By,
}

/// What differs between two states of a sheet, in the order of `after`, what was taken away last.
pub(crate) fn differences(before: &[Line], after: &[Line]) -> Vec<LineChange> {
    let mut gone: BTreeMap<&str, &Line> = before.iter().map(|line| (line.criterion.as_str(), line)).collect();
    let mut changes = Vec::new();
    for line in after {
        let earlier = gone.remove(line.criterion.as_str());
        if earlier != Some(line) {
            changes.push(LineChange { before: earlier.cloned(), after: Some(line.clone()) });
        }
    }
    let removed = before.iter().filter(|line| gone.contains_key(line.criterion.as_str()));
    changes.extend(removed.map(|line| LineChange { before: Some(line.clone()), after: None }));
    changes
}

impl By {
    pub(crate) fn to_proto(&self) -> Act {
        Act {
            account_id: self.account.to_string(),
            name: self.name.clone(),
            title: self.title.clone(),
            at: Some(self.at.into()),
        }
    }
}

impl Head {
    pub(crate) fn to_proto(&self) -> wire::Sheet {
        let state = if self.submitted { wire::SheetState::Submitted } else { wire::SheetState::Draft };
        wire::Sheet {
            key: Some(self.key.to_proto(&self.scorer)),
            state: state.into(),
            lines: Vec::new(),
            line_count: self.line_count,
            revision: self.revision,
            submitted_revision: self.submitted_revision,
            updated: Some(self.by.to_proto()),
        }
    }
}

impl Sheet {
    pub(crate) fn to_proto(&self) -> wire::Sheet {
        let lines = self.lines.iter().map(Line::to_proto).collect();
        wire::Sheet { lines, ..self.head.to_proto() }
    }
}
