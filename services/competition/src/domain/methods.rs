//! How the points of a criterion are found.

use std::collections::BTreeSet;

use platform::input::{Faults, measure_text, path, points_text};
use proto::common::v1::Reason;
use proto::competition::v1 as wire;
use wire::StepsOn;
use wire::method::Kind;

/// Items of a checklist, steps.
const MOST: usize = 100;

/// `most` is the criterion's maximum in hundredths, where it could be read.
pub(super) fn parse(at: &str, kind: &Kind, most: Option<i64>, faults: &mut Faults) -> Option<Kind> {
    match kind {
        Kind::Judged(_) | Kind::AllOrNothing(_) | Kind::Proportional(_) | Kind::Relative(_) => {
            Some(kind.clone())
        }
        Kind::Checklist(list) => {
            let at = path(at, "checklist");
            checklist(&at, list, most, faults).map(Kind::Checklist)
        }
        Kind::Steps(steps) => parse_steps(&path(at, "steps"), steps, most, faults).map(Kind::Steps),
        Kind::Deduct(deduct) => {
            let each = faults.points(path(at, "deduct.each"), &deduct.each)?;
            Some(Kind::Deduct(wire::Deduct { each: points_text(each) }))
        }
        Kind::PerItem(per_item) => {
            let each = faults.points(path(at, "per_item.each"), &per_item.each)?;
            Some(Kind::PerItem(wire::PerItem { each: points_text(each) }))
        }
    }
}

fn checklist(
    at: &str,
    list: &wire::Checklist,
    most: Option<i64>,
    faults: &mut Faults,
) -> Option<wire::Checklist> {
    let field = path(at, "items");
    let items = faults.each(&field, MOST, &list.items, |at, item, faults| {
        let code = faults.word(path(at, "code"), &item.code);
        let points = points(&path(at, "points"), &item.points, most, faults);
        Some(wire::ChecklistItem { code: code?, points: points? })
    })?;
    let mut codes = BTreeSet::new();
    for (place, item) in items.iter().enumerate() {
        if !codes.insert(&item.code) {
            let sentence = format!("there are two items {:?}", item.code);
            faults.add(format!("{field}[{place}].code"), Reason::InvalidArgument, sentence);
        }
    }
    Some(wire::Checklist { items })
}

fn parse_steps(at: &str, steps: &wire::Steps, most: Option<i64>, faults: &mut Faults) -> Option<wire::Steps> {
    let on: Option<StepsOn> = faults.choice(path(at, "on"), steps.on);
    let field = path(at, "steps");
    let steps = faults.each(&field, MOST, &steps.steps, |at, step, faults| {
        let at_least = faults.measure(path(at, "at_least"), &step.at_least);
        let points = points(&path(at, "points"), &step.points, most, faults);
        Some(wire::Step { at_least: measure_text(at_least?), points: points? })
    })?;
    let mut thresholds = BTreeSet::new();
    for (place, step) in steps.iter().enumerate() {
        if !thresholds.insert(&step.at_least) {
            let sentence = format!("there are two steps at {}", step.at_least);
            faults.add(format!("{field}[{place}].at_least"), Reason::InvalidArgument, sentence);
        }
    }
    Some(wire::Steps { on: on?.into(), steps })
}

/// Points that are at most the criterion's.
fn points(field: &str, value: &str, most: Option<i64>, faults: &mut Faults) -> Option<String> {
    let points = faults.points(field, value)?;
    if let Some(most) = most.filter(|most| points > *most) {
        let sentence =
            format!("{} is over the criterion's maximum {}", points_text(points), points_text(most));
        return faults.refuse(field, Reason::PointsOverMaximum, sentence);
    }
    Some(points_text(points))
}
