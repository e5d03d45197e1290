//! A line's arithmetic as it is written down: `8 × min(1, 33 / 30) = 8.00`.

use std::fmt::{self, Display, Formatter};

use super::{CrossScore, Formula, LineExplanation};
use crate::domain::campaign::{Aggregate, StepsOn};
use crate::domain::number::{Measure, Points};

impl LineExplanation<'_> {
    /// The line's arithmetic; empty where nothing was computed.
    pub fn arithmetic(&self) -> String {
        let computed = match &self.formula {
            Formula::Missing
            | Formula::NotApplicable
            | Formula::Given { .. }
            | Formula::Overridden { .. } => false,
            Formula::Cross { scores, .. } => scores.iter().any(|score| score.points.is_some()),
            _ => true,
        };
        if computed { format!("{} {}", Working(self), self.points) } else { String::new() }
    }
}

/// All but the points that come out.
struct Working<'l, 'a>(&'l LineExplanation<'a>);

impl Display for Working<'_, '_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let max = self.0.max_points.plain();
        match &self.0.formula {
            Formula::Missing
            | Formula::NotApplicable
            | Formula::Given { .. }
            | Formula::Overridden { .. } => Ok(()),
            Formula::AllOrNothing { achieved } => write!(f, "{max} × {} =", u8::from(*achieved)),
            Formula::Checklist { checked } => {
                write!(f, "min({max}, ")?;
                list(f, " + ", checked.iter().map(|item| item.points))?;
                f.write_str(") =")
            }
            Formula::Proportional { actual, target } => {
                write!(f, "{max} × min(1, {} / {}) =", actual.plain(), target.plain())
            }
            Formula::Steps { on, actual, target, reached } => {
                write!(f, "{}", actual.plain())?;
                if let (StepsOn::Ratio, Some(target)) = (on, target) {
                    write!(f, " / {}", target.plain())?;
                }
                match reached {
                    Some(step) => write!(f, " ≥ {} →", step.at_least.plain()),
                    None => f.write_str(" →"),
                }
            }
            Formula::Deduct { count, each } => write!(f, "max(0, {max} − {count} × {}) =", each.plain()),
            Formula::PerItem { count, each } => write!(f, "min({max}, {count} × {}) =", each.plain()),
            Formula::AgainstLeader { actual, target, leader_actual, leader_target } => {
                let ratio = Ratio(*actual, *target);
                if actual <= target {
                    write!(f, "{max} / 2 × {ratio} =")
                } else {
                    let leader = Ratio(*leader_actual, *leader_target);
                    write!(f, "{max} / 2 + {max} / 2 × ({ratio} − 1) / ({leader} − 1) =")
                }
            }
            Formula::AgainstGreatest { greatest: Measure::ZERO, .. } => write!(f, "{max} × 0 ="),
            Formula::AgainstGreatest { actual, greatest } => {
                write!(f, "{max} × {} / {} =", actual.plain(), greatest.plain())
            }
            Formula::Cross { aggregate, scores } => cross(f, *aggregate, scores),
        }
    }
}

struct Ratio(Measure, Measure);

impl Display for Ratio {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.0.plain(), self.1.plain())
    }
}

/// What the sheets gave, by the policy's word; sheets that say not applicable do not count.
fn cross(f: &mut Formatter<'_>, aggregate: Aggregate, scores: &[CrossScore<'_>]) -> fmt::Result {
    write!(f, "{}(", aggregate.as_str())?;
    list(f, ", ", scores.iter().filter_map(|score| score.points))?;
    f.write_str(") =")
}

