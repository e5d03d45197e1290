//! Calendar dates as campaigns write them: `YYYY-MM-DD`, from year 1900.

use std::fmt;

/// A day of the Gregorian calendar. After adding months the year may have more than four digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u32,
    month: u32,
    day: u32,
}

impl Date {
    /// The first year that a campaign may name.
    pub const FIRST_YEAR: u32 = 1900;

    /// `None` unless `text` is an existing day from 1900-01-01 to 9999-12-31, written with all its digits.
    pub fn parse(text: &str) -> Option<Date> {
        let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return None };
        let date =
            Date { year: number(&[y1, y2, y3, y4])?, month: number(&[m1, m2])?, day: number(&[d1, d2])? };
        let exists = (1..=12).contains(&date.month) && (1..=date.last_day().day).contains(&date.day);
        (exists && date.year >= Date::FIRST_YEAR).then_some(date)
    }

    /// The same day `months` later, or the month's last day where that day does not exist.
    pub fn plus_months(self, months: u32) -> Date {
        let month = self.month - 1 + months;
        let later = Date { year: self.year + month / 12, month: month % 12 + 1, day: self.day };
        later.min(later.last_day())
    }

    fn last_day(self) -> Date {
        let leap =
            self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        let day = match self.month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 31,
        };
        Date { day, ..self }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum, d| d.is_ascii_digit().then(|| sum * 10 + u32::from(d - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_existing_days_from_1900_are_dates() {
        for text in ["1900-01-01", "2024-02-29", "2000-02-29", "9999-12-31"] {
            assert_eq!(Date::parse(text).map(|d| d.to_string()).as_deref(), Some(text));
        }
        for text in [
            "1899-12-31",
            "2023-02-29",
            "1900-02-29",
            "2100-02-29",
            "2023-13-01",
            "2023-00-01",
            "2023-01-00",
            "2023-04-31",
            "2023-1-1",
            "2023/01/01",
            "+023-01-01",
            "2023-01-01T00:00",
            "",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn added_months_keep_the_day_or_take_the_last() {
        let plus = |text, months| Date::parse(text).map(|d| d.plus_months(months).to_string());
        assert_eq!(plus("2023-01-31", 1).as_deref(), Some("2023-02-28"));
        assert_eq!(plus("2023-01-31", 13).as_deref(), Some("2024-02-29"));
        assert_eq!(plus("2023-08-31", 0).as_deref(), Some("2023-08-31"));
        assert_eq!(plus("2022-12-15", 12).as_deref(), Some("2023-12-15"));
        assert_eq!(plus("9999-12-31", 1200).as_deref(), Some("10099-12-31"));
    }
}
