//! Single values with a form: codes, days, numbers, shares. They stay the text that was written, checked.

use serde::Deserialize;
use std::fmt;

macro_rules! text_value {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                let check: fn(&str) -> Result<(), &'static str> = $check;
                match check(&text) {
                    Ok(()) => Ok($name(text)),
                    Err(rule) => Err(format!("\"{text}\" is {rule}")),
                }
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_value! {
    /// A code that a federation makes: of `[a-z0-9.-]`, 1 to 64 characters. Login names are such codes of at least 3.
    Code, |text| {
        let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-';
        if (1..=64).contains(&text.len()) && text.bytes().all(letter) { Ok(()) } else { Err("no code of 1 to 64 of a-z, 0-9, \".\", \"-\"") }
    }
}

text_value! {
    /// A date, `YYYY-MM-DD`.
    Day, |text| match text.parse::<jiff::civil::Date>() {
        Ok(date) if text.len() == 10 && date.year() >= 1900 => Ok(()),
        _ => Err("no date YYYY-MM-DD from year 1900"),
    }
}

text_value! {
    /// Points: a decimal below 10⁹ with at most two decimals.
    Points, |text| if decimal(text, 9, 2) { Ok(()) } else { Err("no number of points with at most two decimals") }
}

text_value! {
    /// A target, an actual, a percentage: a decimal below 10¹² with at most four decimals.
    Measure, |text| if decimal(text, 12, 4) { Ok(()) } else { Err("no number with at most four decimals") }
}

text_value! {
    /// An exact share such as `2/3`.
    Share, |text| match text.split_once('/').map(|(n, d)| (n.parse::<u32>(), d.parse::<u32>())) {
        Some((Ok(n), Ok(d))) if n <= d && (1..=1000).contains(&d) => Ok(()),
        _ => Err("no share such as 2/3"),
    }
}

impl Points {
    /// Hundredths of a point.
    pub(super) fn hundredths(&self) -> u64 {
        scaled(&self.0, 2)
    }
}

impl Measure {
    pub(super) fn is_zero(&self) -> bool {
        scaled(&self.0, 4) == 0
    }
}

impl Share {
    /// Numerator and denominator.
    pub fn parts(&self) -> (u32, u32) {
        let (n, d) = self.0.split_once('/').unwrap_or_default();
        (n.parse().unwrap_or_default(), d.parse().unwrap_or_default())
    }
}

/// `(0|[1-9][0-9]*)(\.[0-9]{1,n})?` with at most `whole` digits before the point.
fn decimal(text: &str, whole: usize, n: usize) -> bool {
    let (integer, fraction) = match text.split_once('.') {
        Some((integer, fraction)) => (integer, Some(fraction)),
        None => (text, None),
    };
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    digits(integer)
        && (integer == "0" || !integer.starts_with('0'))
        && integer.len() <= whole
        && fraction.is_none_or(|f| digits(f) && f.len() <= n)
}

/// The decimal in units of 10⁻ⁿ; only for text that passed [`decimal`].
fn scaled(text: &str, n: usize) -> u64 {
    let (integer, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{integer}{fraction:0<n$}").parse().unwrap_or_default()
}
