//! Many units at once: what is new, what changes, and all that is wrong.

use std::collections::{BTreeMap, BTreeSet};

use ::proto::common::v1::Reason;
use ::proto::organizations::v1 as proto;
use platform::input::{Faults, path};

use super::tree;
use super::units::{Description, NewUnit, Unit};

/// Units of one call.
const MOST: usize = 1000;

/// The units of a request, each code once.
#[derive(Debug)]
pub(crate) struct Batch(Vec<NewUnit>);

/// What a batch comes to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    pub(crate) new: Vec<Unit>,
    /// Units that are there, by code, with what is said about them now.
    pub(crate) corrected: Vec<(String, Description)>,
    /// Units that were like that already.
    pub(crate) unchanged: usize,
}

impl Batch {
    pub(crate) fn parse(units: &[proto::Unit], faults: &mut Faults) -> Option<Self> {
        let parsed = faults.each("units", MOST, units, NewUnit::parse);
        let mut places = BTreeMap::new();
        let mut twice = false;
        for (place, unit) in units.iter().enumerate().take(MOST).filter(|(_, unit)| !unit.code.is_empty()) {
            if let Some(first) = places.insert(&unit.code, place) {
                twice = true;
                let sentence = format!("{:?} is in the call twice: also units[{first}]", unit.code);
                faults.add(format!("units[{place}].code"), Reason::UnitExists, sentence);
            }
        }
        parsed.filter(|_| !twice).map(Self)
    }

    /// All codes that are named, as units or as parents.
    pub(crate) fn codes(&self) -> BTreeSet<&str> {
        let parents = self.0.iter().filter_map(|unit| unit.parent.as_deref());
        self.0.iter().map(|unit| unit.code.as_str()).chain(parents).collect()
    }

    /// Compares the batch with the units that are there: all of those whose codes it names.
    pub(crate) fn against(self, known: &BTreeMap<String, Unit>, faults: &mut Faults) -> Option<Changes> {
        self.check_parents(known, faults);
        let mut changes = Changes::default();
        for (place, unit) in self.0.into_iter().enumerate() {
            let Some(present) = known.get(&unit.code) else {
                changes.new.push(Unit::from_new(unit));
                continue;
            };
            check_present(&format!("units[{place}]"), &unit, present, faults);
            if unit.description == present.description {
                changes.unchanged += 1;
            } else {
                changes.corrected.push((unit.code, unit.description));
            }
        }
        faults.is_empty().then_some(changes)
    }

    fn check_parents(&self, known: &BTreeMap<String, Unit>, faults: &mut Faults) {
        let new: BTreeMap<&str, Option<&str>> = self
            .0
            .iter()
            .filter(|unit| !known.contains_key(&unit.code))
            .map(|unit| (unit.code.as_str(), unit.parent.as_deref()))
            .collect();
        let circles: BTreeSet<&str> = tree::circles(&new).into_iter().collect();
        for (place, unit) in self.0.iter().enumerate() {
            let Some(parent) = unit.parent.as_deref() else { continue };
            let field = format!("units[{place}].parent");
            if !known.contains_key(parent) && !new.contains_key(parent) {
                faults.add(field, Reason::UnitUnknown, format!("there is no unit {parent:?}"));
            } else if circles.contains(unit.code.as_str()) {
                let sentence = format!("under {parent:?} the unit {:?} would be above itself", unit.code);
                faults.add(field, Reason::UnitCycle, sentence);
            }
        }
    }
}

