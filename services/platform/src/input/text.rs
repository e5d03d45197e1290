//! Codes, words, names and texts.

use proto::common::v1::Reason;
use unicode_normalization::UnicodeNormalization as _;

use super::faults::{Faults, quoted};

/// Characters of a code or a word.
const CODE: usize = 64;
/// Characters of a name or title.
const NAME: usize = 300;
/// Characters of any other text.
const TEXT: usize = 10_000;

impl Faults {
    /// A code: `[a-z0-9.-]`, 1 to 64 characters.
    pub fn code(&mut self, field: impl Into<String>, value: &str) -> Option<String> {
        let fits =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'.' || byte == b'-';
        if value.is_empty() {
            self.refuse(field, Reason::FieldRequired, "is required")
        } else if value.len() > CODE || !value.bytes().all(fits) {
            let sentence =
                format!("{} is no code: 1 to 64 characters of a-z, 0-9, \".\" and \"-\"", quoted(value));
            self.refuse(field, Reason::CodeInvalid, sentence)
        } else {
            Some(value.to_owned())
        }
    }

    /// A code, or empty.
    pub fn optional_code(&mut self, field: impl Into<String>, value: &str) -> Option<Option<String>> {
        if value.is_empty() { Some(None) } else { self.code(field, value).map(Some) }
    }

    /// A word of the federation's own, such as a sector: any text of 1 to 64 characters.
    pub fn word(&mut self, field: impl Into<String>, value: &str) -> Option<String> {
        self.plain(field, value, CODE, Lines::One)
    }

    /// A word, or empty.
    pub fn optional_word(&mut self, field: impl Into<String>, value: &str) -> Option<Option<String>> {
        if value.is_empty() { Some(None) } else { self.word(field, value).map(Some) }
    }

    /// A name or title of at most 300 characters, in NFC.
    pub fn name(&mut self, field: impl Into<String>, value: &str) -> Option<String> {
        self.plain(field, value, NAME, Lines::One)
    }

    /// A name, or empty.
    pub fn optional_name(&mut self, field: impl Into<String>, value: &str) -> Option<String> {
        if value.is_empty() { Some(String::new()) } else { self.name(field, value) }
    }

    /// A text of at most 10,000 characters, line breaks allowed, in NFC.
    pub fn text(&mut self, field: impl Into<String>, value: &str) -> Option<String> {
        self.plain(field, value, TEXT, Lines::Many)
    }

    /// A text, or empty.
    pub fn optional_text(&mut self, field: impl Into<String>, value: &str) -> Option<String> {
        if value.is_empty() { Some(String::new()) } else { self.text(field, value) }
    }

    fn plain(&mut self, field: impl Into<String>, value: &str, most: usize, lines: Lines) -> Option<String> {
        if value.is_empty() {
            return self.refuse(field, Reason::FieldRequired, "is required");
        }
        // Measured before it is normalised, so that no work is done on megabytes.
        if value.len() > most.saturating_mul(12) {
            let sentence = format!("{} is too long: at most {most} characters", quoted(value));
            return self.refuse(field, Reason::InvalidArgument, sentence);
        }
        let text: String = value.nfc().collect();
        let fault = if text.chars().count() > most {
            format!("is too long: at most {most} characters")
        } else if text.trim() != text {
            "begins or ends with a blank".to_owned()
        } else if text.chars().any(|c| c.is_control() && !(lines == Lines::Many && c == '\n')) {
            match lines {
                Lines::One => "has a control character".to_owned(),
                Lines::Many => "has a control character other than a line break (\\n)".to_owned(),
            }
        } else {
            return Some(text);
        };
        self.refuse(field, Reason::InvalidArgument, format!("{} {fault}", quoted(value)))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    Many,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason<T>(check: impl FnOnce(&mut Faults) -> Option<T>) -> Option<&'static str> {
        let mut faults = Faults::new();
        let made = check(&mut faults);
        faults.finish(made).err().map(|error| error.reason())
    }

    #[test]
    fn codes_have_64_characters_of_one_alphabet() {
        for fine in ["a", "vl-01", "2.1", &"x".repeat(64)] {
            assert_eq!(reason(|f| f.code("code", fine)), None, "{fine}");
        }
        for wrong in ["VL", "vl 01", "vĩnh", "a_b", "a\n", &"x".repeat(65)] {
            assert_eq!(reason(|f| f.code("code", wrong)), Some("CODE_INVALID"), "{wrong}");
        }
        assert_eq!(reason(|f| f.code("code", "")), Some("FIELD_REQUIRED"));
        assert_eq!(reason(|f| f.optional_code("code", "")), None);
    }

    #[test]
    fn names_are_normalised_and_bounded_in_characters() {
        let mut faults = Faults::new();
        assert_eq!(faults.name("name", "Vi\u{303}nh Long").as_deref(), Some("Vĩnh Long"));
        assert_eq!(reason(|f| f.name("name", &"ế".repeat(300))), None);
        assert_eq!(reason(|f| f.name("name", &"e\u{302}\u{301}".repeat(300))), None);
        for wrong in [&"ế".repeat(301), " a", "a\u{a0}", "a\tb", "a\nb", &"x".repeat(100_000)] {
            assert_eq!(reason(|f| f.name("name", wrong)), Some("INVALID_ARGUMENT"));
        }
        assert_eq!(reason(|f| f.name("name", "")), Some("FIELD_REQUIRED"));
    }

    #[test]
    fn only_texts_have_lines() {
        assert_eq!(reason(|f| f.text("reason", "một\nhai")), None);
        assert_eq!(reason(|f| f.text("reason", "một\u{7}")), Some("INVALID_ARGUMENT"));
        assert_eq!(reason(|f| f.word("sector", "hành chính – sự nghiệp")), None);
    }
}
