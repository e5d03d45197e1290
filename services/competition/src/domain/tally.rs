//! What follows from the count of a vote. Shares are compared by multiplication, so two thirds are two thirds.

use std::collections::{BTreeMap, BTreeSet};

use proto::competition::v1::{Share, VoteOutcome, VoteRules};

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Every candidate, also one without a vote.
    pub(crate) votes: BTreeMap<String, u32>,
    pub(crate) blank: u32,
}

/// What follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) outcome: VoteOutcome,
    pub(crate) leading_unit: Option<String>,
    /// Empty when none is due.
    pub(crate) run_off: BTreeSet<String>,
}

impl Count {
    /// Ballots cast.
    pub(crate) fn cast(&self) -> u64 {
        self.votes.values().copied().map(u64::from).sum::<u64>() + u64::from(self.blank)
    }

    /// The candidates with their votes: the most first, equal ones by code.
    pub(crate) fn ranked(&self) -> Vec<(&str, u32)> {
        let mut ranked: Vec<_> = self.votes.iter().map(|(unit, votes)| (unit.as_str(), *votes)).collect();
        // They come by code, and the sort keeps the order of equal ones.
        ranked.sort_by_key(|(_, votes)| std::cmp::Reverse(*votes));
        ranked
    }
}

/// Applies rules in which no part is absent.
pub(crate) fn decide(count: &Count, entitled: u32, rules: &VoteRules) -> Verdict {
    let cast = count.cast();
    let quorum = rules.quorum.unwrap_or_default();
    let majority = rules.majority.unwrap_or_default();
    let no_one = |outcome| Verdict { outcome, leading_unit: None, run_off: BTreeSet::new() };
    if scaled(cast, quorum.denominator) < scaled(u64::from(entitled), quorum.numerator) {
        return no_one(VoteOutcome::QuorumMissed);
    }
    let ranked = count.ranked();
    let most = ranked.first().map_or(0, |(_, votes)| *votes);
    let first: Vec<&str> =
        ranked.iter().take_while(|(_, votes)| *votes == most).map(|(unit, _)| *unit).collect();
    if let [leader] = first[..]
        && exceeds(most, cast, majority)
    {
        let leading_unit = Some(leader.to_owned());
        return Verdict { leading_unit, ..no_one(VoteOutcome::Elected) };
    }
    let places = usize::try_from(rules.run_off_candidates).unwrap_or(usize::MAX);
    let last = ranked.get(places.saturating_sub(1)).map_or(0, |(_, votes)| *votes);
    let run_off = ranked.iter().filter(|(_, votes)| *votes >= last).map(|(unit, _)| (*unit).to_owned());
    Verdict { run_off: run_off.collect(), ..no_one(VoteOutcome::RunOffDue) }
}

fn exceeds(votes: u32, cast: u64, share: Share) -> bool {
    scaled(u64::from(votes), share.denominator) > scaled(cast, share.numerator)
}

