//! What the sheets of a unit say layer by layer, whichever counts.

use super::{CrossScore, MergedCross};
use crate::domain::campaign::{Aggregate, CROSS, Method, Score};
use crate::domain::engine::cross::combine;
use crate::domain::engine::method::line_points;
use crate::domain::engine::plan::{Entrant, Plan};
use crate::domain::index::SetIndex;
use crate::domain::number::{Measure, Points};

/// A sheet, with what its lines give by themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetPoints<'a> {
    pub layer: &'a str,
    pub scorer: &'a str,
    pub lines: Vec<LinePoints<'a>>,
}

/// What a line of a sheet gives by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinePoints<'a> {
    pub criterion: &'a str,
    /// Position of the criterion in the set.
    pub position: usize,
    /// None for what does not apply, and for an actual that is compared with the whole bloc.
    pub points: Option<Points>,
}

/// The sheets of an entrant, whose targets by criterion are `goals`.
pub(super) fn sheets<'a>(
    plan: &Plan<'_, 'a>,
    entrant: &Entrant<'_, 'a>,
    set: &SetIndex<'_, 'a>,
    goals: &[Option<Measure>],
) -> Vec<SheetPoints<'a>> {
    let sheets = plan.sheets_of(entrant).iter().map(|sheet| {
        let mut next = 0;
        let lines = plan.lines_of(*sheet).iter().filter_map(|line| {
            let position = set.find_next(line.criterion, &mut next)?;
            let at = set.criteria.get(position)?;
            let points = match (&line.score, &at.criterion.method) {
                (Score::NotApplicable, _) | (Score::Actual(_), Method::Relative) => None,
                (score, _) => Some(line_points(at, score, goals.get(position).copied().flatten())),
            };
            Some(LinePoints { criterion: line.criterion, position, points })
        });
        let layer = plan.campaign.policy.layers.get(sheet.layer()).copied().unwrap_or_default();
        SheetPoints { layer, scorer: plan.scorer_of(*sheet), lines: lines.collect() }
    });
    sheets.collect()
}

/// What the cross sheets give, by criterion of the set (`criteria` of them) and by scorer.
pub(super) fn cross_scores<'a>(criteria: usize, sheets: &[SheetPoints<'a>]) -> Vec<Vec<CrossScore<'a>>> {
    let mut scores = vec![Vec::new(); criteria];
    for sheet in sheets.iter().filter(|sheet| sheet.layer == CROSS) {
        for line in &sheet.lines {
            if let Some(scores) = scores.get_mut(line.position) {
                scores.push(CrossScore { scorer: sheet.scorer, points: line.points });
            }
        }
    }
    scores.iter_mut().for_each(|scores| scores.sort_unstable_by_key(|score| score.scorer));
    scores
}

/// What the cross sheets were made into.
pub(super) fn merged<'a>(
    aggregate: Aggregate,
    set: &SetIndex<'_, 'a>,
    cross: &[Vec<CrossScore<'a>>],
) -> Vec<MergedCross<'a>> {
    let lines = set.criteria.iter().zip(cross).filter(|(_, scores)| !scores.is_empty());
    let merged = lines.map(|(at, scores)| {
        let mut points: Vec<Points> = scores.iter().filter_map(|score| score.points).collect();
        let points = (!points.is_empty()).then(|| combine(aggregate, &mut points));
        MergedCross { criterion: at.criterion.code, points }
    });
    merged.collect()
}
