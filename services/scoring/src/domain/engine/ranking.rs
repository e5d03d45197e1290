//! The order of units, and their ranks.

use std::cmp::Ordering;

use super::scores::Scored;
use crate::domain::campaign::RankingKey;
use crate::domain::index::{Codes, SetIndex};
use crate::domain::number::Points;

/// Every unit's values of the ranking's keys.
pub(crate) struct Ranking {
    width: usize,
    /// `width` values for each entrant.
    values: Vec<i64>,
}

impl Ranking {
    pub(crate) fn new(keys: &[RankingKey<'_>], sets: &[SetIndex<'_, '_>], scored: &[Scored<'_>]) -> Ranking {
        // Where each set has the group of each key.
        let columns: Vec<Vec<Option<usize>>> = sets
            .iter()
            .map(|set| {
                let codes = Codes::new(set.set.groups.iter().map(|group| group.code));
                let column = |key: &RankingKey<'_>| match key {
                    RankingKey::Group(code) => codes.find(code),
                    RankingKey::Total | RankingKey::Votes => None,
                };
                keys.iter().map(column).collect()
            })
            .collect();
        let mut values = Vec::with_capacity(keys.len() * scored.len());
        for unit in scored {
            let columns = unit.set.and_then(|set| columns.get(set));
            for (position, key) in keys.iter().enumerate() {
                let points = match key {
                    RankingKey::Total => unit.totals.unit.total,
                    RankingKey::Votes => Points::from_hundredths(i64::from(unit.votes)),
                    RankingKey::Group(_) => columns
                        .and_then(|columns| *columns.get(position)?)
                        .and_then(|group| unit.totals.groups.get(group))
                        .map_or(Points::ZERO, |group| group.points),
                };
                values.push(points.hundredths());
            }
        }
        Ranking { width: keys.len(), values }
    }

    fn of(&self, entrant: usize) -> &[i64] {
        self.values.get(entrant * self.width..(entrant + 1) * self.width).unwrap_or_default()
    }

    pub(crate) fn equal(&self, a: usize, b: usize) -> bool {
        self.of(a) == self.of(b)
    }

    /// Better units first; equal ones by position, which decides nothing.
    pub(crate) fn order(&self, a: usize, b: usize) -> Ordering {
        self.of(b).cmp(self.of(a)).then(a.cmp(&b))
    }

    /// The rank of each of `entrants`, which are sorted on the way: equal ones share the better rank and the next
    /// rank is skipped.
    pub(crate) fn ranks(&self, entrants: &mut [usize], mut tell: impl FnMut(usize, usize)) {
        entrants.sort_unstable_by(|a, b| self.order(*a, *b));
        let mut better = 0;
        for equals in entrants.chunk_by(|a, b| self.equal(*a, *b)) {
            for entrant in equals {
                tell(*entrant, better + 1);
            }
            better += equals.len();
        }
    }
}
