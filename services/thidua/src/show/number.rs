use super::Language;

/// A decimal in ASCII digits, with the language's marks for thousands and decimals. What is no such number stays.
pub(super) fn written(number: &str, language: Language) -> String {
    let (whole, decimals) = match number.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (number, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !decimals.is_none_or(digits) {
        return number.to_owned();
    }
    let (thousands, decimal) = match language {
        Language::Vi => ('.', ','),
        Language::En => (',', '.'),
    };
    let mut text = String::with_capacity(number.len() + whole.len() / 3);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            text.push(thousands);
        }
        text.push(digit);
    }
    if let Some(decimals) = decimals {
        text.push(decimal);
        text.push_str(decimals);
    }
    text
}

/// `text` with each number in it written so. Where the decimal mark is a comma, a semicolon parts what a comma did.
pub(super) fn within(text: &str, language: Language) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit() || letter == ',') {
        result.push_str(&rest[..start]);
        rest = &rest[start..];
        if let Some(after) = rest.strip_prefix(',') {
            result.push(if language == Language::Vi { ';' } else { ',' });
            rest = after;
            continue;
        }
        let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len());
        let number = rest[..end].trim_end_matches('.');
        result.push_str(&written(number, language));
        rest = &rest[number.len()..];
        let points = rest.len() - rest.trim_start_matches('.').len();
        result.push_str(&rest[..points]);
        rest = &rest[points..];
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{En, Vi};

    #[test]
    fn numbers_have_the_marks_of_their_language() {
        for (number, vi, en) in [
            ("92.50", "92,50", "92.50"),
            ("1473", "1.473", "1,473"),
            ("1234567.8", "1.234.567,8", "1,234,567.8"),
            ("100", "100", "100"),
            ("0.05", "0,05", "0.05"),
            ("", "", ""),
            ("–", "–", "–"),
            ("1.2.3", "1.2.3", "1.2.3"),
        ] {
            assert_eq!((written(number, Vi), written(number, En)), (vi.to_owned(), en.to_owned()));
        }
    }

    #[test]
    fn numbers_within_a_text_are_written_likewise() {
        for (text, vi, en) in [
            ("8 × min(1, 33.5 / 30) = 8.00", "8 × min(1; 33,5 / 30) = 8,00", "8 × min(1, 33.5 / 30) = 8.00"),
            ("1500 / 1250.25", "1.500 / 1.250,25", "1,500 / 1,250.25"),
            ("no number.", "no number.", "no number."),
            ("at 30.", "at 30.", "at 30."),
        ] {
            assert_eq!((within(text, Vi), within(text, En)), (vi.to_owned(), en.to_owned()));
        }
    }
}
