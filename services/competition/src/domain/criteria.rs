//! Criteria sets: the checks of `classification` that a set can be held to by itself.

use std::collections::{BTreeMap, BTreeSet};

use platform::input::{Faults, path, points_text};
use proto::common::v1::Reason;
use proto::competition::v1 as wire;
use wire::GroupKind;

use super::methods;

/// Groups of one set, criteria of one group.
const MOST: usize = 500;

/// A set whose parts hold together. The messages in it have each number in one form.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CriteriaSet {
    pub(crate) code: String,
    pub(crate) name: String,
    /// In hundredths.
    pub(crate) max_points: i64,
    pub(crate) groups: Vec<wire::CriteriaGroup>,
}

impl CriteriaSet {
    pub(crate) fn parse(at: &str, set: &wire::CriteriaSet, faults: &mut Faults) -> Option<Self> {
        let code = faults.code(path(at, "code"), &set.code);
        let name = faults.name(path(at, "name"), &set.name);
        let max_points = faults.points(path(at, "max_points"), &set.max_points);
        let field = path(at, "groups");
        let groups = faults.each(&field, MOST, &set.groups, group);
        let groups = groups.filter(|groups| {
            check_once(&field, groups, faults);
            check_base(&field, groups, faults);
            faults.is_empty()
        });
        Some(Self { code: code?, name: name?, max_points: max_points?, groups: groups? })
    }

    /// The set as answers have it, without its version.
    pub(crate) fn to_proto(&self) -> wire::CriteriaSet {
        wire::CriteriaSet {
            code: self.code.clone(),
            name: self.name.clone(),
            max_points: points_text(self.max_points),
            groups: self.groups.clone(),
            version: 0,
            created: None,
        }
    }

    pub(crate) fn has_criterion(&self, code: &str) -> bool {
        self.groups.iter().flat_map(|group| &group.criteria).any(|criterion| criterion.code == code)
    }
}

fn group(at: &str, group: &wire::CriteriaGroup, faults: &mut Faults) -> Option<wire::CriteriaGroup> {
    let code = faults.word(path(at, "code"), &group.code);
    let name = faults.name(path(at, "name"), &group.name);
    let kind: Option<GroupKind> = faults.choice(path(at, "kind"), group.kind);
    let max_points = faults.points(path(at, "max_points"), &group.max_points);
    let criteria = faults.each(path(at, "criteria"), MOST, &group.criteria, criterion);
    Some(wire::CriteriaGroup {
        code: code?,
        name: name?,
        kind: kind?.into(),
        max_points: points_text(max_points?),
        criteria: criteria?,
    })
}

fn criterion(at: &str, criterion: &wire::Criterion, faults: &mut Faults) -> Option<wire::Criterion> {
    let code = faults.word(path(at, "code"), &criterion.code);
    let name = faults.name(path(at, "name"), &criterion.name);
    let most = faults.points(path(at, "max_points"), &criterion.max_points);
    let from_layer = faults.optional_word(path(at, "from_layer"), &criterion.from_layer);
    let kind = criterion.method.as_ref().and_then(|method| method.kind.as_ref());
    let kind = match faults.required(path(at, "method"), kind) {
        Some(kind) => methods::parse(&path(at, "method"), kind, most, faults),
        None => None,
    };
    Some(wire::Criterion {
        code: code?,
        name: name?,
        max_points: points_text(most?),
        from_layer: from_layer?.unwrap_or_default(),
        method: Some(wire::Method { kind: Some(kind?) }),
    })
}

/// Each group and each criterion has its own code.
fn check_once(at: &str, groups: &[wire::CriteriaGroup], faults: &mut Faults) {
    let mut codes = BTreeSet::new();
    let mut criteria = BTreeMap::new();
    for (place, group) in groups.iter().enumerate() {
        if !codes.insert(&group.code) {
            let sentence = format!("there are two groups {:?}", group.code);
            faults.add(format!("{at}[{place}].code"), Reason::InvalidArgument, sentence);
        }
        for (number, criterion) in group.criteria.iter().enumerate() {
            if let Some(first) = criteria.insert(&criterion.code, &group.code) {
                let sentence = format!("{:?} is a criterion of group {first:?} already", criterion.code);
                let field = format!("{at}[{place}].criteria[{number}].code");
                faults.add(field, Reason::InvalidArgument, sentence);
            }
        }
    }
}

/// A set without points to reach in its base would classify nobody.
fn check_base(at: &str, groups: &[wire::CriteriaGroup], faults: &mut Faults) {
    let nothing = points_text(0);
    if !groups.iter().any(|group| group.kind() == GroupKind::Base && group.max_points != nothing) {
        let sentence = "a set has a base group with a maximum above zero";
        faults.add(at, Reason::InvalidArgument, sentence);
    }
}

#[cfg(test)]
#[path = "criteria_test.rs"]
mod tests;
