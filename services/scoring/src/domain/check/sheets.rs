//! Sheets: whose they are, in which layer, by whom.

use super::lines::{Lines, check_line};
use super::repeats::{key, repeats};
use super::scope::{Home, Scope};
use crate::domain::campaign::{CROSS, SELF, Sheet};
use crate::domain::document::{Faults, Place, Quoted, ROOT};

pub(super) fn check(scope: &mut Scope<'_, '_>, faults: &mut Faults) {
    let place = ROOT.name("sheets");
    let sheets = &scope.campaign.sheets;
    for i in repeats(sheets.iter().map(identity)) {
        let (unit, layer) = (Quoted(sheets[i].unit), Quoted(sheets[i].layer));
        faults.add(&place.index(i), format_args!("the unit {unit} already has this sheet in layer {layer}"));
    }
    let mut lines = Lines::new(scope);
    for (i, sheet) in sheets.iter().enumerate() {
        check_sheet(scope, &mut lines, sheet, &place.index(i), faults);
    }
}

/// What only one sheet may have: unit and layer, in `cross` the scorer too.
fn identity<'s>(sheet: &'s Sheet<'_>) -> Option<(&'s str, &'s str, &'s str)> {
    let scorer = if sheet.layer == CROSS { key(sheet.scorer)? } else { "" };
    Some((key(sheet.unit)?, key(sheet.layer)?, scorer))
}

fn check_sheet<'a>(
    scope: &mut Scope<'_, 'a>,
    lines: &mut Lines<'a>,
    sheet: &Sheet<'a>,
    place: &Place<'_>,
    faults: &mut Faults,
) {
    let unit = scope.unit(sheet.unit, &place.name("unit"));
    let layer = scope.layer(sheet.layer, &place.name("layer"));
    if sheet.layer == SELF
        && sheet.scorer != sheet.unit
        && !sheet.unit.is_empty()
        && !faults.spoil(place, "scorer")
    {
        let (scorer, unit) = (Quoted(sheet.scorer), Quoted(sheet.unit));
        faults.add(
            &place.name("scorer"),
            format_args!("{scorer} scores in self, where only the unit {unit} does"),
        );
    }
    if let Some(unit) = unit {
        if scope.homes.get(unit) == Some(&Home::Nowhere) {
            let message = format_args!("the unit {} is in no bloc and so has no sheets", Quoted(sheet.unit));
            scope.missing.homes.add(sheet.unit, &place.name("unit"), message);
        }
        if sheet.layer == CROSS {
            check_cross_scorer(scope, sheet, unit, place, faults);
        }
    }
    lines.begin(unit, unit.and_then(|unit| scope.set_of(unit)), layer);
    let place = place.name("lines");
    for (l, line) in sheet.lines.iter().enumerate() {
        check_line(scope, lines, sheet, line, &place.index(l), faults);
    }
}

/// A cross scorer is another member of the same bloc.
fn check_cross_scorer<'a>(
    scope: &mut Scope<'_, 'a>,
    sheet: &Sheet<'a>,
    unit: usize,
    place: &Place<'_>,
    faults: &mut Faults,
) {
    if faults.spoil(place, "scorer") {
        return;
    }
    let place = place.name("scorer");
    let message = format_args!("{} is no other member of the unit's bloc", Quoted(sheet.scorer));
    let Some(scorer) = scope.units.find(sheet.scorer) else {
        scope.missing.units.add(sheet.scorer, &place, message);
        return;
    };
    match (scope.homes[unit], scope.homes[scorer]) {
        (Home::Bloc(a), Home::Bloc(b)) if a == b && unit != scorer => {}
        (Home::Bloc(_), Home::Nowhere) => scope.missing.homes.add(sheet.scorer, &place, message),
        (Home::Bloc(_), Home::Bloc(_)) => faults.add(&place, message),
        _ => {}
    }
}
