//! The lines of one unit, laid side by side.

use super::cross::combine;
use super::method::line_points;
use super::plan::{Entrant, Plan, SheetAt};
use crate::domain::campaign::{Aggregate, Line, Score};
use crate::domain::index::SetIndex;
use crate::domain::number::{Measure, Points};

/// The line that counts for a criterion: that of the highest layer that has one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Effective<'c, 'a> {
    Missing,
    Line {
        layer: usize,
        line: &'c Line<'a>,
    },
    /// Made of cross sheets: points only, or not applicable.
    Cross {
        layer: usize,
        points: Option<Points>,
    },
}

/// A place to work on one unit after another without allocating for each.
#[derive(Default)]
pub(crate) struct Desk<'c, 'a> {
    /// By criterion of the unit's set.
    pub(crate) lines: Vec<Effective<'c, 'a>>,
    /// By criterion: the target that the unit has for it.
    pub(crate) goals: Vec<Option<Measure>>,
    /// By target of the unit: the criterion that it is for.
    pub(crate) goal_criteria: Vec<Option<usize>>,
    /// How many criteria have no line yet.
    open: usize,
    /// Whether a sheet of the required layer or a higher one has a line.
    pub(crate) assessed: bool,
    cross: Vec<CrossScores>,
}

/// What the cross sheets say for one criterion.
#[derive(Clone, Default)]
struct CrossScores {
    points: Vec<Points>,
    not_applicable: bool,
}

impl<'c, 'a> Desk<'c, 'a> {
    /// Lays out the targets and effective lines of `entrant`, who is scored by `set`.
    pub(crate) fn lay_out(&mut self, plan: &Plan<'c, 'a>, entrant: &Entrant<'c, 'a>, set: &SetIndex<'c, 'a>) {
        self.lines.clear();
        self.lines.resize(set.criteria.len(), Effective::Missing);
        self.goals.clear();
        self.goals.resize(set.criteria.len(), None);
        self.open = set.criteria.len();
        self.assessed = false;
        self.lay_out_goals(plan, entrant, set);
        for sheets in plan.sheets_of(entrant).chunk_by(|a, b| a.layer() == b.layer()) {
            let Some(layer) = sheets.first().map(|at| at.layer()) else { continue };
            self.assessed |=
                layer >= plan.required_layer && sheets.iter().any(|at| !plan.lines_of(*at).is_empty());
            if plan.cross_layer == Some(layer) {
                self.merge_cross(plan, sheets, set, layer);
            } else {
                for at in sheets {
                    self.take(plan.lines_of(*at), set, layer);
                }
            }
            if self.open == 0 {
                // Lower layers are kept for the record alone.
                break;
            }
        }
    }

    /// Nothing lies here: the unit is in no bloc.
    pub(crate) fn clear(&mut self) {
        self.lines.clear();
        self.goals.clear();
        self.goal_criteria.clear();
    }

    /// Units mostly have targets for the same criteria in the same order: the unit before tells where to look.
    fn lay_out_goals(&mut self, plan: &Plan<'c, 'a>, entrant: &Entrant<'c, 'a>, set: &SetIndex<'c, 'a>) {
        let mut count = 0;
        for (position, target) in plan.targets_of(entrant).enumerate() {
            count += 1;
            let before = self.goal_criteria.get(position).copied().flatten();
            let criterion = target.criterion.and_then(|code| set.find_near(code, before.unwrap_or_default()));
            match self.goal_criteria.get_mut(position) {
                Some(known) => *known = criterion,
                None => self.goal_criteria.push(criterion),
            }
            if let Some(goal) = criterion.and_then(|criterion| self.goals.get_mut(criterion)) {
                *goal = Some(target.target);
            }
        }
        self.goal_criteria.truncate(count);
    }

    fn take(&mut self, lines: &'c [Line<'a>], set: &SetIndex<'c, 'a>, layer: usize) {
        let mut next = 0;
        for line in lines {
            let found = set.find_next(line.criterion, &mut next);
            if let Some(effective @ Effective::Missing) = found.and_then(|at| self.lines.get_mut(at)) {
                *effective = Effective::Line { layer, line };
                self.open -= 1;
            }
        }
    }

    fn merge_cross(&mut self, plan: &Plan<'c, 'a>, sheets: &[SheetAt], set: &SetIndex<'c, 'a>, layer: usize) {
        self.cross.resize(set.criteria.len().max(self.cross.len()), CrossScores::default());
        for scores in &mut self.cross {
            scores.points.clear();
            scores.not_applicable = false;
        }
        for at in sheets {
            let mut next = 0;
            for line in plan.lines_of(*at) {
                let Some(position) = set.find_next(line.criterion, &mut next) else { continue };
                let (Some(scores), Some(criterion)) =
                    (self.cross.get_mut(position), set.criteria.get(position))
                else {
                    continue;
                };
                match &line.score {
                    Score::NotApplicable => scores.not_applicable = true,
                    score => {
                        let goal = self.goals.get(position).copied().flatten();
                        scores.points.push(line_points(criterion, score, goal));
                    }
                }
            }
        }
        let aggregate = plan.campaign.policy.cross.unwrap_or(Aggregate::Mean);
        for (effective, scores) in self.lines.iter_mut().zip(&mut self.cross) {
            if let Effective::Missing = effective {
                self.open -= usize::from(!scores.points.is_empty() || scores.not_applicable);
                if !scores.points.is_empty() {
                    *effective =
                        Effective::Cross { layer, points: Some(combine(aggregate, &mut scores.points)) };
                } else if scores.not_applicable {
                    *effective = Effective::Cross { layer, points: None };
                }
            }
        }
    }

    /// The `actual` that the effective line for a criterion carries.
    pub(crate) fn actual(&self, criterion: usize) -> Option<Measure> {
        match self.lines.get(criterion)? {
            Effective::Line { line: Line { score: Score::Actual(actual), .. }, .. } => Some(*actual),
            _ => None,
        }
    }
}
