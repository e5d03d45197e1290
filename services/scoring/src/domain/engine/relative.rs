//! The method that compares the units of one bloc.

use super::method::share;
use crate::domain::number::{Measure, Points, half_up, points, scaled_half_up};

/// One unit's `actual` in the comparison of its bloc for one criterion.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contender {
    pub(crate) bloc: usize,
    pub(crate) criterion: usize,
    pub(crate) entrant: usize,
    pub(crate) actual: Measure,
    pub(crate) target: Option<Measure>,
}

/// What a bloc's units are measured by for one criterion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Leaders {
    /// Actual and target with the greatest ratio among those with a target.
    pub(crate) ratio: Option<(Measure, Measure)>,
    /// The greatest actual among those without a target.
    pub(crate) greatest: Measure,
}

impl Leaders {
    /// Of the contenders of one bloc and criterion.
    pub(crate) fn of(contenders: &[Contender]) -> Leaders {
        let mut leaders = Leaders::default();
        for contender in contenders {
            match (contender.target, leaders.ratio) {
                (Some(target), Some((most, of)))
                    if product(contender.actual, of) <= product(most, target) => {}
                (Some(target), _) => leaders.ratio = Some((contender.actual, target)),
                (None, _) => leaders.greatest = leaders.greatest.max(contender.actual),
            }
        }
        leaders
    }

    /// The points of one of the contenders.
    pub(crate) fn points(&self, max: Points, actual: Measure, target: Option<Measure>) -> Points {
        match (target, self.ratio) {
            (Some(target), Some(leader)) => against_leader(max, (actual, target), leader),
            _ if self.greatest == Measure::ZERO => Points::ZERO,
            _ => share(max, actual, self.greatest),
        }
    }
}

/// With a = actual / target and L = the leader's: M/2 × a up to 1, then M/2 + M/2 × (a − 1) / (L − 1).
fn against_leader(max: Points, (actual, target): (Measure, Measure), leader: (Measure, Measure)) -> Points {
    let target_units = i128::from(target.ten_thousandths());
    if actual <= target {
        let part = i128::from(max.hundredths()) * i128::from(actual.ten_thousandths());
        return points(half_up(part, 2 * target_units.max(1)));
    }
    // M/2 × (1 + (a − 1) / (L − 1)) with a = x/t and L = X/T is M × (t(X − T) + T(x − t)) / 2t(X − T).
    let over = i128::from(actual.ten_thousandths()) - target_units;
    let leader_target = i128::from(leader.1.ten_thousandths());
    let leader_over = i128::from(leader.0.ten_thousandths()) - leader_target;
    let whole = target_units * leader_over;
    if whole <= 0 {
        return max;
    }
    points(scaled_half_up(max.hundredths(), whole + leader_target * over, 2 * whole))
}

fn product(a: Measure, b: Measure) -> i128 {
    i128::from(a.ten_thousandths()) * i128::from(b.ten_thousandths())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(text: &str) -> Measure {
        Measure::parse(text).unwrap()
    }

    fn scores(max: &str, contenders: &[(&str, Option<&str>)]) -> Vec<String> {
        let contenders: Vec<Contender> = contenders
            .iter()
            .map(|(actual, target)| Contender {
                bloc: 0,
                criterion: 0,
                entrant: 0,
                actual: measure(actual),
                target: target.map(measure),
            })
            .collect();
        let leaders = Leaders::of(&contenders);
        let max = Points::parse(max).unwrap();
        contenders.iter().map(|c| leaders.points(max, c.actual, c.target).to_string()).collect()
    }

    #[test]
    fn half_is_for_the_target_and_half_for_the_way_to_the_leader() {
        let contenders = [("5", Some("10")), ("10", Some("10")), ("15", Some("10")), ("40", Some("20"))];
        assert_eq!(scores("10", &contenders), ["2.50", "5.00", "7.50", "10.00"]);
        assert_eq!(scores("0.01", &[("1", Some("1")), ("2", Some("1"))]), ["0.01", "0.01"]);
        assert_eq!(scores("10", &[("9", Some("10"))]), ["4.50"]);
    }

    #[test]
    fn units_without_a_target_are_measured_by_the_greatest_of_them() {
        assert_eq!(scores("10", &[("3", None), ("9", None), ("100", Some("1"))]), ["3.33", "10.00", "10.00"]);
        assert_eq!(scores("10", &[("0", None), ("0", None)]), ["0.00", "0.00"]);
    }

    #[test]
    fn the_greatest_figures_of_a_campaign_are_exact() {
        let (max, most) = ("999999999.99", "999999999999.9999");
        // (L − 1) − (a − 1) is far below the resolution, and just one ten-thousandth of actual decides.
        assert_eq!(scores(max, &[(most, Some("0.0001"))]), [max]);
        assert_eq!(
            scores(max, &[(most, Some("499999999999.9999")), (most, Some("499999999999.9998"))]),
            ["999999999.99", "999999999.99"]
        );
        assert_eq!(
            scores(
                max,
                &[("750000000000", Some("500000000000")), ("999999999999.9999", Some("500000000000"))]
            ),
            ["749999999.99", "999999999.99"]
        );
    }
}
