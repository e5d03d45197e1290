//! The rules of the competition, pure: no database, no clock, no network.

pub(crate) mod blocs;
pub(crate) mod criteria;
mod methods;
pub(crate) mod phases;
pub(crate) mod policies;
mod requirements;
pub(crate) mod seasons;
pub(crate) mod signature;
pub(crate) mod vote_rules;
