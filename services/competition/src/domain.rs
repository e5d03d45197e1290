//! The rules of the competition, pure: no database, no clock, no network.

pub(crate) mod blocs;
pub(crate) mod commendations;
pub(crate) mod conferences;
pub(crate) mod criteria;
pub(crate) mod decisions;
mod hashes;
mod methods;
pub(crate) mod pacts;
pub(crate) mod paper_vote;
pub(crate) mod phases;
pub(crate) mod policies;
pub(crate) mod progress;
mod requirements;
pub(crate) mod seasons;
pub(crate) mod signature;
pub(crate) mod summary;
pub(crate) mod tally;
pub(crate) mod targets;
pub(crate) mod vote_rules;
pub(crate) mod votes;
