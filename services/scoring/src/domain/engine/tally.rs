//! Counts and percentages.

use super::scores::Scored;
use crate::domain::campaign::PercentBase;
use crate::domain::number::half_up;
use crate::domain::results::{Percent, QuotaResult, Tally};

/// Counts units by class as they come, then makes the tally.
#[derive(Clone)]
pub(crate) struct Counter {
    units: usize,
    ranked: usize,
    /// By class, then the unranked.
    counts: Vec<usize>,
}

impl Counter {
    pub(crate) fn new(classes: usize) -> Counter {
        Counter { units: 0, ranked: 0, counts: vec![0; classes + 1] }
    }

    /// `class` is the position of the unit's class after decisions.
    pub(crate) fn add(&mut self, unit: &Scored<'_>, class: Option<usize>) {
        self.units += 1;
        self.ranked += usize::from(unit.is_ranked());
        let unranked = self.counts.len() - 1;
        if let Some(count) = self.counts.get_mut(class.unwrap_or(unranked)) {
            *count += 1;
        }
    }

    pub(crate) fn tally(self, base: PercentBase, quotas: Vec<QuotaResult<'_>>) -> Tally<'_> {
        let (of, named) = match base {
            PercentBase::All => (self.units, self.counts.len()),
            PercentBase::Ranked => (self.ranked, self.counts.len() - 1),
        };
        let percent = self.counts.iter().take(named).map(|count| percent(*count, of)).collect();
        Tally { units: self.units, ranked: self.ranked, counts: self.counts, percent, quotas }
    }
}

/// count × 100 / base in hundredths, rounded half up; nothing of nothing is zero.
fn percent(count: usize, base: usize) -> Percent {
    match (i128::try_from(count), i128::try_from(base)) {
        (Ok(count), Ok(base)) if base > 0 => {
            Percent(i64::try_from(half_up(count * 10_000, base)).unwrap_or(i64::MAX))
        }
        _ => Percent(0),
    }
}
