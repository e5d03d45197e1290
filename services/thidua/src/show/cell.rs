use prost_types::Timestamp;
use serde_json::Value;

use super::moment;

/// What stands in one place of a table, as people read it and as scripts do.
///
/// Counts are numbers in JSON. Points and measures are not: they stay the decimal texts that the contracts have, because
/// most readers of JSON make a double of a number, which keeps neither the two places of `92.50` nor every hundredth.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(super) shown: String,
    pub(super) json: Value,
}

impl Cell {
    /// Scripts get another value than people.
    pub(crate) fn of(shown: impl Into<String>, json: impl Into<Value>) -> Self {
        Self { shown: shown.into(), json: json.into() }
    }

    /// For people as a clock in Việt Nam shows it, for scripts RFC 3339; nothing, or `null`, when there is none.
    pub(crate) fn moment(at: Option<&Timestamp>) -> Self {
        Self::of(moment::moment(at), moment::rfc_3339(at))
    }

    /// The same for scripts, and this for people.
    pub(crate) fn shown_as(self, shown: impl Into<String>) -> Self {
        Self { shown: shown.into(), ..self }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { json: text.as_str().into(), shown: text }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Self::of(number.to_string(), number)
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Self::of(number.to_string(), number)
    }
}
