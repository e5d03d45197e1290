//! How many targets are met, and what their figures add up to.

use std::collections::BTreeMap;

use proto::competition::v1 as wire;
use wire::TargetGroup;

use super::targets::Target;

/// `targets` in the order of units and codes.
pub(crate) fn summarize(targets: &[Target]) -> wire::SummarizeTargetsResponse {
    wire::SummarizeTargetsResponse { groups: groups(targets), figures: figures(targets) }
}

fn groups(targets: &[Target]) -> Vec<wire::TargetCounts> {
    let order = [TargetGroup::Target, TargetGroup::JointTask, TargetGroup::ProgrammeTask];
    let counts = order.map(|group| {
        let of_group = || targets.iter().filter(|target| target.group == group);
        wire::TargetCounts {
            group: group.into(),
            total: number(of_group().count()),
            met: number(of_group().filter(|target| target.met()).count()),
            exceeded: number(of_group().filter(|target| target.exceeded()).count()),
        }
    });
    counts.into_iter().filter(|counts| counts.total > 0).collect()
}

/// What the figures of one target, of one code and unit of measure, come to. Wide, because many large amounts may meet.
struct Total<'a> {
    target_name: &'a str,
    figure_name: &'a str,
    units: usize,
    planned: i128,
    actual: i128,
}

fn figures(targets: &[Target]) -> Vec<wire::FigureTotal> {
    let mut totals: BTreeMap<(&str, &str, &str), Total<'_>> = BTreeMap::new();
    for target in targets {
        for figure in &target.figures {
            let key = (target.code.as_str(), figure.code.as_str(), figure.unit_of_measure.as_str());
            let (target_name, figure_name) = (&target.name, &figure.name);
            let total = totals.entry(key).or_insert(Total {
                target_name,
                figure_name,
                units: 0,
                planned: 0,
                actual: 0,
            });
            total.units += 1;
            total.planned += i128::from(figure.planned);
            total.actual += i128::from(figure.actual.unwrap_or(0));
        }
    }
    let totals = totals.into_iter().map(|((target, figure, unit_of_measure), total)| wire::FigureTotal {
        target: target.to_owned(),
        figure: figure.to_owned(),
        target_name: total.target_name.to_owned(),
        figure_name: total.figure_name.to_owned(),
        unit_of_measure: unit_of_measure.to_owned(),
        units: number(total.units),
        planned: text(total.planned),
        actual: text(total.actual),
    });
    totals.collect()
}

/// A sum of ten-thousandths, which is not negative, without trailing zeros.
fn text(total: i128) -> String {
    let text = format!("{}.{:04}", total / 10_000, total % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::targets::Figure;

    fn target(unit: &str, group: TargetGroup, figures: &[(i64, Option<i64>)]) -> Target {
        let figures = figures.iter().enumerate().map(|(place, (planned, actual))| Figure {
            code: format!("f{place}"),
            name: String::new(),
            unit_of_measure: "đoàn viên".to_owned(),
            planned: planned * 10_000,
            actual: actual.map(|actual| actual * 10_000),
        });
        Target {
            unit: unit.to_owned(),
            code: "dang".to_owned(),
            name: format!("Chỉ tiêu của {unit}"),
            group,
            figures: figures.collect(),
            criterion: None,
            position: 0,
        }
    }

    #[test]
    fn a_target_is_met_when_all_figures_are_and_exceeded_when_one_is_above() {
        let of = |figures: &[(i64, Option<i64>)]| {
            let target = target("a", TargetGroup::Target, figures);
            (target.met(), target.exceeded())
        };
        assert_eq!(of(&[(58, Some(113)), (58, Some(108))]), (true, true));
        assert_eq!(of(&[(58, Some(58)), (58, Some(58))]), (true, false));
        assert_eq!(of(&[(58, Some(113)), (58, Some(57))]), (false, false));
        assert_eq!(of(&[(58, Some(113)), (58, None)]), (false, false));
    }

    #[test]
    fn groups_are_counted_apart_and_figures_added_up() {
        let targets = [
            target("a", TargetGroup::Target, &[(180, Some(193))]),
            target("b", TargetGroup::JointTask, &[(1, Some(1))]),
            target("c", TargetGroup::Target, &[(5, None)]),
        ];
        let summary = summarize(&targets);
        let counts: Vec<_> = summary.groups.iter().map(|g| (g.group(), g.total, g.met, g.exceeded)).collect();
        assert_eq!(counts, [(TargetGroup::Target, 2, 1, 1), (TargetGroup::JointTask, 1, 1, 0)]);
        let [total] = summary.figures.as_slice() else { panic!("one figure, not {:?}", summary.figures) };
        assert_eq!((total.units, total.planned.as_str(), total.actual.as_str()), (3, "186", "194"));
        assert_eq!(total.target_name, "Chỉ tiêu của a");
    }

    #[test]
    fn sums_are_exact_however_large() {
        let largest = 10_000_000_000_000_000_i64 - 1;
        let sum = i128::from(largest) * 20_000;
        assert_eq!(text(sum), "19999999999999998");
        assert_eq!(text(5), "0.0005");
        assert_eq!(text(0), "0");
    }
}
