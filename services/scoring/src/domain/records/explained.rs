//! The explanation of a unit as a run keeps it, and as it is shown.

use std::collections::BTreeMap;

use prost::Message;
use proto::scoring::v1 as wire;

use super::{KeptSet, UnitRecord, count};
use crate::domain::campaign::CROSS;
use crate::domain::explain::{ClassExplanation, Explanation, LinePoints, MergedCross};
use crate::domain::number::{Measure, Points};
use crate::domain::sheets::Line;

/// What led to a unit's standing and lines, beside them and its criteria set. Kept as it is: it grows by protobuf's
/// rules, a tag is never used for something else.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct KeptExplanation {
    /// Hundredths: the sum of the lines of each group.
    #[prost(int64, repeated, tag = "1")]
    sums: Vec<i64>,
    /// In the order of the set's criteria.
    #[prost(message, repeated, tag = "2")]
    workings: Vec<KeptWorking>,
    #[prost(message, optional, tag = "3")]
    scaling: Option<wire::Scaling>,
    #[prost(bool, tag = "4")]
    capped: bool,
    #[prost(bool, tag = "5")]
    floored: bool,
    /// None for an unranked unit.
    #[prost(message, optional, tag = "6")]
    class: Option<wire::ClassExplanation>,
    /// By layer from the lowest to the highest, then by scorer; last of the cross sheets what they were made into.
    #[prost(message, repeated, tag = "7")]
    sheets: Vec<KeptSheet>,
}

/// How the points of a line were found.
#[derive(Clone, PartialEq, Message)]
struct KeptWorking {
    #[prost(string, tag = "1")]
    arithmetic: String,
    /// Ten-thousandths.
    #[prost(int64, optional, tag = "2")]
    target: Option<i64>,
}

/// A sheet that counted.
#[derive(Clone, PartialEq, Message)]
struct KeptSheet {
    /// Place among the layers, from 1.
    #[prost(uint32, tag = "1")]
    layer: u32,
    /// Empty: what cross sheets were made into.
    #[prost(string, tag = "2")]
    scorer: String,
    #[prost(message, repeated, tag = "3")]
    lines: Vec<wire::Line>,
    /// Hundredths, line by line: what it gives by itself; below zero: nothing.
    #[prost(sint64, repeated, tag = "4")]
    points: Vec<i64>,
}

/// In place of points where a line gives none by itself.
const NO_POINTS: i64 = -1;

/// A sheet of the unit, with all that its scorer said.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SheetOfUnit<'s> {
    pub(crate) layer: &'s str,
    pub(crate) scorer: &'s str,
    pub(crate) lines: &'s [Line],
}

/// Which lines are shown to the one who asks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shown<'s> {
    /// None: groups, total and class alone.
    Groups,
    Lines(CrossSheets<'s>),
}

/// Which sheets of the cross layer are shown with lines.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CrossSheets<'s> {
    All,
    /// Those that these units scored: cross scoring is not over.
    By(&'s [&'s str]),
}

