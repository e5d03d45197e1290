//! The tables of competition, one file each: entity and queries. Every function takes the transaction.

pub(crate) mod ballots;
pub(crate) mod bloc_members;
pub(crate) mod blocs;
pub(crate) mod commendation_acts;
pub(crate) mod commendations;
pub(crate) mod conference_attendance;
pub(crate) mod conference_minutes;
pub(crate) mod conferences;
pub(crate) mod criteria_sets;
pub(crate) mod decisions;
pub(crate) mod open_ballots;
pub(crate) mod pact_parties;
pub(crate) mod pact_withdrawals;
pub(crate) mod pacts;
pub(crate) mod phase_acts;
pub(crate) mod phases;
pub(crate) mod pinned_sets;
pub(crate) mod policies;
pub(crate) mod progress;
pub(crate) mod seasons;
pub(crate) mod target_figures;
pub(crate) mod targets;
pub(crate) mod vote_candidates;
pub(crate) mod vote_counts;
pub(crate) mod vote_marks;
pub(crate) mod vote_results;
pub(crate) mod vote_roll;
pub(crate) mod votes;

use platform::input::{Date, parse_date};
use platform::{Error, Result};

platform::id_columns!(crate::domain::votes::VoteId);

/// A date as it is stored.
fn date(text: &str) -> Result<Date> {
    parse_date(text).ok_or_else(|| damaged("a date", text))
}

/// A date that may be missing.
fn optional_date(text: Option<&str>) -> Result<Option<Date>> {
    text.map(date).transpose()
}

/// The word of an enum's value: `PHASE_KIND_VOTE` without its prefix, in small letters.
fn word(name: &str, prefix: &str) -> String {
    name.trim_start_matches(prefix).to_ascii_lowercase()
}

/// The enum's value of a word.
fn value<T>(prefix: &str, word: &str, of: impl FnOnce(&str) -> Option<T>) -> Result<T> {
    let name = format!("{prefix}{}", word.to_ascii_uppercase());
    of(&name).ok_or_else(|| damaged("a value of an enum", word))
}

fn damaged(what: &str, value: &str) -> Error {
    Error::internal(format!("the database holds {value:?} where {what} should be"))
}

/// A number as the contracts have it.
fn number<T: TryFrom<i64>>(stored: i64) -> Result<T> {
    T::try_from(stored).map_err(|_| damaged("a number in range", &stored.to_string()))
}
