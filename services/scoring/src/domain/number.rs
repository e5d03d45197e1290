//! Points, measures and the arithmetic between them: exact integers and rationals, never binary floats.

use std::fmt;
use std::iter::Sum;

/// Points in hundredths. In a campaign below 10⁹ points and never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(i64);

/// A target, an actual, a percentage or a share, in ten-thousandths. Below 10¹² and never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Measure(i64);

/// Why a text is not a decimal number of the wanted form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalError {
    /// Not `(0|[1-9][0-9]*)(\.[0-9]{1,n})?`.
    Form,
    /// More digits before the point than the quantity may have.
    TooLarge,
}

impl Points {
    pub const ZERO: Points = Points(0);
    /// Decimals that a text of points may have.
    pub const DECIMALS: usize = 2;
    /// Digits before the decimal point: points are below 10⁹.
    pub const DIGITS: usize = 9;

    pub const fn from_hundredths(hundredths: i64) -> Points {
        Points(hundredths)
    }

    pub const fn hundredths(self) -> i64 {
        self.0
    }

    /// # Errors
    /// When `text` has another form or is 10⁹ or more.
    pub fn parse(text: &str) -> Result<Points, DecimalError> {
        decimal(text, Self::DIGITS, Self::DECIMALS).map(Points)
    }

    /// `each` times `count`, held at the greatest representable value.
    pub fn times(self, count: u32) -> Points {
        Points(self.0.saturating_mul(i64::from(count)))
    }

    pub fn plus(self, other: Points) -> Points {
        Points(self.0.saturating_add(other.0))
    }

    pub fn minus(self, other: Points) -> Points {
        Points(self.0.saturating_sub(other.0))
    }

    /// As people write it: without trailing zeros.
    pub fn plain(self) -> Plain {
        Plain { value: self.0, decimals: Self::DECIMALS }
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Points>>(points: I) -> Points {
        points.fold(Points::ZERO, Points::plus)
    }
}

impl Measure {
    pub const ZERO: Measure = Measure(0);
    pub const ONE: Measure = Measure(10_000);
    pub const HUNDRED: Measure = Measure(1_000_000);
    /// Decimals that a text of a measure may have.
    pub const DECIMALS: usize = 4;
    /// Digits before the decimal point: measures are below 10¹².
    pub const DIGITS: usize = 12;

    pub const fn from_ten_thousandths(ten_thousandths: i64) -> Measure {
        Measure(ten_thousandths)
    }

    pub const fn ten_thousandths(self) -> i64 {
        self.0
    }

    /// # Errors
    /// When `text` has another form or is 10¹² or more.
    pub fn parse(text: &str) -> Result<Measure, DecimalError> {
        decimal(text, Self::DIGITS, Self::DECIMALS).map(Measure)
    }

    /// As people write it: without trailing zeros.
    pub fn plain(self) -> Plain {
        Plain { value: self.0, decimals: Self::DECIMALS }
    }
}

/// Two decimals, as in results: `7.50`.
impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let value = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", value / 100, value % 100)
    }
}

/// A non-negative decimal without trailing zeros: `7.5`, `92`.
#[derive(Clone, Copy, Debug)]
pub struct Plain {
    value: i64,
    decimals: usize,
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = (0..self.decimals).fold(1, |unit, _| unit * 10);
        write!(f, "{}", self.value / unit)?;
        let (mut rest, mut width) = (self.value % unit, self.decimals);
        if rest == 0 {
            return Ok(());
        }
        while rest % 10 == 0 {
            rest /= 10;
            width -= 1;
        }
        write!(f, ".{rest:0width$}")
    }
}

/// Reads `(0|[1-9][0-9]*)(\.[0-9]{1,decimals})?` as an integer count of the smallest unit.
fn decimal(text: &str, digits: usize, decimals: usize) -> Result<i64, DecimalError> {
    let bytes = text.as_bytes();
    let whole = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    let fraction = match bytes.get(whole..) {
        Some([]) => &[][..],
        Some([b'.', fraction @ ..]) if !fraction.is_empty() && fraction.iter().all(u8::is_ascii_digit) => {
            fraction
        }
        _ => return Err(DecimalError::Form),
    };
    if whole == 0 || (whole > 1 && bytes.first() == Some(&b'0')) || fraction.len() > decimals {
        return Err(DecimalError::Form);
    }
    if whole > digits {
        return Err(DecimalError::TooLarge);
    }
    let value = bytes.iter().take(whole).chain(fraction).fold(0_i64, |sum, b| sum * 10 + i64::from(b - b'0'));
    Ok((fraction.len()..decimals).fold(value, |value, _| value * 10))
}

