//! Every unit's lines, points and totals.

use std::collections::BTreeMap;

use super::desk::{Desk, Effective};
use super::eligibility::reasons;
use super::method::line_points;
use super::plan::{Entrant, Plan};
use super::relative::{Contender, Leaders};
use super::totals::Totals;
use crate::domain::campaign::{Method, Score};
use crate::domain::index::SetIndex;
use crate::domain::number::Points;
use crate::domain::results::{LineResult, LineState, TargetCount, UnrankedReason};

/// A unit after scoring, before ranking.
pub(crate) struct Scored<'a> {
    pub(crate) bloc: Option<usize>,
    pub(crate) set: Option<usize>,
    pub(crate) votes: u32,
    /// In the order of the set's criteria.
    pub(crate) lines: Vec<LineResult<'a>>,
    pub(crate) totals: Totals,
    pub(crate) targets: TargetCount,
    /// Empty for ranked units.
    pub(crate) unranked: Vec<UnrankedReason>,
    assessed: bool,
}

impl Scored<'_> {
    pub(crate) fn is_ranked(&self) -> bool {
        self.unranked.is_empty()
    }
}

/// Whom the units of each bloc are measured by, for each relative criterion (positions).
pub(crate) type AllLeaders = BTreeMap<(usize, usize), Leaders>;

/// Scores every entrant, in the plan's order.
pub(crate) fn score<'a>(plan: &Plan<'_, 'a>) -> (Vec<Scored<'a>>, AllLeaders) {
    let mut desk = Desk::default();
    let mut contenders = Vec::new();
    let mut scored: Vec<Scored<'a>> = (plan.entrants.iter().enumerate())
        .map(|(position, entrant)| score_entrant(plan, &mut desk, position, entrant, &mut contenders))
        .collect();
    let leaders = settle(plan, contenders, &mut scored);
    for (unit, entrant) in scored.iter_mut().zip(&plan.entrants) {
        if let Some(set) = plan.set_of(entrant) {
            unit.totals = Totals::of(set, &unit.lines, plan.campaign.policy.not_applicable);
        }
        unit.unranked = reasons(plan.campaign, entrant, unit.assessed, unit.totals.nothing_applicable);
    }
    (scored, leaders)
}

fn score_entrant<'c, 'a>(
    plan: &Plan<'c, 'a>,
    desk: &mut Desk<'c, 'a>,
    position: usize,
    entrant: &Entrant<'c, 'a>,
    contenders: &mut Vec<Contender>,
) -> Scored<'a> {
    let mut unit = Scored {
        bloc: entrant.bloc,
        set: entrant.set,
        votes: entrant.votes,
        lines: Vec::new(),
        totals: Totals::default(),
        targets: TargetCount::default(),
        unranked: Vec::new(),
        assessed: false,
    };
    let set = plan.set_of(entrant);
    if let Some(set) = set {
        desk.lay_out(plan, entrant, set);
        unit.assessed = desk.assessed;
        unit.lines.reserve_exact(set.criteria.len());
        let lines = (0..set.criteria.len()).map(|criterion| line_result(plan, desk, set, criterion));
        unit.lines.extend(lines);
        for criterion in set.relative_criteria() {
            if let (Some(bloc), Some(actual)) = (entrant.bloc, desk.actual(criterion)) {
                let target = desk.goals.get(criterion).copied().flatten();
                contenders.push(Contender { bloc, criterion, entrant: position, actual, target });
            }
        }
    } else {
        desk.clear();
    }
    unit.targets = count_targets(plan, desk, entrant);
    unit
}

fn line_result<'a>(
    plan: &Plan<'_, 'a>,
    desk: &Desk<'_, 'a>,
    set: &SetIndex<'_, 'a>,
    position: usize,
) -> LineResult<'a> {
    let at = &set.criteria[position];
    let layer_name = |layer: usize| plan.campaign.policy.layers.get(layer).copied();
    let (state, layer, points) = match desk.lines[position] {
        Effective::Missing => (LineState::Missing, None, Points::ZERO),
        Effective::Cross { layer, points: None } => {
            (LineState::NotApplicable, layer_name(layer), Points::ZERO)
        }
        Effective::Cross { layer, points: Some(points) } => (LineState::Scored, layer_name(layer), points),
        Effective::Line { layer, line } => {
            let state = match (&line.score, &at.criterion.method) {
                (Score::NotApplicable, _) => LineState::NotApplicable,
                (Score::Points { .. }, Method::Judged) => LineState::Scored,
                (Score::Points { .. }, _) => LineState::Overridden,
                _ => LineState::Scored,
            };
            (state, layer_name(layer), line_points(at, &line.score, desk.goals[position]))
        }
    };
    LineResult { criterion: at.criterion.code, points, layer, state }
}

/// Gives the lines of relative criteria their points, bloc by bloc.
fn settle(plan: &Plan<'_, '_>, mut contenders: Vec<Contender>, scored: &mut [Scored<'_>]) -> AllLeaders {
    contenders.sort_unstable_by_key(|c| (c.bloc, c.criterion, c.entrant));
    let mut all = AllLeaders::new();
    for rivals in contenders.chunk_by(|a, b| (a.bloc, a.criterion) == (b.bloc, b.criterion)) {
        let leaders = Leaders::of(rivals);
        for rival in rivals {
            let Some(unit) = scored.get_mut(rival.entrant) else { continue };
            let criterion =
                unit.set.and_then(|set| plan.sets.get(set)).and_then(|set| set.criteria.get(rival.criterion));
            if let (Some(at), Some(line)) = (criterion, unit.lines.get_mut(rival.criterion)) {
                line.points = leaders.points(at.criterion.max_points, rival.actual, rival.target);
            }
            all.insert((rival.bloc, rival.criterion), leaders);
        }
    }
    all
}

/// Targets met and exceeded: by the effective line's actual where it has one, else by the target's own.
fn count_targets(plan: &Plan<'_, '_>, desk: &Desk<'_, '_>, entrant: &Entrant<'_, '_>) -> TargetCount {
    let mut count = TargetCount::default();
    for (position, target) in plan.targets_of(entrant).enumerate() {
        let criterion = desk.goal_criteria.get(position).copied().flatten();
        let actual = criterion.and_then(|criterion| desk.actual(criterion)).or(target.actual);
        count.total += 1;
        count.met += usize::from(actual.is_some_and(|actual| actual >= target.target));
        count.exceeded += usize::from(actual.is_some_and(|actual| actual > target.target));
    }
    count
}
