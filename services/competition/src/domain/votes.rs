//! Honour votes: opened, cast into, closed and counted, round by round.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use platform::Result;
use platform::input::Faults;
use proto::common::v1::Reason;
use proto::competition::v1 as wire;
use wire::cast_ballot_request::Choice as WireChoice;
use wire::{VoteOutcome, VoteRules, VoteState};

use super::signature::Signature;
use super::tally::{Count, Verdict, decide};
use crate::error;

platform::typed_ids! {
    /// One round of an honour vote.
    VoteId,
}

/// Candidates of one vote, and units that may cast a ballot in it: the members of a bloc.
pub(super) const MOST: usize = 1000;

/// One round.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Vote {
    pub(crate) id: VoteId,
    /// The season's code.
    pub(crate) season: String,
    /// The bloc's code.
    pub(crate) bloc: String,
    /// 1 for the first.
    pub(crate) round: u32,
    pub(crate) candidates: BTreeSet<String>,
    /// No part of them is absent.
    pub(crate) rules: VoteRules,
    pub(crate) entitled: u32,
    /// The number of the minutes, of a vote on paper.
    pub(crate) minutes_number: Option<String>,
    pub(crate) opened: Signature,
    /// None while it is open.
    pub(crate) result: Option<VoteResult>,
}

/// How a round ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VoteResult {
    pub(crate) count: Count,
    pub(crate) verdict: Verdict,
    pub(crate) closed: Signature,
}

/// What a ballot says. It shows itself to nobody who prints it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Choice {
    Candidate(String),
    Blank,
}

impl fmt::Debug for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("secret")
    }
}

impl Choice {
    /// What is refused is not repeated.
    pub(crate) fn parse(choice: Option<WireChoice>, faults: &mut Faults) -> Option<Self> {
        match choice {
            Some(WireChoice::Candidate(unit)) if !unit.is_empty() => Some(Self::Candidate(unit)),
            Some(WireChoice::Blank(true)) => Some(Self::Blank),
            Some(WireChoice::Blank(false)) => {
                faults.refuse("blank", Reason::InvalidArgument, "is always true")
            }
            Some(WireChoice::Candidate(_)) | None => {
                faults.refuse("candidate", Reason::FieldRequired, "candidate or blank is required")
            }
        }
    }
}

impl Vote {
    pub(crate) fn require_open(&self) -> Result<()> {
        if self.result.is_none() { Ok(()) } else { Err(error::ballot_closed()) }
    }

    /// Notes a choice that the delegate of `unit` does not have.
    pub(crate) fn check_choice(&self, unit: &str, choice: &Choice, faults: &mut Faults) {
        let Choice::Candidate(chosen) = choice else { return };
        if !self.candidates.contains(chosen) {
            faults.add("candidate", Reason::NotACandidate, "is none of the candidates");
        } else if self.rules.own_unit_excluded && chosen == unit {
            let sentence = "is the delegate's own unit, which this vote excludes";
            faults.add("candidate", Reason::NotACandidate, sentence);
        }
    }

    /// The round closed with what was found in the box. `marks` are the units that have voted.
    pub(crate) fn closed(self, ballots: &[Choice], marks: usize, by: Signature) -> Result<Self> {
        self.require_open()?;
        let mut count = Count { votes: BTreeMap::new(), blank: 0 };
        count.votes.extend(self.candidates.iter().map(|unit| (unit.clone(), 0)));
        for ballot in ballots {
            match ballot {
                Choice::Blank => count.blank += 1,
                Choice::Candidate(unit) => match count.votes.get_mut(unit) {
                    Some(votes) => *votes += 1,
                    None => return Err(error::box_damaged("a ballot is for no candidate")),
                },
            }
        }
        if ballots.len() != marks {
            return Err(error::box_damaged("there are not as many ballots as marks on the roll"));
        }
        Ok(self.counted(count, by))
    }

    pub(crate) fn counted(self, count: Count, by: Signature) -> Self {
        let verdict = decide(&count, self.entitled, &self.rules);
        Self { result: Some(VoteResult { count, verdict, closed: by }), ..self }
    }

    /// Who can be chosen in the next round: `BALLOT_OPEN` before the close, `NO_RUN_OFF_DUE` when none is to follow.
    pub(crate) fn next_candidates(&self) -> Result<&BTreeSet<String>> {
        let Some(result) = &self.result else { return Err(error::ballot_open()) };
        match result.verdict.outcome {
            VoteOutcome::RunOffDue => Ok(&result.verdict.run_off),
            VoteOutcome::QuorumMissed => Ok(&self.candidates),
            VoteOutcome::Elected | VoteOutcome::Unspecified => Err(error::no_run_off_due()),
        }
    }

