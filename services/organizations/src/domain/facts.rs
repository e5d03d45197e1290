//! Facts about units in a season, such as `cba_in_force`.

use std::collections::{BTreeMap, BTreeSet};

use ::proto::common::v1::Reason;
use ::proto::organizations::v1 as proto;
use platform::input::{Faults, path};

/// Units of one call.
const UNITS: usize = 1000;
/// Facts of one unit in one season.
const FACTS: usize = 100;

/// The facts that shall hold for a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnitFacts {
    pub(crate) unit: String,
    pub(crate) facts: BTreeSet<String>,
    /// Where they come from; may be empty.
    pub(crate) source: String,
}

/// What a PutFacts says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SeasonFacts {
    pub(crate) season: String,
    /// In the order of the request.
    pub(crate) units: Vec<UnitFacts>,
}

impl SeasonFacts {
    pub(crate) fn parse(request: &proto::PutFactsRequest, faults: &mut Faults) -> Option<Self> {
        let season = faults.code("season", &request.season);
        let units = faults.each("units", UNITS, &request.units, UnitFacts::parse);
        let mut places = BTreeMap::new();
        for (place, entry) in request.units.iter().enumerate().take(UNITS) {
            if let Some(first) = places.insert(&entry.unit, place) {
                let sentence = format!("{:?} is in the call twice: also units[{first}]", entry.unit);
                faults.add(format!("units[{place}].unit"), Reason::InvalidArgument, sentence);
            }
        }
        Some(Self { season: season?, units: units? })
    }

    /// Notes the units that are not among those that are there.
    pub(crate) fn check_units(&self, known: &BTreeSet<String>, faults: &mut Faults) {
        for (place, entry) in self.units.iter().enumerate() {
            if !known.contains(&entry.unit) {
                let sentence = format!("there is no unit {:?}", entry.unit);
                faults.add(format!("units[{place}].unit"), Reason::UnitUnknown, sentence);
            }
        }
    }
}

impl UnitFacts {
    fn parse(at: &str, entry: &proto::UnitFacts, faults: &mut Faults) -> Option<Self> {
        let unit = faults.code(path(at, "unit"), &entry.unit);
        let words =
            faults.each(path(at, "facts"), FACTS, &entry.facts, |at, fact, faults| faults.word(at, fact));
        let source = faults.optional_name(path(at, "source"), &entry.source);
        let words = words?;
        let facts: BTreeSet<String> = words.iter().cloned().collect();
        if facts.len() < words.len() {
            return faults.refuse(path(at, "facts"), Reason::InvalidArgument, "has a fact twice");
        }
        Some(Self { unit: unit?, facts, source: source? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(unit: &str, facts: &[&str]) -> proto::UnitFacts {
        let facts = facts.iter().map(|fact| (*fact).to_owned()).collect();
        proto::UnitFacts { unit: unit.to_owned(), facts, ..Default::default() }
    }

    #[test]
    fn all_faults_are_named() {
        let units = vec![
            entry("a", &["x", "y"]),
            entry("a", &[]),
            entry("b", &["x", "x"]),
            entry("c", &["", "y"]),
            entry("d", &[]),
        ];
        let request = proto::PutFactsRequest { season: "Năm".to_owned(), units };
        let mut faults = Faults::new();
        let parsed = SeasonFacts::parse(&request, &mut faults);
        let error = faults.finish(parsed).expect_err("refused");
        let fields: Vec<_> = error.violations().iter().map(|v| v.field.as_str()).collect();
        assert_eq!(fields, ["season", "units[2].facts", "units[3].facts[0]", "units[1].unit"]);
    }

    #[test]
    fn unknown_units_are_named() {
        let units = vec![entry("a", &["x"]), entry("b", &[])];
        let request = proto::PutFactsRequest { season: "2023".to_owned(), units };
        let mut faults = Faults::new();
        let parsed = SeasonFacts::parse(&request, &mut faults).expect("fine");
        parsed.check_units(&BTreeSet::from(["a".to_owned()]), &mut faults);
        let error = faults.none().expect_err("refused");
        assert_eq!(error.violations()[0].field, "units[1].unit");
        assert_eq!(error.reason(), "UNIT_UNKNOWN");
    }
}
