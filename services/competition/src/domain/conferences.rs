//! The conferences of blocs: convened, attended, recorded in minutes.

use std::collections::BTreeSet;

use platform::input::{Date, Faults, path};
use proto::common::v1::Reason;
use proto::competition::v1 as wire;
use wire::ConferenceKind;

use super::hashes::optional_sha256;
use super::signature::Signature;

platform::typed_ids! {
    /// A conference.
    ConferenceId,
}

/// Members of one bloc.
const MEMBERS: usize = 1000;

/// A conference as it was convened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Conference {
    pub(crate) id: ConferenceId,
    /// The season's code.
    pub(crate) season: String,
    /// The bloc's code.
    pub(crate) bloc: String,
    pub(crate) kind: ConferenceKind,
    pub(crate) held_on: Date,
    pub(crate) place: String,
    pub(crate) chair: String,
    pub(crate) secretary: String,
}

/// What was agreed, as it is to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Minutes {
    pub(crate) number: String,
    pub(crate) text: String,
    pub(crate) reference: String,
    pub(crate) sha256: String,
}

impl Conference {
    pub(crate) fn parse(
        at: &str,
        id: ConferenceId,
        conference: &wire::Conference,
        faults: &mut Faults,
    ) -> Option<Self> {
        let season = faults.code(path(at, "season"), &conference.season);
        let bloc = faults.code(path(at, "bloc"), &conference.bloc);
        let kind = faults.choice(path(at, "kind"), conference.kind);
        let held_on = faults.date(path(at, "held_on"), &conference.held_on);
        let place = faults.optional_name(path(at, "place"), &conference.place);
        let chair = faults.name(path(at, "chair"), &conference.chair);
        let secretary = faults.optional_name(path(at, "secretary"), &conference.secretary);
        Some(Self {
            id,
            season: season?,
            bloc: bloc?,
            kind: kind?,
            held_on: held_on?,
            place: place?,
            chair: chair?,
            secretary: secretary?,
        })
    }

    /// Without attendance and minutes.
    pub(crate) fn to_proto(&self) -> wire::Conference {
        wire::Conference {
            id: self.id.to_string(),
            season: self.season.clone(),
            bloc: self.bloc.clone(),
            kind: self.kind.into(),
            held_on: self.held_on.to_string(),
            place: self.place.clone(),
            chair: self.chair.clone(),
            secretary: self.secretary.clone(),
            attendance: Vec::new(),
            minutes: None,
        }
    }
}

/// The entries of a request, each unit once.
pub(crate) fn parse_attendance(
    entries: &[wire::Attendance],
    faults: &mut Faults,
) -> Option<Vec<wire::Attendance>> {
    if entries.is_empty() {
        return faults.refuse("attendance", Reason::FieldRequired, "at least one member is required");
    }
    let read = faults.each("attendance", MEMBERS, entries, |at, entry, faults| {
        let unit = faults.code(path(at, "unit"), &entry.unit);
        let representative = faults.optional_name(path(at, "representative"), &entry.representative);
        if !entry.present && !entry.representative.is_empty() {
            let sentence = "nobody comes for a member that is not there";
            faults.add(path(at, "representative"), Reason::InvalidArgument, sentence);
        }
        Some(wire::Attendance { unit: unit?, present: entry.present, representative: representative? })
    })?;
    let mut once = BTreeSet::new();
    for (place, entry) in read.iter().enumerate() {
        if !once.insert(&entry.unit) {
            let sentence = format!("{:?} stands there twice", entry.unit);
            faults.add(format!("attendance[{place}].unit"), Reason::InvalidArgument, sentence);
        }
    }
    Some(read)
}

/// Who was there of all `members`, by code: those that were not named were not.
pub(crate) fn attendance_of(
    members: &BTreeSet<String>,
    named: Vec<wire::Attendance>,
    faults: &mut Faults,
) -> Option<Vec<wire::Attendance>> {
    for (place, entry) in named.iter().enumerate().filter(|(_, entry)| !members.contains(&entry.unit)) {
        let sentence = format!("the unit {:?} is no member of the bloc", entry.unit);
        faults.add(format!("attendance[{place}].unit"), Reason::NotAMember, sentence);
    }
    let of_request: BTreeSet<&String> = named.iter().map(|entry| &entry.unit).collect();
    let others = members.iter().filter(|member| !of_request.contains(member));
    let absent = others.map(|unit| wire::Attendance { unit: unit.clone(), ..wire::Attendance::default() });
    let mut all: Vec<_> = absent.collect();
    all.extend(named);
    all.sort_unstable_by(|one, other| one.unit.cmp(&other.unit));
    faults.is_empty().then_some(all)
}

impl Minutes {
    pub(crate) fn parse(at: &str, minutes: &wire::Minutes, faults: &mut Faults) -> Option<Self> {
        let number = faults.optional_name(path(at, "number"), &minutes.number);
        let text = faults.optional_text(path(at, "text"), &minutes.text);
        let reference = faults.optional_text(path(at, "reference"), &minutes.reference);
        let sha256 = optional_sha256(path(at, "sha256"), &minutes.sha256, faults);
        if minutes.text.is_empty() && minutes.reference.is_empty() {
            let sentence = "is required where there is no reference";
            faults.add(path(at, "text"), Reason::FieldRequired, sentence);
        }
        Some(Self { number: number?, text: text?, reference: reference?, sha256: sha256? })
    }

    pub(crate) fn to_proto(&self, version: u32, by: &Signature) -> wire::Minutes {
        wire::Minutes {
            number: self.number.clone(),
            text: self.text.clone(),
            reference: self.reference.clone(),
            sha256: self.sha256.clone(),
            version,
            recorded: Some(by.to_proto()),
        }
    }
}

#[cfg(test)]
#[path = "conferences_test.rs"]
mod tests;
