//! Why a unit has its total: every line, cap, scaling and sum, to be shown to a person step by step.

mod arithmetic;
mod class;
mod layers;

use super::Checked;
use super::campaign::{Aggregate, ChecklistItem, Decision, GroupKind, Line, Method, Score, Step, StepsOn};
use super::engine::classes::Classes;
use super::engine::desk::{Desk, Effective};
use super::engine::method::reached;
use super::engine::plan::Plan;
use super::engine::ranking::Ranking;
use super::engine::scores::{AllLeaders, Scored, score};
use super::index::CriterionAt;
use super::number::{Measure, Points};
use super::results::LineState;
pub use class::{ChoiceExplanation, ClassExplanation};
pub use layers::{LinePoints, SheetPoints};

/// The arithmetic of one unit, from its lines to its total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation<'a> {
    pub unit: &'a str,
    pub bloc: &'a str,
    pub criteria_set: &'a str,
    /// In the order of the set.
    pub groups: Vec<GroupExplanation<'a>>,
    /// The sum of the base groups.
    pub earned_base: Points,
    /// Where criteria were not applicable and the policy scales.
    pub scaling: Option<Scaling>,
    /// After scaling.
    pub base: Points,
    pub bonus: Points,
    pub penalty: Points,
    /// The most that base and bonus together can be.
    pub max_points: Points,
    /// base + bonus, at most `max_points`, less the penalty, at least zero.
    pub total: Points,
    /// What each sheet says by itself, from the highest layer to the lowest.
    pub sheets: Vec<SheetPoints<'a>>,
    /// What the cross sheets were made into, in the order of the set; higher layers may count in its place.
    pub merged: Vec<MergedCross<'a>>,
    /// How the class was found; none for an unranked unit.
    pub class: Option<ClassExplanation<'a>>,
}

/// The cross sheets' lines for a criterion, made one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MergedCross<'a> {
    pub criterion: &'a str,
    /// None where all sheets that have it say not applicable.
    pub points: Option<Points>,
}

/// base = min(full, earned base × full / applicable), rounded half up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scaling {
    /// What all criteria of the base groups could give.
    pub full: Points,
    /// What the applicable ones could give.
    pub applicable: Points,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupExplanation<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub kind: GroupKind,
    pub max_points: Points,
    pub lines: Vec<LineExplanation<'a>>,
    /// The sum of the lines.
    pub sum: Points,
    /// The same, at most `max_points`.
    pub points: Points,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineExplanation<'a> {
    pub criterion: &'a str,
    pub name: &'a str,
    pub max_points: Points,
    /// The layer of the line that counts; none when missing.
    pub layer: Option<&'a str>,
    pub state: LineState,
    /// The unit's target for the criterion.
    pub target: Option<Measure>,
    pub formula: Formula<'a>,
    pub points: Points,
}

