//! Criteria sets.

use proto::competition::v1 as wire;
use wire::method::Kind;

use crate::domain::campaign::{
    ChecklistItem, CriteriaSet, Criterion, Group, GroupKind, Method, Step, StepsOn,
};
use crate::domain::number::{Measure, Points};

/// # Errors
/// What does not fit, with its place.
pub(crate) fn criteria_set(set: &wire::CriteriaSet) -> Result<CriteriaSet<'_>, String> {
    let place = format!("criteria set {:?}", set.code);
    Ok(CriteriaSet {
        code: &set.code,
        name: &set.name,
        max_points: points(&set.max_points, &place)?,
        groups: set.groups.iter().map(|one| group(one, &place)).collect::<Result<_, _>>()?,
    })
}

fn group<'a>(group: &'a wire::CriteriaGroup, place: &str) -> Result<Group<'a>, String> {
    let place = format!("{place}, group {:?}", group.code);
    let kind = match group.kind() {
        wire::GroupKind::Base => GroupKind::Base,
        wire::GroupKind::Bonus => GroupKind::Bonus,
        wire::GroupKind::Penalty => GroupKind::Penalty,
        wire::GroupKind::Unspecified => return Err(format!("{place}: the kind {} is unknown", group.kind)),
    };
    Ok(Group {
        code: &group.code,
        name: &group.name,
        kind,
        max_points: points(&group.max_points, &place)?,
        criteria: group.criteria.iter().map(|one| criterion(one, &place)).collect::<Result<_, _>>()?,
    })
}

fn criterion<'a>(criterion: &'a wire::Criterion, place: &str) -> Result<Criterion<'a>, String> {
    let place = format!("{place}, criterion {:?}", criterion.code);
    let kind = criterion.method.as_ref().and_then(|method| method.kind.as_ref());
    let kind = kind.ok_or_else(|| format!("{place}: the method is missing or unknown"))?;
    Ok(Criterion {
        code: &criterion.code,
        name: &criterion.name,
        max_points: points(&criterion.max_points, &place)?,
        from_layer: Some(criterion.from_layer.as_str()).filter(|layer| !layer.is_empty()),
        method: method(kind, &place)?,
    })
}

fn method<'a>(kind: &'a Kind, place: &str) -> Result<Method<'a>, String> {
    Ok(match kind {
        Kind::Judged(_) => Method::Judged,
        Kind::AllOrNothing(_) => Method::AllOrNothing,
        Kind::Checklist(checklist) => {
            let items = checklist
                .items
                .iter()
                .map(|item| Ok(ChecklistItem { code: &item.code, points: points(&item.points, place)? }));
            Method::Checklist(items.collect::<Result<_, String>>()?)
        }
        Kind::Proportional(_) => Method::Proportional,
        Kind::Steps(steps) => {
            let on = match steps.on() {
                wire::StepsOn::Actual => StepsOn::Actual,
                wire::StepsOn::Ratio => StepsOn::Ratio,
                wire::StepsOn::Unspecified => {
                    return Err(format!("{place}: steps on {} are unknown", steps.on));
                }
            };
            let steps = steps.steps.iter().map(|step| {
                Ok(Step { at_least: measure(&step.at_least, place)?, points: points(&step.points, place)? })
            });
            Method::Steps { on, steps: steps.collect::<Result<_, String>>()? }
        }
        Kind::Deduct(deduct) => Method::Deduct { each: points(&deduct.each, place)? },
        Kind::PerItem(per_item) => Method::PerItem { each: points(&per_item.each, place)? },
        Kind::Relative(_) => Method::Relative,
    })
}

pub(super) fn points(text: &str, place: &str) -> Result<Points, String> {
    Points::parse(text).map_err(|_| format!("{place}: {text:?} is no number of points"))
}

pub(super) fn measure(text: &str, place: &str) -> Result<Measure, String> {
    Measure::parse(text).map_err(|_| format!("{place}: {text:?} is no measure"))
}