fn scaled(ballots: u64, part: u32) -> u128 {
    u128::from(ballots) * u128::from(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vote_rules::whole;

    fn share(numerator: u32, denominator: u32) -> Option<Share> {
        Some(Share { numerator, denominator })
    }

    fn count(votes: &[(&str, u32)], blank: u32) -> Count {
        Count { votes: votes.iter().map(|(unit, votes)| ((*unit).to_owned(), *votes)).collect(), blank }
    }

    /// The outcome in one word, with the leader or the run-off.
    fn outcome(votes: &[(&str, u32)], blank: u32, entitled: u32, rules: &VoteRules) -> String {
        let verdict = decide(&count(votes, blank), entitled, &whole(Some(rules)));
        let run_off: Vec<_> = verdict.run_off.into_iter().collect();
        match verdict.outcome {
            VoteOutcome::Elected => format!("elected {}", verdict.leading_unit.unwrap_or_default()),
            VoteOutcome::RunOffDue => format!("run-off {}", run_off.join("+")),
            VoteOutcome::QuorumMissed => "missed".to_owned(),
            VoteOutcome::Unspecified => "?".to_owned(),
        }
    }

    #[test]
    fn the_quorum_is_a_share_of_the_entitled_reached_exactly() {
        let rules = VoteRules::default();
        assert_eq!(outcome(&[("a", 4)], 0, 6, &rules), "elected a");
        assert_eq!(outcome(&[("a", 3)], 0, 6, &rules), "missed");
        assert_eq!(outcome(&[("a", 4)], 0, 7, &rules), "missed");
        assert_eq!(outcome(&[("a", 3)], 1, 6, &rules), "elected a", "blank ballots are cast");
        let none = VoteRules { quorum: share(0, 1), ..rules };
        assert_eq!(outcome(&[("a", 1)], 0, 600, &none), "elected a");
        let all = VoteRules { quorum: share(1, 1), ..rules };
        assert_eq!(outcome(&[("a", 5)], 0, 6, &all), "missed");
        assert_eq!(outcome(&[("a", 6)], 0, 6, &all), "elected a");
    }

    #[test]
    fn the_winner_has_more_than_the_majority_of_the_ballots_cast() {
        let rules = VoteRules::default();
        assert_eq!(outcome(&[("a", 4), ("b", 3)], 0, 7, &rules), "elected a");
        assert_eq!(outcome(&[("a", 3), ("b", 3)], 0, 6, &rules), "run-off a+b");
        assert_eq!(outcome(&[("a", 3), ("b", 2)], 1, 6, &rules), "run-off a+b", "half is not more than half");
        let two_thirds = VoteRules { majority: share(2, 3), ..rules };
        assert_eq!(outcome(&[("a", 4), ("b", 2)], 0, 6, &two_thirds), "run-off a+b");
        assert_eq!(outcome(&[("a", 5), ("b", 1)], 0, 6, &two_thirds), "elected a");
        let third = VoteRules { majority: share(1, 3), ..rules };
        assert_eq!(outcome(&[("a", 4), ("b", 3)], 0, 7, &third), "elected a", "the first of two above it");
        assert_eq!(outcome(&[("a", 3), ("b", 3), ("c", 1)], 0, 7, &third), "run-off a+b", "neither is first");
    }

    #[test]
    fn who_equals_the_last_of_the_run_off_goes_too() {
        let rules = VoteRules::default();
        assert_eq!(outcome(&[("a", 3), ("b", 2), ("c", 2), ("d", 1)], 0, 8, &rules), "run-off a+b+c");
        assert_eq!(outcome(&[("a", 2), ("b", 2), ("c", 2), ("d", 1)], 0, 7, &rules), "run-off a+b+c");
        let three = VoteRules { run_off_candidates: 3, ..rules };
        assert_eq!(outcome(&[("a", 3), ("b", 2), ("c", 2), ("d", 1)], 0, 8, &three), "run-off a+b+c");
        assert_eq!(outcome(&[("a", 1), ("b", 1)], 4, 6, &three), "run-off a+b", "there are no more");
        assert_eq!(outcome(&[("a", 0), ("b", 0)], 6, 6, &rules), "run-off a+b", "all are blank");
    }

    #[test]
    fn large_counts_do_not_overflow() {
        let most = u32::MAX;
        let rules =
            VoteRules { quorum: share(1000, 1000), majority: share(999, 1000), ..VoteRules::default() };
        assert_eq!(outcome(&[("a", most), ("b", most)], most, most, &rules), "run-off a+b");
    }

    #[test]
    fn candidates_stand_by_votes_and_then_by_code() {
        let count = count(&[("b", 1), ("a", 1), ("c", 5)], 2);
        assert_eq!(count.ranked(), [("c", 5), ("a", 1), ("b", 1)]);
        assert_eq!(count.cast(), 9);
    }
}
