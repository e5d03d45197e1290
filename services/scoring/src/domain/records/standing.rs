//! The standing of a unit.

use std::cmp::Ordering;

use proto::scoring::v1 as wire;

use super::count;
use crate::domain::campaign::Campaign;
use crate::domain::number::Points;
use crate::domain::results::{Results, UnitResult};

/// The standing of each unit, by code.
pub(super) fn all<'r>(
    campaign: &Campaign<'r>,
    results: &'r Results<'_>,
) -> impl Iterator<Item = wire::Standing> + use<'r> {
    let mut units: Vec<(&str, &str)> = campaign.units.iter().map(|unit| (unit.code, unit.name)).collect();
    units.sort_unstable();
    units.into_iter().zip(&results.units).map(|((_, name), unit)| standing(name, unit))
}

/// Ranked units by rank, equal ones by code, then the unranked ones by code.
pub(super) fn order(one: &wire::Standing, other: &wire::Standing) -> Ordering {
    let key = |standing: &wire::Standing| (standing.federation_rank.is_none(), standing.federation_rank);
    key(one).cmp(&key(other)).then_with(|| one.unit.cmp(&other.unit))
}

fn standing(name: &str, unit: &UnitResult<'_>) -> wire::Standing {
    let shown = |points: Points| points.to_string();
    let groups = unit
        .groups
        .iter()
        .map(|group| wire::GroupPoints { group: group.code.to_owned(), points: shown(group.points) });
    wire::Standing {
        unit: unit.unit.to_owned(),
        unit_name: name.to_owned(),
        bloc: unit.bloc.unwrap_or_default().to_owned(),
        total: unit.totals.map(|totals| shown(totals.total)),
        base: unit.totals.map(|totals| shown(totals.base)),
        bonus: unit.totals.map(|totals| shown(totals.bonus)),
        penalty: unit.totals.map(|totals| shown(totals.penalty)),
        groups: groups.collect(),
        class: unit.class.to_owned(),
        computed_class: unit.computed_class.to_owned(),
        rank: unit.rank.map(count),
        federation_rank: unit.federation_rank.map(count),
        unranked: unit.unranked.iter().map(|reason| reason.as_str().to_owned()).collect(),
        targets: Some(wire::TargetTally {
            total: count(unit.targets.total),
            met: count(unit.targets.met),
            exceeded: count(unit.targets.exceeded),
        }),
    }
}
