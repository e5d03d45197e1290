//! An explanation is arithmetic that anybody can repeat: it leads to the total.

use proptest::prelude::*;
use scoring::domain::campaign::{Aggregate, GroupKind, StepsOn};
use scoring::domain::document::Document;
use scoring::domain::explain::{Explainer, Explanation, Formula, LineExplanation};
use scoring::domain::number::{Measure, Points};
use scoring::domain::{compute, read};

use crate::campaigns::campaign;

/// numerator / denominator in whole numbers, halves up.
fn half_up(numerator: i128, denominator: i128) -> i64 {
    i64::try_from((2 * numerator + denominator) / (2 * denominator)).unwrap()
}

fn measure(measure: Measure) -> i128 {
    i128::from(measure.ten_thousandths())
}

/// The points of a line in hundredths, from its formula alone.
fn line_points(line: &LineExplanation<'_>) -> i64 {
    let max = line.max_points.hundredths();
    let wide = i128::from(max);
    match &line.formula {
        Formula::Missing | Formula::NotApplicable => 0,
        Formula::Given { .. } | Formula::Overridden { .. } => line.points.hundredths(),
        Formula::AllOrNothing { achieved } => {
            if *achieved {
                max
            } else {
                0
            }
        }
        Formula::Checklist { checked } => max.min(checked.iter().map(|item| item.points.hundredths()).sum()),
        Formula::Proportional { actual, target } => {
            half_up(wide * measure(*actual).min(measure(*target)), measure(*target))
        }
        Formula::Steps { on, actual, target, reached } => {
            if let (Some(step), StepsOn::Ratio) = (reached, on) {
                assert!(measure(step.at_least) * measure(target.unwrap()) <= measure(*actual) * 10_000);
            }
            reached.map_or(0, |step| step.points.hundredths())
        }
        Formula::Deduct { count, each } => 0.max(max - i64::from(*count) * each.hundredths()),
        Formula::PerItem { count, each } => max.min(i64::from(*count) * each.hundredths()),
        Formula::AgainstLeader { actual, target, leader_actual, leader_target } => {
            let (x, t, top, of) =
                (measure(*actual), measure(*target), measure(*leader_actual), measure(*leader_target));
            if x <= t {
                half_up(wide * x, 2 * t)
            } else {
                half_up(wide * (t * (top - of) + of * (x - t)), 2 * t * (top - of))
            }
        }
        Formula::AgainstGreatest { actual, greatest } => match measure(*greatest) {
            0 => 0,
            greatest => half_up(wide * measure(*actual), greatest),
        },
        Formula::Cross { aggregate, scores } => {
            let mut points: Vec<i64> =
                scores.iter().filter_map(|s| s.points).map(Points::hundredths).collect();
            points.sort_unstable();
            let kept = match (aggregate, points.len()) {
                (_, 0) => return 0,
                (Aggregate::TrimmedMean, 3..) => &points[1..points.len() - 1],
                (Aggregate::Median, len) => &points[(len - 1) / 2..=len / 2],
                _ => &points[..],
            };
            half_up(kept.iter().map(|p| i128::from(*p)).sum(), i128::try_from(kept.len()).unwrap())
        }
    }
}

/// The total in hundredths, from the lines up.
fn total(explanation: &Explanation<'_>) -> i64 {
    let sum_of = |kind: GroupKind| -> i64 {
        let groups = explanation.groups.iter().filter(|group| group.kind == kind);
        groups.map(|g| g.max_points.hundredths().min(g.lines.iter().map(line_points).sum())).sum()
    };
    let mut base = sum_of(GroupKind::Base);
    assert_eq!(base, explanation.earned_base.hundredths());
    if let Some(scaling) = explanation.scaling {
        let (full, applicable) = (scaling.full.hundredths(), scaling.applicable.hundredths());
        base = full.min(half_up(i128::from(base) * i128::from(full), i128::from(applicable)));
    }
    let (bonus, penalty) = (sum_of(GroupKind::Bonus), sum_of(GroupKind::Penalty));
    assert_eq!(
        [base, bonus, penalty],
        [explanation.base, explanation.bonus, explanation.penalty].map(Points::hundredths)
    );
    0.max(explanation.max_points.hundredths().min(base + bonus) - penalty)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn the_explained_arithmetic_gives_the_total(seed in any::<u64>()) {
        let bytes = serde_json::to_vec(&campaign(seed)).unwrap();
        let document = Document::read(&bytes).unwrap();
        let checked = read(&document).unwrap();
        let results = compute(&checked).unwrap();
        let explainer = Explainer::new(&checked);
        for unit in &results.units {
            let explanation = explainer.explain(unit.unit);
            prop_assert_eq!(explanation.is_some(), unit.bloc.is_some());
            let (Some(explanation), Some(totals)) = (explanation, unit.totals) else { continue };
            prop_assert_eq!(total(&explanation), totals.total.hundredths());
            prop_assert_eq!(explanation.total, totals.total);
            let lines = explanation.groups.iter().flat_map(|group| &group.lines);
            for (explained, line) in lines.zip(&unit.lines) {
                prop_assert_eq!(explained.criterion, line.criterion);
                prop_assert_eq!(line_points(explained), line.points.hundredths(), "{:?}", explained);
                prop_assert_eq!((explained.layer, explained.state), (line.layer, line.state));
            }
        }
    }
}
