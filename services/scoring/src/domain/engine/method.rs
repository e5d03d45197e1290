//! From a line to points, by the criterion's method.

use crate::domain::campaign::{Method, Score, Step, StepsOn};
use crate::domain::index::CriterionAt;
use crate::domain::number::{Measure, Points, half_up, points};

/// The points of one line. A `relative` criterion gives none here: its points need the whole bloc.
pub(crate) fn line_points(at: &CriterionAt<'_, '_>, score: &Score<'_>, target: Option<Measure>) -> Points {
    let max = at.criterion.max_points;
    match (&at.criterion.method, score) {
        (_, Score::Points { points, .. }) => *points,
        (Method::AllOrNothing, Score::Achieved(true)) => max,
        (Method::Checklist(items), Score::Checked(checked)) => {
            let item = |code: &&str| at.items.find(code).and_then(|i| items.get(i));
            max.min(checked.iter().filter_map(item).map(|item| item.points).sum())
        }
        (Method::Proportional, Score::Actual(actual)) => proportional(max, *actual, target),
        (Method::Steps { on, steps }, Score::Actual(actual)) => {
            reached(*on, steps, *actual, target).map_or(Points::ZERO, |step| step.points)
        }
        (Method::Deduct { each }, Score::Count(count)) => max.minus(each.times(*count)).max(Points::ZERO),
        (Method::PerItem { each }, Score::Count(count)) => max.min(each.times(*count)),
        _ => Points::ZERO,
    }
}

/// M × min(1, actual / target), rounded half up.
fn proportional(max: Points, actual: Measure, target: Option<Measure>) -> Points {
    match target {
        Some(target) if actual < target => share(max, actual, target),
        Some(_) => max,
        None => Points::ZERO,
    }
}

/// M × part / whole, rounded half up. `whole` is above zero.
pub(crate) fn share(max: Points, part: Measure, whole: Measure) -> Points {
    let (max, part, whole) = (max.hundredths(), part.ten_thousandths(), whole.ten_thousandths());
    // Usual figures fit in 64 bits, where division is several times faster.
    if let Some(product) = max.checked_mul(part)
        && whole > 0
    {
        let (quotient, rest) = (product / whole, product % whole);
        return Points::from_hundredths(quotient + i64::from(rest >= whole - rest));
    }
    points(half_up(i128::from(max) * i128::from(part), i128::from(whole).max(1)))
}

/// The step with the greatest `at_least` that the measure reaches.
pub(crate) fn reached(
    on: StepsOn,
    steps: &[Step],
    actual: Measure,
    target: Option<Measure>,
) -> Option<&Step> {
    let reaches = |step: &&Step| match on {
        StepsOn::Actual => step.at_least <= actual,
        StepsOn::Ratio => target.is_some_and(|target| {
            let wanted = i128::from(step.at_least.ten_thousandths()) * i128::from(target.ten_thousandths());
            wanted <= i128::from(actual.ten_thousandths()) * i128::from(Measure::ONE.ten_thousandths())
        }),
    };
    steps.iter().filter(reaches).max_by_key(|step| step.at_least)
}
