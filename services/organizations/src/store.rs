//! The tables of organizations, one file each: entity and queries. Every function takes the transaction.

pub(crate) mod account_grants;
pub(crate) mod accounts;
pub(crate) mod federations;
pub(crate) mod officials;
pub(crate) mod unit_facts;
pub(crate) mod unit_parents;
pub(crate) mod unit_revisions;
pub(crate) mod unit_statuses;
pub(crate) mod units;

use platform::input::{Date, parse_date};
use platform::{Error, Result};

platform::id_columns!(crate::domain::officials::OfficialId);

/// A date as it is stored.
fn date(text: &str) -> Result<Date> {
    parse_date(text).ok_or_else(|| damaged("a date", text))
}

/// A date that may be missing.
fn optional_date(text: Option<&str>) -> Result<Option<Date>> {
    text.map(date).transpose()
}

/// The first day of a value over time; empty: from ever.
fn first_day(text: &str) -> Result<Option<Date>> {
    if text.is_empty() { Ok(None) } else { date(text).map(Some) }
}

fn first_day_text(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn damaged(what: &str, value: &str) -> Error {
    Error::internal(format!("the database holds {value:?} where {what} should be"))
}