/// What a line's points come from; M is the criterion's maximum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula<'a> {
    /// Nobody scored it: nothing.
    Missing,
    /// Nothing.
    NotApplicable,
    /// As given.
    Given { reason: Option<&'a str> },
    /// Given in place of what the method would say.
    Overridden { reason: Option<&'a str> },
    /// M or nothing.
    AllOrNothing { achieved: bool },
    /// The sum of the items, at most M.
    Checklist { checked: Vec<ChecklistItem<'a>> },
    /// M × min(1, actual / target).
    Proportional { actual: Measure, target: Measure },
    /// The points of the step that was reached, on the actual or on actual / target.
    Steps { on: StepsOn, actual: Measure, target: Option<Measure>, reached: Option<Step> },
    /// M − count × each, at least zero.
    Deduct { count: u32, each: Points },
    /// count × each, at most M.
    PerItem { count: u32, each: Points },
    /// With r = actual / target and L the leader's: M/2 × r up to 1, then M/2 + M/2 × (r − 1) / (L − 1).
    AgainstLeader { actual: Measure, target: Measure, leader_actual: Measure, leader_target: Measure },
    /// M × actual / the greatest actual of the bloc's units without a target.
    AgainstGreatest { actual: Measure, greatest: Measure },
    /// The points that the cross sheets give, made one.
    Cross { aggregate: Aggregate, scores: Vec<CrossScore<'a>> },
}

/// What one member of the bloc says; no points where it says not applicable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CrossScore<'a> {
    pub scorer: &'a str,
    pub points: Option<Points>,
}

/// Explains the units of one campaign; scores them once.
pub struct Explainer<'c, 'a> {
    plan: Plan<'c, 'a>,
    scored: Vec<Scored<'a>>,
    leaders: AllLeaders,
    classes: Classes<'a>,
    /// By entrant.
    decisions: Vec<Option<Decision<'a>>>,
}

impl<'c, 'a> Explainer<'c, 'a> {
    pub fn new(checked: &'c Checked<'a>) -> Explainer<'c, 'a> {
        let plan = Plan::new(checked.campaign());
        let (scored, leaders) = score(&plan);
        let ranking = Ranking::new(&plan.campaign.policy.ranking, &plan.sets, &scored);
        let classes = Classes::new(&plan, &scored, &ranking);
        let mut decisions = vec![None; scored.len()];
        for decision in &plan.campaign.decisions {
            let position = plan.codes.find(decision.unit);
            if let Some(of_unit) = position.and_then(|position| decisions.get_mut(position)) {
                *of_unit = Some(*decision);
            }
        }
        Explainer { plan, scored, leaders, classes, decisions }
    }

    /// Nothing for a code of no unit, and for a unit in no bloc, which has no total.
    pub fn explain(&self, unit: &str) -> Option<Explanation<'a>> {
        let position = self.plan.codes.find(unit)?;
        let (entrant, scored) = (self.plan.entrants.get(position)?, self.scored.get(position)?);
        let (bloc, set) = (self.plan.blocs.get(entrant.bloc?)?, self.plan.set_of(entrant)?);
        let mut desk = Desk::default();
        desk.lay_out(&self.plan, entrant, set);
        let sheets = layers::sheets(&self.plan, entrant, set, &desk.goals);
        let cross = layers::cross_scores(set.criteria.len(), &sheets);
        let mut lines = (set.criteria.iter().zip(&cross).enumerate())
            .map(|(i, (at, cross))| self.line(scored, &desk, i, at, cross));
        let totals = &scored.totals;
        let groups = (set.set.groups.iter().zip(&totals.groups))
            .map(|(group, total)| GroupExplanation {
                code: group.code,
                name: group.name,
                kind: group.kind,
                max_points: group.max_points,
                lines: lines.by_ref().take(group.criteria.len()).flatten().collect(),
                sum: total.sum,
                points: total.points,
            })
            .collect();
        Some(Explanation {
            unit: entrant.unit.code,
            bloc: bloc.code,
            criteria_set: set.set.code,
            groups,
            earned_base: totals.earned_base,
            scaling: totals.scaled.then_some(Scaling { full: totals.full, applicable: totals.applicable }),
            base: totals.unit.base,
            bonus: totals.unit.bonus,
            penalty: totals.unit.penalty,
            max_points: set.set.max_points,
            total: totals.unit.total,
            merged: layers::merged(self.plan.campaign.policy.cross.unwrap_or_default(), set, &cross),
            sheets,
            class: scored.is_ranked().then(|| {
                let decision = self.decisions.get(position).copied().flatten();
                class::explain(&self.plan, &self.classes, position, totals.unit.total, decision)
            }),
        })
    }

    fn line(
        &self,
        scored: &Scored<'a>,
        desk: &Desk<'c, 'a>,
        position: usize,
        at: &CriterionAt<'c, 'a>,
        cross: &[CrossScore<'a>],
    ) -> Option<LineExplanation<'a>> {
        let result = scored.lines.get(position)?;
        let target = desk.goals.get(position).copied().flatten();
        let formula = match desk.lines.get(position)? {
            Effective::Missing => Formula::Missing,
            Effective::Line { line, .. } => self.formula(scored, position, at, line, target),
            Effective::Cross { .. } => Formula::Cross {
                aggregate: self.plan.campaign.policy.cross.unwrap_or_default(),
                scores: cross.to_vec(),
            },
        };
        Some(LineExplanation {
            criterion: at.criterion.code,
            name: at.criterion.name,
            max_points: at.criterion.max_points,
            layer: result.layer,
            state: result.state,
            target,
            formula,
            points: result.points,
        })
    }

    fn formula(
        &self,
        scored: &Scored<'a>,
        position: usize,
        at: &CriterionAt<'c, 'a>,
        line: &Line<'a>,
        target: Option<Measure>,
    ) -> Formula<'a> {
        match (&at.criterion.method, &line.score) {
            (Method::Judged, Score::Points { reason, .. }) => Formula::Given { reason: *reason },
            (_, Score::Points { reason, .. }) => Formula::Overridden { reason: *reason },
            (_, Score::Achieved(achieved)) => Formula::AllOrNothing { achieved: *achieved },
            (Method::Checklist(items), Score::Checked(checked)) => {
                let item = |code: &&str| at.items.find(code).and_then(|i| items.get(i)).copied();
                Formula::Checklist { checked: checked.iter().filter_map(item).collect() }
            }
            (Method::Deduct { each }, Score::Count(count)) => Formula::Deduct { count: *count, each: *each },
            (Method::PerItem { each }, Score::Count(count)) => {
                Formula::PerItem { count: *count, each: *each }
            }
            (Method::Steps { on, steps }, Score::Actual(actual)) => Formula::Steps {
                on: *on,
                actual: *actual,
                target,
                reached: reached(*on, steps, *actual, target).copied(),
            },
            (Method::Relative, Score::Actual(actual)) => self.relative(scored, position, *actual, target),
            (_, Score::Actual(actual)) => {
                target.map_or(Formula::Missing, |target| Formula::Proportional { actual: *actual, target })
            }
            _ => Formula::NotApplicable,
        }
    }

    fn relative(
        &self,
        scored: &Scored<'a>,
        position: usize,
        actual: Measure,
        target: Option<Measure>,
    ) -> Formula<'a> {
        let leaders =
            scored.bloc.and_then(|bloc| self.leaders.get(&(bloc, position))).copied().unwrap_or_default();
        match (target, leaders.ratio) {
            (Some(target), Some((leader_actual, leader_target))) => {
                Formula::AgainstLeader { actual, target, leader_actual, leader_target }
            }
            _ => Formula::AgainstGreatest { actual, greatest: leaders.greatest },
        }
    }
}