/// Of a unit that is there, a batch changes neither parent nor status.
fn check_present(at: &str, unit: &NewUnit, present: &Unit, faults: &mut Faults) {
    if unit.parent != *present.parents.last() {
        let shown = present.parents.last().as_deref().unwrap_or("the federation");
        let sentence = format!("the unit is under {shown}; MoveUnit changes that, with a date");
        faults.add(path(at, "parent"), Reason::InvalidArgument, sentence);
    }
    let status = present.statuses.last().status;
    if unit.status.is_some_and(|said| said != status) {
        let sentence = format!("the unit is {}; ChangeUnitStatus changes that, with a date", status.word());
        faults.add(path(at, "status"), Reason::InvalidArgument, sentence);
    }
    present.check_foundation(at, unit.description.founded_on, faults);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::units::Status;

    fn unit(code: &str, parent: &str) -> proto::Unit {
        proto::Unit {
            code: code.to_owned(),
            name: format!("CĐCS {code}"),
            kind: "grassroots".to_owned(),
            parent: parent.to_owned(),
            ..proto::Unit::default()
        }
    }

    fn known(units: &[proto::Unit]) -> BTreeMap<String, Unit> {
        let mut faults = Faults::new();
        let parsed = units.iter().filter_map(|unit| NewUnit::parse("", unit, &mut faults));
        parsed.map(|unit| (unit.code.clone(), Unit::from_new(unit))).collect()
    }

    fn put(units: &[proto::Unit], known: &BTreeMap<String, Unit>) -> platform::Result<Changes> {
        let mut faults = Faults::new();
        let changes = Batch::parse(units, &mut faults).and_then(|batch| batch.against(known, &mut faults));
        faults.finish(changes)
    }

    fn faults(result: platform::Result<Changes>) -> Vec<(String, &'static str)> {
        let error = result.expect_err("refused");
        error.violations().iter().map(|v| (v.field.clone(), v.reason)).collect()
    }

    #[test]
    fn a_batch_creates_corrects_and_leaves_alone() {
        let known = known(&[unit("a", ""), unit("b", "a")]);
        let renamed = proto::Unit { name: "Khác".to_owned(), ..unit("b", "a") };
        let changes = put(&[unit("c", "d"), unit("d", "a"), renamed, unit("a", "")], &known).expect("fine");
        let new: Vec<_> = changes.new.iter().map(|unit| unit.code.as_str()).collect();
        assert_eq!(new, ["c", "d"]);
        assert_eq!(changes.new[0].statuses.last().status, Status::Active);
        assert_eq!(changes.corrected.len(), 1);
        assert_eq!(changes.corrected[0].1.name, "Khác");
        assert_eq!(changes.unchanged, 1);
    }

    #[test]
    fn all_faults_of_all_units_come_at_once() {
        let known = known(&[unit("a", ""), unit("b", "a")]);
        let dormant = proto::Unit { status: proto::UnitStatus::Dormant.into(), ..unit("a", "") };
        let batch = [unit("b", ""), dormant, unit("c", "nowhere"), unit("d", "e"), unit("e", "d")];
        let expected = [
            ("units[2].parent", "UNIT_UNKNOWN"),
            ("units[3].parent", "UNIT_CYCLE"),
            ("units[4].parent", "UNIT_CYCLE"),
            ("units[0].parent", "INVALID_ARGUMENT"),
            ("units[1].status", "INVALID_ARGUMENT"),
        ];
        assert_eq!(faults(put(&batch, &known)), expected.map(|(field, reason)| (field.to_owned(), reason)));
    }

    #[test]
    fn a_code_stands_once_and_bad_fields_are_named() {
        let nameless = proto::Unit { name: String::new(), founded_on: "2020".to_owned(), ..unit("x", "") };
        let batch = [unit("a", ""), nameless, unit("a", "")];
        let expected = [
            ("units[1].name", "FIELD_REQUIRED"),
            ("units[1].founded_on", "DATE_INVALID"),
            ("units[2].code", "UNIT_EXISTS"),
        ];
        let found = faults(put(&batch, &BTreeMap::new()));
        assert_eq!(found, expected.map(|(field, reason)| (field.to_owned(), reason)));
        let many = vec![unit("a", ""); 1001];
        assert!(faults(put(&many, &BTreeMap::new())).contains(&("units".to_owned(), "TOO_MANY")));
    }
}
