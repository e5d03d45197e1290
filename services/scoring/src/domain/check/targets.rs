//! Targets: whose they are, and the criterion that each is for.

use super::repeats::{key, repeats};
use super::scope::{Home, Scope};
use crate::domain::document::{Faults, Quoted, ROOT};

pub(super) fn check(scope: &mut Scope<'_, '_>, faults: &mut Faults) {
    let place = ROOT.name("targets");
    let campaign = scope.campaign;
    let targets = &campaign.targets;
    for i in repeats(targets.iter().map(|target| Some((key(target.unit)?, key(target.code)?)))) {
        let code = Quoted(targets[i].code);
        faults.add(
            &place.index(i).name("code"),
            format_args!("{code} is already the code of a target of the unit"),
        );
    }
    for i in repeats(targets.iter().map(|target| Some((key(target.unit)?, key(target.criterion?)?)))) {
        let code = Quoted(targets[i].criterion.unwrap_or_default());
        let place = place.index(i);
        faults.add(&place.name("criterion"), format_args!("another target of the unit already names {code}"));
    }
    let mut next = 0;
    for (i, target) in targets.iter().enumerate() {
        let place = place.index(i);
        let unit = scope.unit(target.unit, &place.name("unit"));
        // A target that could not be read may be the one that a line needs.
        let unreadable = target.unit.is_empty() || target.criterion == Some("");
        if unreadable || (target.criterion.is_none() && faults.has(&place)) {
            scope.missing.goals.excuse();
        }
        let Some(code) = target.criterion.filter(|code| !code.is_empty()) else { continue };
        let found = unit.and_then(|unit| {
            let place = place.name("criterion");
            if scope.homes.get(unit) == Some(&Home::Nowhere) {
                let message = format_args!("{} is in no set: the unit is in no bloc", Quoted(code));
                scope.missing.homes.add(target.unit, &place, message);
            }
            let set = scope.set_of(unit)?;
            let criterion = scope.sets.get(set)?.find_next(code, &mut next);
            if criterion.is_none() {
                let message = format_args!("{} is no criterion of the unit's set", Quoted(code));
                scope.missing.criteria.get_mut(set)?.add(code, &place, message);
            }
            Some((unit, criterion?))
        });
        scope.goals.extend(found);
    }
}