impl KeptExplanation {
    /// `layers` are those of the policy.
    pub(crate) fn of<'s>(
        explanation: &Explanation<'_>,
        layers: &[&str],
        sheets: impl Iterator<Item = SheetOfUnit<'s>>,
    ) -> Self {
        let place = |name: &str| layers.iter().position(|layer| *layer == name);
        let place = |name: &str| place(name).map_or(0, |place| count(place.saturating_add(1)));
        let mut sheets: Vec<KeptSheet> = sheets
            .map(|sheet| KeptSheet {
                layer: place(sheet.layer),
                scorer: sheet.scorer.to_owned(),
                lines: sheet.lines.iter().map(Line::to_proto).collect(),
                points: points(explanation, sheet),
            })
            .chain(merged(&explanation.merged, place(CROSS)))
            .collect();
        let order = |sheet: &KeptSheet| (sheet.layer, sheet.scorer.is_empty());
        sheets
            .sort_by(|one, other| order(one).cmp(&order(other)).then_with(|| one.scorer.cmp(&other.scorer)));
        let lines = explanation.groups.iter().flat_map(|group| &group.lines);
        let uncut = explanation.base.plus(explanation.bonus);
        Self {
            sums: explanation.groups.iter().map(|group| group.sum.hundredths()).collect(),
            workings: lines
                .map(|line| KeptWorking {
                    arithmetic: line.arithmetic(),
                    target: line.target.map(Measure::ten_thousandths),
                })
                .collect(),
            scaling: explanation.scaling.map(|scaling| wire::Scaling {
                before: explanation.earned_base.to_string(),
                full: scaling.full.to_string(),
                applicable: scaling.applicable.to_string(),
                after: explanation.base.to_string(),
            }),
            capped: uncut > explanation.max_points,
            floored: explanation.penalty > uncut.min(explanation.max_points),
            class: explanation.class.as_ref().map(class),
            sheets,
        }
    }

    /// The unit's result without its origin; `set` is the one of the unit's bloc in the same run.
    pub(crate) fn to_proto(
        &self,
        record: &UnitRecord,
        set: &KeptSet,
        shown: Shown<'_>,
    ) -> wire::GetUnitResultResponse {
        let mut groups = set.groups.clone();
        for ((group, points), sum) in groups.iter_mut().zip(&record.standing.groups).zip(&self.sums) {
            group.points.clone_from(&points.points);
            group.sum = Points::from_hundredths(*sum).to_string();
        }
        match shown {
            Shown::Groups => groups.iter_mut().for_each(|group| group.lines.clear()),
            Shown::Lines(cross) => {
                let lines = groups.iter_mut().flat_map(|group| &mut group.lines);
                self.fill(lines, record, set, cross);
            }
        }
        wire::GetUnitResultResponse {
            origin: None,
            standing: Some(record.standing.clone()),
            groups,
            scaling: self.scaling.clone(),
            max_points: set.max_points.clone(),
            capped: self.capped,
            floored: self.floored,
            class: self.class.clone(),
        }
    }

    fn fill<'l>(
        &self,
        lines: impl Iterator<Item = &'l mut wire::LineExplanation>,
        record: &UnitRecord,
        set: &KeptSet,
        cross: CrossSheets<'_>,
    ) {
        let mut layers = self.layers(set, cross);
        for ((line, kept), working) in lines.zip(record.lines.named(set)).zip(&self.workings) {
            kept.state.as_str().clone_into(&mut line.state);
            kept.layer.clone_into(&mut line.layer);
            line.points = kept.points.to_string();
            // The formula of cross sheets names the points of each.
            let hidden = kept.layer == CROSS && matches!(cross, CrossSheets::By(_));
            line.arithmetic = if hidden { String::new() } else { working.arithmetic.clone() };
            let target = working.target.map(Measure::from_ten_thousandths);
            line.target = target.map(|target| target.plain().to_string());
            line.layers = layers.remove(kept.criterion).unwrap_or_default();
        }
    }

    /// What the sheets said, by criterion.
    fn layers(&self, set: &KeptSet, cross: CrossSheets<'_>) -> BTreeMap<&str, Vec<wire::LayerLine>> {
        let mut said: BTreeMap<&str, Vec<wire::LayerLine>> = BTreeMap::new();
        for sheet in &self.sheets {
            let layer = set.layer(sheet.layer);
            let hidden = match cross {
                CrossSheets::All => false,
                CrossSheets::By(units) => {
                    layer == CROSS && !sheet.scorer.is_empty() && !units.contains(&sheet.scorer.as_str())
                }
            };
            let lines = sheet.lines.iter().zip(&sheet.points).filter(|_| !hidden);
            for (line, points) in lines {
                said.entry(&line.criterion).or_default().push(wire::LayerLine {
                    layer: layer.to_owned(),
                    scorer: sheet.scorer.clone(),
                    line: Some(line.clone()),
                    points: (*points >= 0).then(|| Points::from_hundredths(*points).to_string()),
                });
            }
        }
        said
    }
}

/// What the lines of a sheet give by themselves.
fn points(explanation: &Explanation<'_>, sheet: SheetOfUnit<'_>) -> Vec<i64> {
    let mut all = explanation.sheets.iter();
    let own = all.find(|one| one.layer == sheet.layer && one.scorer == sheet.scorer);
    let own = own.map(|own| own.lines.as_slice()).unwrap_or_default();
    let points = sheet.lines.iter().enumerate().map(|(place, line)| {
        // Both mostly follow the order of the set.
        let same = |one: &&LinePoints<'_>| one.criterion == line.criterion;
        let found = own.get(place).filter(same).or_else(|| own.iter().find(same));
        found.and_then(|one| one.points).map_or(NO_POINTS, Points::hundredths)
    });
    points.collect()
}

/// The sheet that cross sheets were made into; none where there is none.
fn merged(lines: &[MergedCross<'_>], layer: u32) -> Option<KeptSheet> {
    use wire::line::Value;
    let line = |line: &MergedCross<'_>| wire::Line {
        criterion: line.criterion.to_owned(),
        value: Some(match line.points {
            Some(points) => Value::Points(points.to_string()),
            None => Value::NotApplicable(true),
        }),
        ..wire::Line::default()
    };
    let points = lines.iter().map(|line| line.points.map_or(NO_POINTS, Points::hundredths)).collect();
    let lines: Vec<_> = lines.iter().map(line).collect();
    (!lines.is_empty()).then(|| KeptSheet { layer, scorer: String::new(), lines, points })
}

fn class(class: &ClassExplanation<'_>) -> wire::ClassExplanation {
    wire::ClassExplanation {
        by_points: class.by_points.to_owned(),
        band: class.band.to_owned(),
        unmet: class
            .unmet
            .iter()
            .map(|(class, failed)| wire::UnmetClass {
                class: (*class).to_owned(),
                conditions: failed.iter().map(ToString::to_string).collect(),
            })
            .collect(),
        choices: class
            .choices
            .iter()
            .map(|choice| wire::Choice {
                class: choice.class.to_owned(),
                candidate: choice.candidate,
                selected: choice.selected,
                left_out_by: choice.left_out_by.map(count),
                tied_at_cut: choice.tied_at_cut,
            })
            .collect(),
        decision: class.decision.map(|decision| wire::ClassDecision {
            from: class.computed.to_owned(),
            to: decision.class.to_owned(),
            reason: decision.reason.to_owned(),
        }),
    }
}
