//! The list of what is wrong.

use std::fmt::Display;
use std::str::FromStr;

use proto::common::v1::Reason;

use crate::error::{Error, Result, Violation};

/// What is wrong with a request, as far as it has been read.
#[derive(Debug, Default)]
pub struct Faults(Vec<Violation>);

/// The path of the field `name` of the message at `at`; `at` is empty for the request itself.
pub fn path(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

/// One thing that is wrong, for what is found out last.
pub fn fault(field: impl Into<String>, reason: Reason, sentence: impl Into<String>) -> Error {
    Error::invalid(vec![Violation::new(field, reason.code(), sentence)])
}

impl Faults {
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes that `field` breaks a rule; the sentence has the value and the rule.
    pub fn add(&mut self, field: impl Into<String>, reason: Reason, sentence: impl Into<String>) {
        self.0.push(Violation::new(field, reason.code(), sentence));
    }

    /// Notes it and gives nothing, for the ends of checks.
    pub fn refuse<T>(
        &mut self,
        field: impl Into<String>,
        reason: Reason,
        sentence: impl Into<String>,
    ) -> Option<T> {
        self.add(field, reason, sentence);
        None
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What was made of the request, or `INVALID_ARGUMENT` with all that is wrong.
    pub fn finish<T>(self, made: Option<T>) -> Result<T> {
        match made {
            Some(made) if self.0.is_empty() => Ok(made),
            None if self.0.is_empty() => Err(Error::internal("a request was refused without a fault")),
            _ => Err(Error::invalid(self.0)),
        }
    }

    /// As [`Faults::finish`], for checks that make nothing.
    pub fn none(self) -> Result<()> {
        self.finish(Some(()))
    }

    /// A message that must be there.
    pub fn required<T>(&mut self, field: impl Into<String>, value: Option<T>) -> Option<T> {
        match value {
            Some(value) => Some(value),
            None => self.refuse(field, Reason::FieldRequired, "is required"),
        }
    }

    /// Checks each entry of a repeated field of at most `most`, with its own path (`units[3]`). None when one is wrong.
    pub fn each<'a, T, U>(
        &mut self,
        field: impl Into<String>,
        most: usize,
        entries: &'a [T],
        check: impl Fn(&str, &'a T, &mut Self) -> Option<U>,
    ) -> Option<Vec<U>> {
        let field = field.into();
        if entries.len() > most {
            let sentence = format!("has {} entries; at most {most} are taken at once", entries.len());
            return self.refuse(field, Reason::TooMany, sentence);
        }
        let mut checked = Vec::with_capacity(entries.len());
        for (place, entry) in entries.iter().enumerate() {
            checked.extend(check(&format!("{field}[{place}]"), entry, self));
        }
        (checked.len() == entries.len()).then_some(checked)
    }

    /// An id in the usual text form of UUIDs.
    pub fn id<T: FromStr>(&mut self, field: impl Into<String>, value: &str) -> Option<T> {
        match value.parse() {
            Ok(id) => Some(id),
            Err(_) if value.is_empty() => self.refuse(field, Reason::FieldRequired, "is required"),
            Err(_) => self.refuse(field, Reason::InvalidArgument, format!("{} is no id", quoted(value))),
        }
    }

    /// An enum's value other than `UNSPECIFIED`.
    pub fn choice<T: TryFrom<i32> + Default + PartialEq>(
        &mut self,
        field: impl Into<String>,
        value: i32,
    ) -> Option<T> {
        match T::try_from(value) {
            Ok(choice) if choice != T::default() => Some(choice),
            Ok(_) => self.refuse(field, Reason::FieldRequired, "is required"),
            Err(_) => {
                self.refuse(field, Reason::InvalidArgument, format!("{value} is not one of the values"))
            }
        }
    }

    /// A number within `least..=most`.
    pub fn between<T: PartialOrd + Display>(
        &mut self,
        field: impl Into<String>,
        value: T,
        least: T,
        most: T,
    ) -> Option<T> {
        if value < least || value > most {
            let sentence = format!("{value} is not between {least} and {most}");
            return self.refuse(field, Reason::NumberInvalid, sentence);
        }
        Some(value)
    }
}

/// The value as sentences show it: in quotation marks, cut when it is long, control characters escaped.
pub(super) fn quoted(value: &str) -> String {
    const SHOWN: usize = 80;
    let mut shown: String = value.chars().take(SHOWN).collect();
    if shown.len() < value.len() {
        shown.push('…');
    }
    format!("{shown:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_come_at_once_with_their_paths_and_reasons() {
        let mut faults = Faults::new();
        let ids =
            faults.each("ids", 3, &["", "x"], |at, id, faults| faults.id::<crate::ids::AccountId>(at, id));
        assert_eq!(ids, None);
        assert_eq!(faults.each("codes", 1, &["a", "b"], |at, code, faults| faults.code(at, code)), None);
        assert_eq!(faults.between("weight", 101, 1, 100), None);
        let error = faults.finish(ids).expect_err("refused");
        let found: Vec<_> = error.violations().iter().map(|v| (v.field.as_str(), v.reason)).collect();
        assert_eq!(
            found,
            [
                ("ids[0]", "FIELD_REQUIRED"),
                ("ids[1]", "INVALID_ARGUMENT"),
                ("codes", "TOO_MANY"),
                ("weight", "NUMBER_INVALID"),
            ]
        );
        assert_eq!(error.reason(), "FIELD_REQUIRED");
        assert!(error.to_string().contains("101 is not between 1 and 100"), "{error}");
    }

    #[test]
    fn nothing_wrong_gives_what_was_made() {
        let mut faults = Faults::new();
        let code = faults.code("code", "vl-01");
        assert_eq!(faults.finish(code).ok().as_deref(), Some("vl-01"));
    }
}
