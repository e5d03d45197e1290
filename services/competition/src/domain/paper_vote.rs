//! Votes that were held on paper: only their count is entered.

use std::collections::BTreeSet;

use platform::input::{Faults, path};
use proto::common::v1::Reason;
use proto::competition::v1 as wire;

use super::tally::Count;
use super::votes::{MOST, check_members, once, placed};

/// What was entered.
#[derive(Debug)]
pub(crate) struct PaperVote {
    /// The season's code.
    pub(crate) season: String,
    /// The bloc's code.
    pub(crate) bloc: String,
    pub(crate) count: Count,
    /// None: the members of the bloc.
    entitled: Option<u32>,
    pub(crate) minutes_number: String,
    /// The candidates in the order of the request.
    units: Vec<String>,
}

impl PaperVote {
    pub(crate) fn parse(request: &wire::EnterPaperVoteRequest, faults: &mut Faults) -> Option<Self> {
        let season = faults.code("season", &request.season);
        let bloc = faults.code("bloc", &request.bloc);
        let units = faults.each("counts", MOST, &request.counts, |at, entry, faults| {
            faults.code(path(at, "unit"), &entry.unit)
        });
        if request.counts.is_empty() {
            faults.add("counts", Reason::FieldRequired, "at least one candidate is required");
        }
        if let Some(units) = &units {
            once(&placed("counts", ".unit", units), faults);
        }
        let most = u32::try_from(MOST).unwrap_or(u32::MAX);
        let entitled = faults.between("entitled", request.entitled, 0, most);
        let minutes_number = faults.name("minutes_number", &request.minutes_number);
        let votes = request.counts.iter().map(|entry| (entry.unit.clone(), entry.votes));
        Some(Self {
            season: season?,
            bloc: bloc?,
            count: Count { votes: votes.collect(), blank: request.blank },
            entitled: entitled.map(|entitled| (entitled > 0).then_some(entitled))?,
            minutes_number: minutes_number?,
            units: units?,
        })
    }

    /// The units that could cast a ballot, `members` being those of the bloc. Notes what does not fit them; `candidates`
    /// are those that the round before leaves, none for the first round.
    pub(crate) fn check(
        &self,
        members: &BTreeSet<String>,
        candidates: Option<&BTreeSet<String>>,
        faults: &mut Faults,
    ) -> u32 {
        let placed = placed("counts", ".unit", &self.units);
        match candidates {
            None => check_members(&placed, members, faults),
            Some(candidates) => self.check_candidates(&placed, candidates, faults),
        }
        let entitled = self.entitled.unwrap_or_else(|| u32::try_from(members.len()).unwrap_or(u32::MAX));
        let cast = self.count.cast();
        if cast > u64::from(entitled) {
            let sentence = format!("votes and blank ballots are {cast}, and {entitled} units could cast one");
            faults.add("counts", Reason::CountMismatch, sentence);
        }
        entitled
    }

    fn check_candidates(
        &self,
        placed: &[(String, &str)],
        candidates: &BTreeSet<String>,
        faults: &mut Faults,
    ) {
        for (field, unit) in placed.iter().filter(|(_, unit)| !candidates.contains(*unit)) {
            faults.add(field, Reason::NotACandidate, format!("{unit:?} is no candidate of this round"));
        }
        for missing in candidates.iter().filter(|candidate| !self.units.contains(candidate)) {
            let sentence = format!("the candidate {missing:?} of this round is missing");
            faults.add("counts", Reason::FieldRequired, sentence);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(counts: &[(&str, u32)]) -> wire::EnterPaperVoteRequest {
        let entry =
            |(unit, votes): &(&str, u32)| wire::CandidateVotes { unit: (*unit).to_owned(), votes: *votes };
        wire::EnterPaperVoteRequest {
            season: "2022".to_owned(),
            bloc: "khoi-1".to_owned(),
            counts: counts.iter().map(entry).collect(),
            blank: 1,
            entitled: 0,
            minutes_number: "03/BB-KTĐ".to_owned(),
        }
    }

    fn set(units: &[&str]) -> BTreeSet<String> {
        units.iter().map(|&unit| unit.to_owned()).collect()
    }

    /// What is wrong in the bloc of a, b and c.
    fn faults(request: &wire::EnterPaperVoteRequest, candidates: Option<&[&str]>) -> Vec<String> {
        let mut faults = Faults::new();
        if let Some(vote) = PaperVote::parse(request, &mut faults) {
            let candidates = candidates.map(set);
            vote.check(&set(&["a", "b", "c"]), candidates.as_ref(), &mut faults);
        }
        let error = faults.none().err();
        let violations = error.map(|error| error.violations().to_vec()).unwrap_or_default();
        violations.into_iter().map(|violation| format!("{} {}", violation.field, violation.reason)).collect()
    }

    #[test]
    fn all_that_is_wrong_is_named_at_once() {
        assert_eq!(faults(&request(&[("a", 1), ("b", 1)]), None), [""; 0]);
        let wrong = wire::EnterPaperVoteRequest {
            bloc: "Khối 1".to_owned(),
            entitled: 1001,
            minutes_number: String::new(),
            ..request(&[])
        };
        let expected = [
            "bloc CODE_INVALID",
            "counts FIELD_REQUIRED",
            "entitled NUMBER_INVALID",
            "minutes_number FIELD_REQUIRED",
        ];
        assert_eq!(faults(&wrong, None), expected);
        assert_eq!(faults(&request(&[("a", 0), ("a", 1)]), None), ["counts[1].unit INVALID_ARGUMENT"]);
        assert_eq!(faults(&request(&[("a", 0), ("d", 1)]), None), ["counts[1].unit NOT_A_MEMBER"]);
    }

    #[test]
    fn no_more_ballots_than_entitled_units() {
        assert_eq!(faults(&request(&[("a", 2), ("b", 1)]), None), ["counts COUNT_MISMATCH"]);
        let four = wire::EnterPaperVoteRequest { entitled: 4, ..request(&[("a", 2), ("b", 1)]) };
        assert_eq!(faults(&four, None), [""; 0]);
        assert_eq!(faults(&request(&[("a", u32::MAX), ("b", u32::MAX)]), None), ["counts COUNT_MISMATCH"]);
    }

    #[test]
    fn a_later_round_has_the_candidates_that_the_one_before_leaves() {
        let left = Some(&["a", "b"][..]);
        assert_eq!(faults(&request(&[("a", 1), ("b", 1)]), left), [""; 0]);
        let expected = ["counts[1].unit NOT_A_CANDIDATE", "counts FIELD_REQUIRED"];
        assert_eq!(faults(&request(&[("a", 1), ("c", 1)]), left), expected);
    }
}
