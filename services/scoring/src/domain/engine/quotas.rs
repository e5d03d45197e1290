//! Quotas: how many of a pool may stay, and who they are.

use super::plan::Plan;
use super::ranking::Ranking;
use super::scores::Scored;
use crate::domain::campaign::{Quota, QuotaBase, Rounding, Scope, Ties};
use crate::domain::number::{Measure, half_up};

/// How many units there are, by bloc and in the federation.
pub(crate) struct Census {
    all: Counts,
    ranked: Counts,
}

/// A number for each bloc and one for the federation.
struct Counts {
    blocs: Vec<usize>,
    federation: usize,
}

impl Counts {
    fn new(blocs: usize, units: impl Iterator<Item = Option<usize>>) -> Counts {
        let mut counts = Counts { blocs: vec![0; blocs], federation: 0 };
        for bloc in units {
            counts.federation += 1;
            if let Some(count) = bloc.and_then(|bloc| counts.blocs.get_mut(bloc)) {
                *count += 1;
            }
        }
        counts
    }

    /// Of a bloc, or of the federation.
    fn of(&self, part: Option<usize>) -> usize {
        match part {
            Some(bloc) => self.blocs.get(bloc).copied().unwrap_or_default(),
            None => self.federation,
        }
    }
}

impl Census {
    pub(crate) fn new(plan: &Plan<'_, '_>, scored: &[Scored<'_>]) -> Census {
        let blocs = plan.blocs.len();
        Census {
            all: Counts::new(blocs, scored.iter().map(|unit| unit.bloc)),
            ranked: Counts::new(blocs, scored.iter().filter(|unit| unit.is_ranked()).map(|unit| unit.bloc)),
        }
    }
}

/// What a quota did in one part.
pub(crate) struct Outcome {
    pub(crate) base: usize,
    pub(crate) allowed: usize,
    pub(crate) selected: usize,
    /// Entrants that are equal at the cut, by position.
    pub(crate) ties: Vec<usize>,
}

/// The quotas of one class, over its pool.
pub(crate) struct Quotas<'q, 'a> {
    scored: &'q [Scored<'a>],
    ranking: &'q Ranking,
    census: &'q Census,
    pool: Counts,
    blocs: usize,
}

impl<'q, 'a> Quotas<'q, 'a> {
    pub(crate) fn new(
        plan: &Plan<'_, 'a>,
        scored: &'q [Scored<'a>],
        ranking: &'q Ranking,
        census: &'q Census,
        pool: &[usize],
    ) -> Quotas<'q, 'a> {
        let blocs = plan.blocs.len();
        let bloc_of = |unit: &usize| scored.get(*unit).and_then(|unit| unit.bloc);
        Quotas { scored, ranking, census, pool: Counts::new(blocs, pool.iter().map(bloc_of)), blocs }
    }

    /// Cuts the candidates by one quota and tells the outcome of each part (of every bloc, or of the federation) and
    /// who is out.
    pub(crate) fn run(
        &mut self,
        quota: Quota,
        ties: Ties,
        candidates: &mut Vec<usize>,
        mut tell: impl FnMut(Option<usize>, Outcome, &[usize]),
    ) {
        let bloc_of = |unit: usize| self.scored.get(unit).and_then(|unit| unit.bloc);
        let part_of = |unit: usize| match quota.scope {
            Scope::Bloc => bloc_of(unit),
            Scope::Federation => None,
        };
        candidates
            .sort_unstable_by(|a, b| part_of(*a).cmp(&part_of(*b)).then_with(|| self.ranking.order(*a, *b)));
        let parts: Vec<Option<usize>> = match quota.scope {
            Scope::Bloc => (0..self.blocs).map(Some).collect(),
            Scope::Federation => vec![None],
        };
        let mut stay = Vec::with_capacity(candidates.len());
        let mut rest = candidates.as_slice();
        for part in parts {
            let (own, others) = rest.split_at(rest.partition_point(|unit| part_of(*unit) <= part));
            rest = others;
            let outcome = self.cut(quota, ties, part, own);
            let (kept, out) = own.split_at(outcome.selected);
            stay.extend(kept);
            tell(part, outcome, out);
        }
        *candidates = stay;
    }

    /// `own` are the candidates of the part, better ones first.
    fn cut(&self, quota: Quota, ties: Ties, part: Option<usize>, own: &[usize]) -> Outcome {
        let base = match quota.base {
            QuotaBase::Pool => self.pool.of(part),
            QuotaBase::Ranked => self.census.ranked.of(part),
            QuotaBase::All => self.census.all.of(part),
        };
        let allowed = allowed(quota.percent, base, quota.rounding);
        let last_in = allowed.checked_sub(1).and_then(|last| own.get(last));
        let tied =
            last_in.zip(own.get(allowed)).filter(|(last, first_out)| self.ranking.equal(**last, **first_out));
        let Some((tied, _)) = tied else {
            return Outcome { base, allowed, selected: allowed.min(own.len()), ties: Vec::new() };
        };
        let mut equals: Vec<usize> =
            own.iter().copied().filter(|unit| self.ranking.equal(*unit, *tied)).collect();
        equals.sort_unstable();
        let better = own.iter().take_while(|unit| !self.ranking.equal(**unit, *tied)).count();
        let selected = match ties {
            Ties::Exclude => better,
            Ties::Include => better + equals.len(),
        };
        Outcome { base, allowed, selected, ties: equals }
    }
}

/// percent × base / 100, rounded to a whole number.
fn allowed(percent: Measure, base: usize, rounding: Rounding) -> usize {
    let whole = i128::from(Measure::HUNDRED.ten_thousandths());
    let Ok(base) = i128::try_from(base) else { return base };
    let share = i128::from(percent.ten_thousandths()) * base;
    let rounded = match rounding {
        Rounding::Floor => share / whole,
        Rounding::HalfUp => half_up(share, whole),
        Rounding::Ceil => (share + whole - 1) / whole,
    };
    usize::try_from(rounded).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_allowed_number_is_rounded_as_the_quota_says() {
        let count = |percent, base, rounding| allowed(Measure::parse(percent).unwrap(), base, rounding);
        assert_eq!(count("20", 23, Rounding::HalfUp), 5);
        assert_eq!(count("20", 22, Rounding::HalfUp), 4);
        assert_eq!(count("12.5", 12, Rounding::HalfUp), 2);
        assert_eq!(count("12.5", 12, Rounding::Floor), 1);
        assert_eq!(count("0.0001", 1, Rounding::Ceil), 1);
        assert_eq!(count("0", 100, Rounding::Ceil), 0);
        assert_eq!(count("100", 7, Rounding::Floor), 7);
    }
}
