//! The cross sheets of a unit, made one.

use crate::domain::campaign::Aggregate;
use crate::domain::number::{Points, half_up, points};

/// Combines the points of several sheets for one criterion; `scores` is sorted on the way. Empty gives zero.
pub(crate) fn combine(aggregate: Aggregate, scores: &mut [Points]) -> Points {
    scores.sort_unstable();
    let count = scores.len();
    let kept = match aggregate {
        Aggregate::Mean => 0..count,
        Aggregate::TrimmedMean if count >= 3 => 1..count - 1,
        Aggregate::TrimmedMean => 0..count,
        Aggregate::Median => count.saturating_sub(1) / 2..count / 2 + usize::from(count > 0),
    };
    mean(scores.get(kept).unwrap_or_default())
}

fn mean(scores: &[Points]) -> Points {
    let sum: i128 = scores.iter().map(|score| i128::from(score.hundredths())).sum();
    match i128::try_from(scores.len()) {
        Ok(count) if count > 0 => points(half_up(sum, count)),
        _ => Points::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_combine_by_mean_median_and_trimmed_mean() {
        let combined = |aggregate, scores: &[i64]| {
            let mut scores: Vec<Points> = scores.iter().map(|s| Points::from_hundredths(*s)).collect();
            combine(aggregate, &mut scores).hundredths()
        };
        assert_eq!(combined(Aggregate::Mean, &[100, 101]), 101);
        assert_eq!(combined(Aggregate::Mean, &[100, 100, 101]), 100);
        assert_eq!(combined(Aggregate::Median, &[900, 100, 200]), 200);
        assert_eq!(combined(Aggregate::Median, &[900, 100, 200, 301]), 251);
        assert_eq!(combined(Aggregate::Median, &[7]), 7);
        assert_eq!(combined(Aggregate::TrimmedMean, &[900, 100]), 500);
        assert_eq!(combined(Aggregate::TrimmedMean, &[900, 100, 300]), 300);
        assert_eq!(combined(Aggregate::TrimmedMean, &[0, 0, 1, 1000]), 1);
    }
}
