//! The computation: from a checked campaign to results.

pub(crate) mod classes;
pub(crate) mod cross;
pub(crate) mod desk;
mod eligibility;
pub(crate) mod method;
pub(crate) mod plan;
mod quotas;
pub(crate) mod ranking;
pub(crate) mod relative;
mod requires;
pub(crate) mod scores;
mod tally;
pub(crate) mod totals;

use classes::Classes;
use plan::Plan;
use ranking::Ranking;
use scores::Scored;
use tally::Counter;

use crate::domain::Checked;
use crate::domain::document::{Fault, Faults, Quoted, ROOT};
use crate::domain::index::Codes;
use crate::domain::results::{BlocResult, GroupResult, Results, UNRANKED, UnitResult};

/// Computes the results of a campaign.
///
/// # Errors
/// Decisions for unranked units: only the computation shows who is ranked.
pub fn compute<'a>(checked: &Checked<'a>) -> Result<Results<'a>, Vec<Fault>> {
    let campaign = checked.campaign();
    let plan = Plan::new(campaign);
    let (scored, _) = scores::score(&plan);
    let ranking = Ranking::new(&campaign.policy.ranking, &plan.sets, &scored);
    let mut classes = Classes::new(&plan, &scored, &ranking);
    let decided = decide(&plan, &scored, &classes)?;
    let (bloc_ranks, federation_ranks) = ranks(&plan, &scored, &ranking);

    let class_codes: Vec<&'a str> = campaign.policy.classes.iter().map(|class| class.code).collect();
    let class_code =
        |class: Option<usize>| class.and_then(|at| class_codes.get(at)).copied().unwrap_or(UNRANKED);
    let mut federation = Counter::new(class_codes.len());
    let mut counters = vec![Counter::new(class_codes.len()); plan.blocs.len()];
    let mut units = Vec::with_capacity(scored.len());
    for (position, unit) in scored.into_iter().enumerate() {
        federation.add(&unit, decided[position]);
        if let Some(counter) = unit.bloc.and_then(|bloc| counters.get_mut(bloc)) {
            counter.add(&unit, decided[position]);
        }
        let set = unit.set.and_then(|set| plan.sets.get(set));
        let groups = set.map(|set| set.set.groups.as_slice()).unwrap_or_default();
        let unmet = std::mem::take(&mut classes.unmet[position]);
        units.push(UnitResult {
            unit: plan.entrants[position].unit.code,
            bloc: unit.bloc.and_then(|bloc| plan.blocs.get(bloc)).map(|bloc| bloc.code),
            totals: set.map(|_| unit.totals.unit),
            groups: (groups.iter().zip(&unit.totals.groups))
                .map(|(group, total)| GroupResult { code: group.code, points: total.points })
                .collect(),
            lines: unit.lines,
            computed_class: class_code(classes.computed[position]),
            class: class_code(decided[position]),
            rank: bloc_ranks[position],
            federation_rank: federation_ranks[position],
            unranked: unit.unranked,
            unmet: unmet.into_iter().map(|(class, failed)| (class_code(Some(class)), failed)).collect(),
            targets: unit.targets,
        });
    }
    let base = campaign.policy.percent_base;
    let blocs = (plan.blocs.iter().zip(counters).zip(classes.bloc_quotas))
        .map(|((bloc, counter), quotas)| BlocResult { bloc: bloc.code, tally: counter.tally(base, quotas) })
        .collect();
    Ok(Results {
        percent_base: base,
        units,
        blocs,
        federation: federation.tally(base, classes.federation_quotas),
        classes: class_codes,
    })
}

/// Each unit's class (position) after decisions.
fn decide(
    plan: &Plan<'_, '_>,
    scored: &[Scored<'_>],
    classes: &Classes<'_>,
) -> Result<Vec<Option<usize>>, Vec<Fault>> {
    let codes = Codes::new(plan.campaign.policy.classes.iter().map(|class| class.code));
    let mut decided = classes.computed.clone();
    let mut faults = Faults::default();
    for (i, decision) in plan.campaign.decisions.iter().enumerate() {
        let Some(position) = plan.codes.find(decision.unit) else { continue };
        match scored.get(position) {
            Some(unit) if unit.is_ranked() => decided[position] = codes.find(decision.class),
            _ => faults.add(
                &ROOT.name("decisions").index(i).name("unit"),
                format_args!("the unit {} is unranked and so gets no class", Quoted(decision.unit)),
            ),
        }
    }
    if faults.is_empty() { Ok(decided) } else { Err(faults.into_list()) }
}

type Ranks = Vec<Option<usize>>;

/// Ranks in the bloc and in the federation.
fn ranks(plan: &Plan<'_, '_>, scored: &[Scored<'_>], ranking: &Ranking) -> (Ranks, Ranks) {
    let (mut in_bloc, mut in_federation) = (vec![None; scored.len()], vec![None; scored.len()]);
    let mut ranked: Vec<usize> = (0..scored.len()).filter(|unit| scored[*unit].is_ranked()).collect();
    ranking.ranks(&mut ranked, |unit, rank| in_federation[unit] = Some(rank));
    let mut members = vec![Vec::new(); plan.blocs.len()];
    for unit in ranked {
        if let Some(bloc) = scored[unit].bloc.and_then(|bloc| members.get_mut(bloc)) {
            bloc.push(unit);
        }
    }
    for mut bloc in members {
        ranking.ranks(&mut bloc, |unit, rank| in_bloc[unit] = Some(rank));
    }
    (in_bloc, in_federation)
}
