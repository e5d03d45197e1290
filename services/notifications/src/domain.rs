//! What officials are told and in which words, pure: no database, no clock, no network.

mod counts;
pub(crate) mod language;
pub(crate) mod messages;
pub(crate) mod notices;
pub(crate) mod preferences;
pub(crate) mod texts;
