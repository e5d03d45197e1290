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

/// How a sheet shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) key: SheetKey,
    /// Empty: as it was.
    pub(crate) scorer: String,
    /// In the order of the criteria set.
    pub(crate) lines: Vec<Line>,
    /// Hand it in at once.
    pub(crate) submit: bool,
}

impl Wanted {
    /// The sheet after the change, and the change; none where all is like that already. The sheet that is there is a
    /// draft.
    pub(crate) fn over(self, present: Option<&Sheet>, by: &By) -> Option<(Sheet, Change)> {
        let Self { key, scorer, lines, submit } = self;
        let scorer = match present {
            Some(present) if scorer.is_empty() => present.head.scorer.clone(),
            _ => scorer,
        };
        let before = present.map(|present| present.lines.as_slice()).unwrap_or_default();
        let changed = differences(before, &lines);
        let same_scorer = present.is_some_and(|present| present.head.scorer == scorer);
        if same_scorer && changed.is_empty() && !submit {
            return None;
        }
        let revision = present.map_or(1, |present| present.head.revision.saturating_add(1));
        let counted = present.map_or(0, |present| present.head.submitted_revision);
        let head = Head {
            key,
            scorer,
            submitted: submit,
            revision,
            submitted_revision: if submit { revision } else { counted },
            line_count: u32::try_from(lines.len()).unwrap_or(u32::MAX),
            by: by.clone(),
        };
        let change = Change { revision, lines: changed, submitted: submit, reopened: None, by: by.clone() };
        Some((Sheet { head, lines }, change))
    }
}

impl Sheet {
    /// Given back to its scorer; what was submitted goes on counting.
    pub(crate) fn reopened(&self, reason: &str, by: &By) -> (Self, Change) {
        let revision = self.head.revision.saturating_add(1);
        let head = Head { submitted: false, revision, by: by.clone(), ..self.head.clone() };
        let change = Change {
            revision,
            lines: Vec::new(),
            submitted: false,
            reopened: Some(reason.to_owned()),
            by: by.clone(),
        };
        (Self { head, lines: self.lines.clone() }, change)
    }
}

/// What differs between two states of a sheet, in the order of `after`, what was taken away last.
fn differences(before: &[Line], after: &[Line]) -> Vec<LineChange> {
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

impl Change {
    /// The changes of single lines and of the state that it stands for, the newest first.
    pub(crate) fn to_proto(&self) -> Vec<wire::SheetChange> {
        let one = |kind: wire::SheetChangeKind| wire::SheetChange {
            revision: self.revision,
            kind: kind.into(),
            act: Some(self.by.to_proto()),
            ..Default::default()
        };
        let mut all = Vec::new();
        if let Some(reason) = &self.reopened {
            let reason = reason.clone();
            all.push(wire::SheetChange { reason, ..one(wire::SheetChangeKind::Reopened) });
        }
        if self.submitted {
            all.push(one(wire::SheetChangeKind::Submitted));
        }
        for LineChange { before, after } in &self.lines {
            let criterion = after.as_ref().or(before.as_ref()).map(|line| line.criterion.clone());
            all.push(wire::SheetChange {
                criterion: criterion.unwrap_or_default(),
                before: before.as_ref().map(Line::to_proto),
                after: after.as_ref().map(Line::to_proto),
                ..one(wire::SheetChangeKind::Line)
            });
        }
        all
    }
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
