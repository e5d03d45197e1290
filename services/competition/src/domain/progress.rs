//! What is recorded against targets.

use std::collections::{BTreeMap, BTreeSet};

use platform::input::{Date, Faults, measure_text, path};
use proto::common::v1::Reason;
use proto::competition::v1 as wire;

use super::signature::Signature;
use super::targets::Target;

/// Entries of one call.
const MOST: usize = 500;

/// An amount reached, as it is to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) target: String,
    pub(crate) figure: String,
    /// The whole amount so far, in ten-thousandths.
    pub(crate) actual: i64,
    /// The day for which it holds; none: the day on which it is recorded.
    pub(crate) as_of: Option<Date>,
    pub(crate) note: String,
}

/// An amount that was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) target: String,
    pub(crate) figure: String,
    /// In ten-thousandths.
    pub(crate) actual: i64,
    pub(crate) as_of: Date,
    pub(crate) note: String,
    pub(crate) by: Signature,
}

impl Entry {
    fn parse(at: &str, progress: &wire::Progress, faults: &mut Faults) -> Option<Self> {
        let target = faults.code(path(at, "target"), &progress.target);
        let figure = faults.code(path(at, "figure"), &progress.figure);
        let actual = faults.measure(path(at, "actual"), &progress.actual);
        let as_of = faults.optional_date(path(at, "as_of"), &progress.as_of);
        let note = faults.optional_text(path(at, "note"), &progress.note);
        Some(Self { target: target?, figure: figure?, actual: actual?, as_of: as_of?, note: note? })
    }

    /// The entries of a request, each figure once.
    pub(crate) fn parse_all(progress: &[wire::Progress], faults: &mut Faults) -> Option<Vec<Self>> {
        if progress.is_empty() {
            return faults.refuse("progress", Reason::FieldRequired, "at least one entry is required");
        }
        let read = faults.each("progress", MOST, progress, Self::parse)?;
        let mut seen = BTreeSet::new();
        for (place, entry) in read.iter().enumerate() {
            if !seen.insert((&entry.target, &entry.figure)) {
                let sentence =
                    format!("the figure {:?} of {:?} stands there twice", entry.figure, entry.target);
                faults.add(format!("progress[{place}].figure"), Reason::InvalidArgument, sentence);
            }
        }
        Some(read)
    }
}

impl Recorded {
    pub(crate) fn to_proto(&self) -> wire::Progress {
        wire::Progress {
            target: self.target.clone(),
            figure: self.figure.clone(),
            actual: measure_text(self.actual),
            as_of: self.as_of.to_string(),
            note: self.note.clone(),
            recorded: Some(self.by.to_proto()),
        }
    }
}

/// The unit's targets that are named, with the new actuals in them.
pub(crate) fn apply(present: Vec<Target>, entries: &[Entry], faults: &mut Faults) -> Option<Vec<Target>> {
    let mut targets: BTreeMap<String, Target> =
        present.into_iter().map(|target| (target.code.clone(), target)).collect();
    for (place, entry) in entries.iter().enumerate() {
        let Some(target) = targets.get_mut(&entry.target) else {
            let sentence = format!("the unit has no target {:?} in this season", entry.target);
            faults.add(format!("progress[{place}].target"), Reason::TargetUnknown, sentence);
            continue;
        };
        match target.figures.iter_mut().find(|figure| figure.code == entry.figure) {
            Some(figure) => figure.actual = Some(entry.actual),
            None => {
                let sentence = format!("the target {:?} has no figure {:?}", entry.target, entry.figure);
                faults.add(format!("progress[{place}].figure"), Reason::TargetUnknown, sentence);
            }
        }
    }
    let named: BTreeSet<&str> = entries.iter().map(|entry| entry.target.as_str()).collect();
    let named = targets.into_values().filter(|target| named.contains(target.code.as_str())).collect();
    faults.is_empty().then_some(named)
}
