//! Lines: their criterion, their layer, and what they carry against what the method asks for.

use std::collections::HashSet;

use super::repeats::repeated_codes;
use super::scope::Scope;
use super::sets::check_points;
use crate::domain::campaign::{CROSS, Criterion, Line, Method, SELF, Score, Sheet};
use crate::domain::document::{Faults, Place, Quoted, ROOT};
use crate::domain::index::SetIndex;

/// What is known of the sheet whose lines are checked, and marks that are used again for every sheet.
pub(super) struct Lines<'a> {
    unit: Option<usize>,
    set: Option<usize>,
    layer: Option<usize>,
    next: usize,
    sheet: usize,
    /// By set and criterion: the last sheet with a line for it.
    seen: Vec<Vec<usize>>,
    /// By set and criterion: the position of its lowest layer, where it is known.
    from: Vec<Vec<Option<usize>>>,
    /// By set and criterion: whether another criterion has the same code, so that nobody can say which one is meant.
    ambiguous: Vec<Vec<bool>>,
    /// Codes of this sheet that are in no set.
    unknown: HashSet<&'a str>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(scope: &Scope<'_, '_>) -> Lines<'a> {
        let from_layer = |criterion: &Criterion<'_>| match criterion.from_layer {
            Some(layer) => scope.layers.find(layer),
            None => Some(0),
        };
        Lines {
            unit: None,
            set: None,
            layer: None,
            next: 0,
            sheet: 0,
            seen: scope.sets.iter().map(|set| vec![0; set.criteria.len()]).collect(),
            from: (scope.sets.iter())
                .map(|set| set.criteria.iter().map(|at| from_layer(at.criterion)).collect())
                .collect(),
            ambiguous: scope.sets.iter().map(ambiguous).collect(),
            unknown: HashSet::new(),
        }
    }

    /// The next sheet; what could not be resolved is `None`.
    pub(super) fn begin(&mut self, unit: Option<usize>, set: Option<usize>, layer: Option<usize>) {
        (self.unit, self.set, self.layer) = (unit, set, layer);
        self.next = 0;
        self.sheet += 1;
        self.unknown.clear();
    }
}

fn ambiguous(set: &SetIndex<'_, '_>) -> Vec<bool> {
    let mut ambiguous = vec![false; set.criteria.len()];
    for repeated in repeated_codes(set.criteria.iter().map(|at| at.criterion.code)) {
        let first = set.find(set.criteria[repeated].criterion.code);
        first.into_iter().chain([repeated]).for_each(|position| ambiguous[position] = true);
    }
    ambiguous
}

pub(super) fn check_line<'a>(
    scope: &mut Scope<'_, 'a>,
    lines: &mut Lines<'a>,
    sheet: &Sheet<'a>,
    line: &Line<'a>,
    place: &Place<'_>,
    faults: &mut Faults,
) {
    if line.criterion.is_empty() {
        return;
    }
    let set_at = lines.set.filter(|set| *set < scope.sets.len());
    let position = set_at.and_then(|set| {
        let position = scope.sets[set].find_next(line.criterion, &mut lines.next)?;
        // Of several criteria with one code, always the first.
        if lines.ambiguous[set][position] { scope.sets[set].find(line.criterion) } else { Some(position) }
    });
    let (Some(set_at), Some(position)) = (set_at, position) else {
        if let Some(set) = set_at {
            let message = format_args!("{} is no criterion of the unit's set", Quoted(line.criterion));
            scope.missing.criteria[set].add(line.criterion, &place.name("criterion"), message);
        }
        if !lines.unknown.insert(line.criterion) {
            let code = Quoted(line.criterion);
            faults.add(&place.name("criterion"), format_args!("the sheet already has a line for {code}"));
        }
        return;
    };
    let seen = &mut lines.seen[set_at][position];
    if *seen == lines.sheet {
        let code = Quoted(line.criterion);
        faults.add(&place.name("criterion"), format_args!("the sheet already has a line for {code}"));
    }
    *seen = lines.sheet;
    if lines.ambiguous[set_at][position] {
        return;
    }
    if let (Some(layer), Some(from)) = (lines.layer, lines.from[set_at][position])
        && layer < from
    {
        let (code, from, layer) = (
            Quoted(line.criterion),
            Quoted(scope.campaign.policy.layers[from]),
            Quoted(scope.campaign.policy.layers[layer]),
        );
        faults.add(
            place,
            format_args!("{code} is scored from layer {from}, and this sheet is of the lower {layer}"),
        );
    }
    check_score(scope, lines, sheet, line, (set_at, position), place, faults);
}

