//! The tables of notifications, one file each: entity and queries. Every function takes the transaction.

pub(crate) mod heads;
pub(crate) mod messages;
pub(crate) mod notices;
pub(crate) mod preferences;

use platform::Error;

fn damaged(what: &str, value: &str) -> Error {
    Error::internal(format!("the database holds {value:?} where {what} should be"))
}