    pub(crate) fn reached_quorum(&self) -> bool {
        let outcome = self.result.as_ref().map(|result| result.verdict.outcome);
        outcome.is_some_and(|outcome| outcome != VoteOutcome::QuorumMissed)
    }

    /// `cast`: the marks on the roll.
    pub(crate) fn to_proto(&self, cast: u32) -> wire::Vote {
        let result = self.result.as_ref();
        let counted = result.map(|result| u32::try_from(result.count.cast()).unwrap_or(u32::MAX));
        wire::Vote {
            id: self.id.to_string(),
            season: self.season.clone(),
            bloc: self.bloc.clone(),
            round: self.round,
            candidates: self.candidates.iter().cloned().collect(),
            rules: Some(self.rules),
            state: if result.is_some() { VoteState::Closed } else { VoteState::Open }.into(),
            entitled: self.entitled,
            cast: counted.unwrap_or(cast),
            opened: Some(self.opened.to_proto()),
            closed: result.map(|result| result.closed.to_proto()),
            result: result.map(VoteResult::to_proto),
            on_paper: self.minutes_number.is_some(),
            minutes_number: self.minutes_number.clone().unwrap_or_default(),
        }
    }
}

impl VoteResult {
    /// The votes of each candidate, by code.
    pub(crate) fn votes(&self) -> impl Iterator<Item = wire::CandidateVotes> {
        self.count
            .votes
            .iter()
            .map(|(unit, votes)| wire::CandidateVotes { unit: unit.clone(), votes: *votes })
    }

    fn to_proto(&self) -> wire::VoteResult {
        let Verdict { outcome, leading_unit, run_off } = self.verdict.clone();
        let counts = self.count.ranked().into_iter();
        wire::VoteResult {
            outcome: outcome.into(),
            leading_unit: leading_unit.unwrap_or_default(),
            counts: counts
                .map(|(unit, votes)| wire::CandidateVotes { unit: unit.to_owned(), votes })
                .collect(),
            blank: self.count.blank,
            run_off: run_off.into_iter().collect(),
        }
    }
}

/// What the bloc's next round follows on; none when it is the first. `VOTE_EXISTS` when none can follow. `rounds` are in
/// their order.
pub(crate) fn last(rounds: &[Vote]) -> Result<Option<&Vote>> {
    let Some(last) = rounds.last() else { return Ok(None) };
    match &last.result {
        None => Err(error::vote_exists(&last.bloc, "has an honour vote that is open")),
        Some(result) if result.verdict.outcome == VoteOutcome::Elected => {
            Err(error::vote_exists(&last.bloc, "has a leading unit"))
        }
        Some(_) => Ok(Some(last)),
    }
}

/// Those of the candidates that are still in the bloc; `NOT_A_MEMBER` when none is.
pub(crate) fn standing(
    bloc: &str,
    candidates: &BTreeSet<String>,
    members: &BTreeSet<String>,
) -> Result<BTreeSet<String>> {
    let standing: BTreeSet<String> = candidates.intersection(members).cloned().collect();
    match candidates.first() {
        Some(first) if standing.is_empty() => Err(error::not_a_member(bloc, first)),
        _ => Ok(standing),
    }
}

/// The codes of candidates, none twice.
pub(crate) fn parse_candidates(units: &[String], faults: &mut Faults) -> Option<BTreeSet<String>> {
    let units = faults.each("candidates", MOST, units, |at, unit, faults| faults.code(at, unit))?;
    once(&placed("candidates", "", &units), faults);
    Some(units.into_iter().collect())
}

/// Notes the units that are no members of the bloc.
pub(crate) fn check_members(units: &[(String, &str)], members: &BTreeSet<String>, faults: &mut Faults) {
    for (field, unit) in units.iter().filter(|(_, unit)| !members.contains(*unit)) {
        faults.add(field, Reason::NotAMember, format!("the unit {unit:?} is no member of the bloc"));
    }
}

/// The entries of a list with their paths; `part` is the path within an entry.
pub(crate) fn placed<'a>(
    field: &str,
    part: &str,
    units: impl IntoIterator<Item = &'a String>,
) -> Vec<(String, &'a str)> {
    let path = |place| format!("{field}[{place}]{part}");
    units.into_iter().enumerate().map(|(place, unit)| (path(place), unit.as_str())).collect()
}

/// Notes what stands there a second time.
pub(super) fn once(units: &[(String, &str)], faults: &mut Faults) {
    let mut seen = BTreeSet::new();
    for (field, unit) in units {
        if !seen.insert(*unit) {
            faults.add(field, Reason::InvalidArgument, format!("the unit {unit:?} stands there twice"));
        }
    }
}

#[cfg(test)]
#[path = "votes_test.rs"]
mod tests;