/// `numerator / denominator` rounded to a whole number, halves up. Both are non-negative, the denominator above zero.
pub fn half_up(numerator: i128, denominator: i128) -> i128 {
    let (quotient, rest) = (numerator / denominator, numerator % denominator);
    quotient + i128::from(rest >= denominator - rest)
}

/// `factor × numerator / denominator` rounded to a whole number, halves up, where the plain product may not fit.
///
/// `0 ≤ numerator ≤ denominator < 2¹¹⁰`, `factor` non-negative: the product is built from the factor's 16-bit
/// digits, dividing after each, so that nothing is lost and nothing overflows.
pub fn scaled_half_up(factor: i64, numerator: i128, denominator: i128) -> i128 {
    if let Some(product) = i128::from(factor).checked_mul(numerator) {
        return half_up(product, denominator);
    }
    let (mut quotient, mut rest) = (0_i128, 0_i128);
    for shift in [48, 32, 16, 0] {
        let digit = i128::from((factor >> shift) & 0xffff);
        let product = (rest << 16) + digit * numerator;
        quotient = (quotient << 16) + product / denominator;
        rest = product % denominator;
    }
    quotient + i128::from(rest >= denominator - rest)
}

/// An `i128` that stands for points and fits by construction; held at the greatest value otherwise.
pub fn points(hundredths: i128) -> Points {
    Points(i64::try_from(hundredths).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_one_form() {
        for (text, hundredths) in [("0", 0), ("7", 700), ("7.5", 750), ("92.50", 9250), ("0.01", 1)] {
            assert_eq!(Points::parse(text).map(Points::hundredths), Ok(hundredths), "{text}");
        }
        for text in
            ["", "7.", ".5", "07", "00", "-1", "+1", "1e3", "7.555", " 7", "7 ", "7,5", "٧", "0x1", "1.-"]
        {
            assert_eq!(Points::parse(text), Err(DecimalError::Form), "{text}");
        }
        assert_eq!(Points::parse("999999999.99").map(Points::hundredths), Ok(99_999_999_999));
        assert_eq!(Points::parse("1000000000"), Err(DecimalError::TooLarge));
        assert_eq!(
            Measure::parse("999999999999.9999").map(Measure::ten_thousandths),
            Ok(9_999_999_999_999_999)
        );
        assert_eq!(Measure::parse("1000000000000"), Err(DecimalError::TooLarge));
        assert_eq!(Measure::parse("0.00001"), Err(DecimalError::Form));
    }

    #[test]
    fn results_show_two_decimals_and_documents_none_too_many() {
        assert_eq!(Points(5).to_string(), "0.05");
        assert_eq!(Points(9250).to_string(), "92.50");
        assert_eq!(Points(9250).plain().to_string(), "92.5");
        assert_eq!(Points(9205).plain().to_string(), "92.05");
        assert_eq!(Points(9000).plain().to_string(), "90");
        assert_eq!(Measure(10_001).plain().to_string(), "1.0001");
    }

    #[test]
    fn halves_go_up_and_large_products_are_exact() {
        assert_eq!(half_up(5, 2), 3);
        assert_eq!(half_up(4, 3), 1);
        assert_eq!(half_up(5, 3), 2);
        let denominator = 10_i128.pow(32) - 1;
        // (10¹¹ − 1) × (d − 1) / d = 10¹¹ − 1 − (10¹¹ − 1) / d, which rounds to 10¹¹ − 1.
        assert_eq!(scaled_half_up(99_999_999_999, denominator - 1, denominator), 99_999_999_999);
        assert_eq!(scaled_half_up(99_999_999_999, denominator, denominator), 99_999_999_999);
        assert_eq!(scaled_half_up(99_999_999_999, denominator / 2, denominator), 50_000_000_000 - 1);
        assert_eq!(scaled_half_up(99_999_999_999, denominator / 2 + 1, denominator), 50_000_000_000);
    }
}
