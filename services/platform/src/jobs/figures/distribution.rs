//! How durations are spread: so many up to each bound.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::add;

/// Upper bounds in milliseconds, from what nobody notices to what somebody asks about.
const BOUNDS: [u64; 10] = [10, 50, 250, 1_000, 5_000, 15_000, 60_000, 300_000, 1_800_000, 7_200_000];

/// Counts durations.
#[derive(Debug, Default)]
pub(super) struct Spread {
    /// One for each bound, and one for what is longer.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    micros: AtomicU64,
}

/// What was counted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Distribution {
    pub(crate) sum: Duration,
    /// Upper bounds in seconds, the last one infinite, and how many durations are up to each and over those before.
    pub(crate) buckets: Vec<(f64, u64)>,
}

impl Spread {
    pub(super) fn add(&self, duration: Duration) {
        let place = BOUNDS.partition_point(|bound| Duration::from_millis(*bound) < duration);
        if let Some(bucket) = self.buckets.get(place) {
            add(bucket, 1);
        }
        add(&self.micros, u64::try_from(duration.as_micros()).unwrap_or(u64::MAX));
    }

    pub(super) fn seen(&self) -> Distribution {
        let bounds = BOUNDS.map(|bound| Duration::from_millis(bound).as_secs_f64()).into_iter();
        let counts = self.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed));
        Distribution {
            sum: Duration::from_micros(self.micros.load(Ordering::Relaxed)),
            buckets: bounds.chain([f64::INFINITY]).zip(counts).collect(),
        }
    }
}

impl Distribution {
    pub(crate) fn count(&self) -> u64 {
        self.buckets.iter().map(|(_, count)| count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_counted_where_they_belong() {
        let spread = Spread::default();
        for millis in [0, 10, 11, 7_200_001] {
            spread.add(Duration::from_millis(millis));
        }
        let seen = spread.seen();
        assert_eq!((seen.count(), seen.sum), (4, Duration::from_millis(7_200_022)));
        let counts: Vec<u64> = seen.buckets.iter().map(|(_, count)| *count).collect();
        assert_eq!(counts, [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert!(seen.buckets[10].0.is_infinite());
    }
}
