//! Counts as people write them.

/// As Vietnamese documents have them: two digits at least, a point for thousands (`05`, `1.473`).
pub(super) fn vietnamese(count: u32) -> String {
    match count {
        1..=9 => format!("0{count}"),
        _ => grouped(count, '.'),
    }
}

/// With a comma for thousands (`5`, `1,473`).
pub(super) fn english(count: u32) -> String {
    grouped(count, ',')
}

fn grouped(count: u32, separator: char) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && digits.len().saturating_sub(place).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_as_the_language_does() {
        let counts = [0, 1, 9, 10, 999, 1_000, 1_473, 120_000, 1_000_000];
        let expected = ["0", "01", "09", "10", "999", "1.000", "1.473", "120.000", "1.000.000"];
        assert_eq!(counts.map(vietnamese), expected);
        let expected = ["0", "1", "9", "10", "999", "1,000", "1,473", "120,000", "1,000,000"];
        assert_eq!(counts.map(english), expected);
    }
}
