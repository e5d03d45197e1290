//! Dates `YYYY-MM-DD`, from year 1900.

use jiff::tz::TimeZone;
use proto::common::v1::Reason;

use super::faults::{Faults, quoted};
use crate::Timestamp;
use crate::error::{Error, Result};

/// A day. It prints as `YYYY-MM-DD`, which is also what databases store.
pub type Date = jiff::civil::Date;

/// The day that `text` names; nothing else than `YYYY-MM-DD` from year 1900 is one.
pub fn parse_date(text: &str) -> Option<Date> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else { return None };
    let digits = [y1, y2, y3, y4, m1, m2, d1, d2];
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    text.parse::<Date>().ok().filter(|date| date.year() >= 1900)
}

/// The day that it is at `now` in an IANA time zone.
pub fn today(now: Timestamp, zone: &str) -> Result<Date> {
    let zone = TimeZone::get(zone).map_err(Error::internal)?;
    let instant = jiff::Timestamp::from_microsecond(now.micros()).map_err(Error::internal)?;
    Ok(zone.to_datetime(instant).date())
}

impl Faults {
    /// A date `YYYY-MM-DD` from year 1900.
    pub fn date(&mut self, field: impl Into<String>, value: &str) -> Option<Date> {
        match parse_date(value) {
            Some(date) => Some(date),
            None if value.is_empty() => self.refuse(field, Reason::FieldRequired, "is required"),
            None => {
                let sentence = format!("{} is no date YYYY-MM-DD from year 1900", quoted(value));
                self.refuse(field, Reason::DateInvalid, sentence)
            }
        }
    }

    /// A date, or empty.
    pub fn optional_date(&mut self, field: impl Into<String>, value: &str) -> Option<Option<Date>> {
        if value.is_empty() { Some(None) } else { self.date(field, value).map(Some) }
    }

    /// An IANA time zone, such as `Asia/Ho_Chi_Minh`.
    pub fn zone(&mut self, field: impl Into<String>, value: &str) -> Option<String> {
        match TimeZone::get(value) {
            Ok(_) if !value.is_empty() => Some(value.to_owned()),
            _ => {
                let sentence = format!("{} is no time zone of the IANA database", quoted(value));
                self.refuse(field, Reason::ZoneUnknown, sentence)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_dates_of_the_calendar_are_dates() {
        for fine in ["1900-01-01", "2024-02-29", "9999-12-31"] {
            assert_eq!(parse_date(fine).map(|date| date.to_string()).as_deref(), Some(fine));
        }
        let wrong = [
            "",
            "1899-12-31",
            "2023-02-29",
            "2023-2-9",
            "20230209",
            "2023-02-09T00:00",
            "2023-02-09 ",
            "+023-02-09",
        ];
        for wrong in wrong {
            assert_eq!(parse_date(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_day_begins_by_the_clock_of_its_place() {
        // 2023-11-14T22:13:20Z
        let now = Timestamp::from_micros(1_700_000_000_000_000);
        assert_eq!(today(now, "UTC").map(|d| d.to_string()).ok().as_deref(), Some("2023-11-14"));
        assert_eq!(today(now, "Asia/Ho_Chi_Minh").map(|d| d.to_string()).ok().as_deref(), Some("2023-11-15"));
    }
}
