//! Exact decimals: points in hundredths, measures in ten-thousandths.

use proto::common::v1::Reason;

use super::faults::{Faults, quoted};

/// Points are below this, in hundredths.
const POINTS_END: i64 = 1_000_000_000 * 100;
/// Measures are below this, in ten-thousandths.
const MEASURE_END: i64 = 1_000_000_000_000 * 10_000;

/// `"7.5"` → 750 hundredths. None unless it is `(0|[1-9][0-9]*)(\.[0-9]{1,2})?` and below 10⁹.
pub fn parse_points(text: &str) -> Option<i64> {
    decimal(text, 2).filter(|points| *points < POINTS_END)
}

/// `"193"` → 1,930,000 ten-thousandths. None unless it is `(0|[1-9][0-9]*)(\.[0-9]{1,4})?` and below 10¹².
pub fn parse_measure(text: &str) -> Option<i64> {
    decimal(text, 4).filter(|measure| *measure < MEASURE_END)
}

/// Points as answers show them, with two decimals: 750 → `7.50`.
pub fn points_text(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let amount = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", amount / 100, amount % 100)
}

/// A measure without trailing zeros: 1,930,000 → `193`.
pub fn measure_text(ten_thousandths: i64) -> String {
    let sign = if ten_thousandths < 0 { "-" } else { "" };
    let amount = ten_thousandths.unsigned_abs();
    let text = format!("{sign}{}.{:04}", amount / 10_000, amount % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn decimal(text: &str, decimals: usize) -> Option<i64> {
    let (whole, part) = match text.split_once('.') {
        Some((_, "")) => return None,
        Some((whole, part)) => (whole, part),
        None => (text, ""),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    if whole.is_empty() || leading_zero || part.len() > decimals || !digits(whole) || !digits(part) {
        return None;
    }
    format!("{whole}{part:0<decimals$}").parse().ok()
}

impl Faults {
    /// Points, in hundredths.
    pub fn points(&mut self, field: impl Into<String>, value: &str) -> Option<i64> {
        self.number(field, value, parse_points(value), "at most two decimals and below 10⁹")
    }

    /// A measure, in ten-thousandths.
    pub fn measure(&mut self, field: impl Into<String>, value: &str) -> Option<i64> {
        self.number(field, value, parse_measure(value), "at most four decimals and below 10¹²")
    }

    fn number(
        &mut self,
        field: impl Into<String>,
        value: &str,
        parsed: Option<i64>,
        form: &str,
    ) -> Option<i64> {
        if parsed.is_none() {
            let sentence =
                format!("{} is no number without sign or leading zero, with {form}", quoted(value));
            return self.refuse(field, Reason::NumberInvalid, sentence);
        }
        parsed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_and_measures_are_exact() {
        assert_eq!(parse_points("7.5"), Some(750));
        assert_eq!(parse_points("0"), Some(0));
        assert_eq!(parse_points("999999999.99"), Some(99_999_999_999));
        assert_eq!(parse_measure("88.7199"), Some(887_199));
        for wrong in ["", ".5", "5.", "05", "-1", "+1", "1e3", "7,5", "1.234", "1000000000", "٣", "1 "] {
            assert_eq!(parse_points(wrong), None, "{wrong:?}");
        }
        assert_eq!(parse_measure("1000000000000"), None);
    }

    #[test]
    fn texts_lead_back() {
        assert_eq!(points_text(9250), "92.50");
        assert_eq!(points_text(-5), "-0.05");
        for measure in ["193", "0.5", "88.7199", "0", "100"] {
            assert_eq!(parse_measure(measure).map(measure_text).as_deref(), Some(measure));
        }
    }
}