fn list(f: &mut Formatter<'_>, between: &str, points: impl Iterator<Item = Points>) -> fmt::Result {
    let mut first = true;
    for points in points {
        f.write_str(if first { "" } else { between })?;
        write!(f, "{}", points.plain())?;
        first = false;
    }
    if first { f.write_str("0") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::campaign::{ChecklistItem, Step};
    use crate::domain::results::LineState;

    fn points(text: &str) -> Points {
        Points::parse(text).unwrap()
    }

    fn measure(text: &str) -> Measure {
        Measure::parse(text).unwrap()
    }

    fn written(max: &str, formula: Formula<'_>, result: &str) -> String {
        let line = LineExplanation {
            criterion: "1.1",
            name: "",
            max_points: points(max),
            layer: None,
            state: LineState::Scored,
            target: None,
            formula,
            points: points(result),
        };
        line.arithmetic()
    }

    #[test]
    fn what_was_given_needs_no_arithmetic() {
        assert_eq!(written("8", Formula::Missing, "0"), "");
        assert_eq!(written("8", Formula::NotApplicable, "0"), "");
        assert_eq!(written("8", Formula::Given { reason: None }, "7"), "");
        let scores = vec![CrossScore { scorer: "b", points: None }];
        assert_eq!(written("8", Formula::Cross { aggregate: Aggregate::Mean, scores }, "0"), "");
        assert_eq!(written("8", Formula::Overridden { reason: Some("so") }, "7"), "");
    }

    #[test]
    fn each_method_is_written_with_its_numbers() {
        assert_eq!(written("6", Formula::AllOrNothing { achieved: true }, "6"), "6 × 1 = 6.00");
        let item = |code, text| ChecklistItem { code, points: points(text) };
        let checked = vec![item("a", "3"), item("b", "2.5")];
        assert_eq!(written("6", Formula::Checklist { checked }, "5.5"), "min(6, 3 + 2.5) = 5.50");
        assert_eq!(written("6", Formula::Checklist { checked: vec![] }, "0"), "min(6, 0) = 0.00");
        let (actual, target) = (measure("33"), measure("30"));
        assert_eq!(written("8", Formula::Proportional { actual, target }, "8"), "8 × min(1, 33 / 30) = 8.00");
        assert_eq!(
            written("6", Formula::Deduct { count: 2, each: points("0.5") }, "5"),
            "max(0, 6 − 2 × 0.5) = 5.00"
        );
        assert_eq!(
            written("5", Formula::PerItem { count: 9, each: points("1") }, "5"),
            "min(5, 9 × 1) = 5.00"
        );
    }

    #[test]
    fn steps_are_written_with_the_one_that_was_reached() {
        let step = Step { at_least: measure("0.85"), points: points("4") };
        let steps = |on, target, reached| Formula::Steps { on, actual: measure("45"), target, reached };
        assert_eq!(
            written("6", steps(StepsOn::Ratio, Some(measure("50")), Some(step)), "4"),
            "45 / 50 ≥ 0.85 → 4.00"
        );
        assert_eq!(written("6", steps(StepsOn::Actual, None, None), "0"), "45 → 0.00");
    }

    #[test]
    fn comparisons_name_whom_they_compare_with() {
        let against = |actual, target| Formula::AgainstLeader {
            actual: measure(actual),
            target: measure(target),
            leader_actual: measure("40"),
            leader_target: measure("20"),
        };
        assert_eq!(written("10", against("5", "10"), "2.5"), "10 / 2 × 5 / 10 = 2.50");
        assert_eq!(
            written("10", against("15", "10"), "7.5"),
            "10 / 2 + 10 / 2 × (15 / 10 − 1) / (40 / 20 − 1) = 7.50"
        );
        let greatest =
            |greatest| Formula::AgainstGreatest { actual: measure("3"), greatest: measure(greatest) };
        assert_eq!(written("10", greatest("9"), "3.33"), "10 × 3 / 9 = 3.33");
        assert_eq!(written("10", greatest("0"), "0"), "10 × 0 = 0.00");
        let score = |scorer, points| CrossScore { scorer, points };
        let scores = vec![score("b", Some(points("7"))), score("c", None), score("d", Some(points("8.5")))];
        let cross = Formula::Cross { aggregate: Aggregate::TrimmedMean, scores };
        assert_eq!(written("10", cross, "7.75"), "trimmed_mean(7, 8.5) = 7.75");
    }
}