fn check_score<'a>(
    scope: &mut Scope<'_, 'a>,
    lines: &Lines<'a>,
    sheet: &Sheet<'a>,
    line: &Line<'a>,
    (set, position): (usize, usize),
    place: &Place<'_>,
    faults: &mut Faults,
) {
    let at = &scope.sets[set].criteria[position];
    let criterion = at.criterion;
    let with_criterion_place = |faults: &mut Faults, then: &mut dyn FnMut(&Place<'_>, &mut Faults)| {
        // The criterion's place is only needed for a fault: it is found then.
        let sets = ROOT.name("criteria_sets");
        let set_place = sets.index(set);
        let groups = set_place.name("groups");
        let group_place = groups.index(at.group);
        let criteria = group_place.name("criteria");
        then(&criteria.index(at.position), faults);
    };
    let code = Quoted(criterion.code);
    if sheet.layer == CROSS && criterion.method == Method::Relative {
        with_criterion_place(faults, &mut |criterion_place, faults| {
            if !faults.spoil(&criterion_place.name("method"), "type") {
                faults.add(place, format_args!("{code} is relative and is not scored in cross"));
            }
        });
        return;
    }
    if let Some(rule) = mismatch(&criterion.method, &line.score, sheet.layer) {
        with_criterion_place(faults, &mut |criterion_place, faults| {
            if !faults.spoil(&criterion_place.name("method"), "type") {
                faults.add(place, format_args!("{code} is {}: {rule}", criterion.method.as_str()));
            }
        });
        return;
    }
    match &line.score {
        Score::Points { points, .. } if *points > criterion.max_points => {
            with_criterion_place(faults, &mut |criterion_place, faults| {
                check_points(*points, criterion, criterion_place, &place.name("points"), faults);
            });
        }
        Score::Checked(checked) => {
            let place = place.name("checked");
            for i in repeated_codes(checked.iter().copied()) {
                faults.add(&place.index(i), format_args!("{} stands twice", Quoted(checked[i])));
            }
            let unknown = |item: &str| !item.is_empty() && at.items.find(item).is_none();
            if checked.iter().any(|item| unknown(item)) {
                with_criterion_place(faults, &mut |criterion_place, faults| {
                    // An item that could not be read may be the one that is checked.
                    let spoilt = faults.spoil(&criterion_place.name("method"), "items");
                    for (i, item) in checked.iter().enumerate().filter(|(_, item)| unknown(item) && !spoilt) {
                        faults.add(
                            &place.index(i),
                            format_args!("{} is no item of criterion {code}", Quoted(item)),
                        );
                    }
                });
            }
        }
        Score::Actual(_) if criterion.method.needs_target() => {
            if let Some(unit) = lines.unit
                && !scope.goals.contains(&(unit, position))
            {
                let message =
                    format_args!("{code} compares actual with a target, and the unit has none for it");
                scope.missing.goals.add((unit, position), place, message);
            }
        }
        _ => {}
    }
}

/// The rule that what a line carries breaks, if it does. Requests that bring lines are held to the same one.
pub(in crate::domain) fn mismatch(
    method: &Method<'_>,
    score: &Score<'_>,
    layer: &str,
) -> Option<&'static str> {
    match (method, score) {
        (_, Score::NotApplicable)
        | (Method::Judged, Score::Points { .. })
        | (Method::AllOrNothing, Score::Achieved(_))
        | (Method::Checklist(_), Score::Checked(_))
        | (Method::Proportional | Method::Steps { .. } | Method::Relative, Score::Actual(_))
        | (Method::Deduct { .. } | Method::PerItem { .. }, Score::Count(_)) => None,
        (_, Score::Points { reason: None, .. }) => Some("points in its place need a reason"),
        (_, Score::Points { .. }) if layer == SELF || layer == CROSS => {
            Some("points in its place are not given in self and cross")
        }
        (_, Score::Points { .. }) => None,
        (Method::Judged, _) => Some("its line carries points"),
        (Method::AllOrNothing, _) => Some("its line carries achieved"),
        (Method::Checklist(_), _) => Some("its line carries checked"),
        (Method::Proportional | Method::Steps { .. } | Method::Relative, _) => {
            Some("its line carries actual")
        }
        (Method::Deduct { .. } | Method::PerItem { .. }, _) => Some("its line carries count"),
    }
}
