//! Criteria sets: codes, maxima, methods.

use super::repeats::{repeated_codes, repeats};
use super::scope::Scope;
use crate::domain::campaign::{CriteriaSet, Criterion, GroupKind, Method};
use crate::domain::document::{Faults, Place, Quoted, ROOT};
use crate::domain::number::Points;

pub(super) fn check(scope: &mut Scope<'_, '_>, faults: &mut Faults) {
    let place = ROOT.name("criteria_sets");
    let sets = &scope.campaign.criteria_sets;
    for i in repeated_codes(sets.iter().map(|set| set.code)) {
        let code = Quoted(sets[i].code);
        faults.add(&place.index(i).name("code"), format_args!("{code} is already the code of another set"));
    }
    for (i, set) in sets.iter().enumerate() {
        let place = place.index(i);
        check_groups(set, &place, faults);
        for (g, group) in set.groups.iter().enumerate() {
            let place = place.name("groups");
            let place = place.index(g);
            for (c, criterion) in group.criteria.iter().enumerate() {
                let place = place.name("criteria");
                let place = place.index(c);
                if let Some(layer) = criterion.from_layer {
                    scope.layer(layer, &place.name("from_layer"));
                }
                check_method(criterion, &place, faults);
            }
        }
    }
}

/// Codes within the set, and a base group to earn points in.
fn check_groups(set: &CriteriaSet<'_>, set_place: &Place<'_>, faults: &mut Faults) {
    let place = set_place.name("groups");
    for g in repeated_codes(set.groups.iter().map(|group| group.code)) {
        let code = Quoted(set.groups[g].code);
        faults.add(&place.index(g).name("code"), format_args!("{code} is already the code of another group"));
    }
    let criteria = set.groups.iter().enumerate().flat_map(|(g, group)| {
        group.criteria.iter().enumerate().map(move |(c, criterion)| (g, c, criterion.code))
    });
    let criteria: Vec<(usize, usize, &str)> = criteria.collect();
    for i in repeated_codes(criteria.iter().map(|(_, _, code)| *code)) {
        let (g, c, code) = criteria[i];
        let group = place.index(g);
        let criterion = group.name("criteria");
        faults.add(
            &criterion.index(c).name("code"),
            format_args!("{} is already the code of another criterion of the set", Quoted(code)),
        );
    }
    let earns =
        set.groups.iter().any(|group| group.kind == GroupKind::Base && group.max_points > Points::ZERO);
    let unclear = || {
        let spoilt = |g| {
            let group = place.index(g);
            faults.spoil(&group, "kind") || faults.spoil(&group, "max_points")
        };
        faults.has(&place)
            || (set.groups.is_empty() && faults.has(set_place))
            || (0..set.groups.len()).any(spoilt)
    };
    if !earns && !unclear() {
        faults.add(set_place, "the set has no base group with a maximum above zero");
    }
}

fn check_method(criterion: &Criterion<'_>, place: &Place<'_>, faults: &mut Faults) {
    let method = place.name("method");
    match &criterion.method {
        Method::Checklist(items) => {
            let place_of = method.name("items");
            for i in repeated_codes(items.iter().map(|item| item.code)) {
                let code = Quoted(items[i].code);
                faults.add(
                    &place_of.index(i).name("code"),
                    format_args!("{code} is already the code of another item"),
                );
            }
            for (i, item) in items.iter().enumerate() {
                check_points(item.points, criterion, place, &place_of.index(i).name("points"), faults);
            }
        }
        Method::Steps { steps, .. } => {
            let place_of = method.name("steps");
            let keys: Vec<_> = (steps.iter().enumerate())
                .map(|(i, step)| (!faults.spoil(&place_of.index(i), "at_least")).then_some(step.at_least))
                .collect();
            for i in repeats(keys) {
                let at_least = steps[i].at_least.plain();
                faults.add(&place_of.index(i).name("at_least"), format_args!("{at_least} stands twice"));
            }
            for (i, step) in steps.iter().enumerate() {
                check_points(step.points, criterion, place, &place_of.index(i).name("points"), faults);
            }
        }
        _ => {}
    }
}

/// Points in a set or a sheet are at most the criterion's maximum. `criterion_place` is where that stands.
pub(super) fn check_points(
    points: Points,
    criterion: &Criterion<'_>,
    criterion_place: &Place<'_>,
    place: &Place<'_>,
    faults: &mut Faults,
) {
    if points > criterion.max_points && !faults.spoil(criterion_place, "max_points") {
        let (points, max, code) = (points.plain(), criterion.max_points.plain(), criterion.code);
        faults.add(place, format_args!("\"{points}\" is over the maximum {max} of criterion {}", Bare(code)));
    }
}

/// A code as it stands in a sentence: bare where it is simple, in quotes otherwise.
struct Bare<'t>(&'t str);

impl std::fmt::Display for Bare<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_')) && self.0.len() <= 40 {
            f.write_str(self.0)
        } else {
            write!(f, "{}", Quoted(self.0))
        }
    }
}
