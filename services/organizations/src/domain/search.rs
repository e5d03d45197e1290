//! Searching by name without diacritics and capitals: "vinh long" finds "Vĩnh Long", "dang" finds "Đảng".

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use platform::input::Faults;
use proto::common::v1::Reason;

/// Characters of a query.
const QUERY: usize = 200;
/// Words of a query that count; more make no search narrower that anyone types.
const WORDS: usize = 12;

/// The name as it is searched: words of letters and digits in small letters without diacritics, a blank before each.
pub(crate) fn folded(name: &str) -> String {
    let plain = name.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).map(|c| match c {
        'đ' => 'd',
        c => c,
    });
    let mut folded = String::with_capacity(name.len() + 1);
    let mut within = false;
    for c in plain {
        if c.is_alphanumeric() {
            if !within {
                folded.push(' ');
            }
            folded.push(c);
        }
        within = c.is_alphanumeric();
    }
    folded
}

/// What is sought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Query {
    /// What a unit's code may begin with; empty when the query is no beginning of a code.
    pub(crate) code: String,
    /// The words, folded, each of them to be in the name.
    pub(crate) words: Vec<String>,
}

/// How well a unit matches: less is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Match {
    Code,
    CodeBegins,
    /// The name begins with the words in their order.
    NameBegins,
    /// The words stand in the name in their order.
    Phrase,
    /// Each word begins a word of the name.
    Words,
    /// Each word is somewhere in the name.
    Parts,
}

impl Query {
    pub(crate) fn parse(field: &str, query: &str, faults: &mut Faults) -> Option<Self> {
        if query.chars().count() > QUERY {
            return faults.refuse(
                field,
                Reason::InvalidArgument,
                format!("has more than {QUERY} characters"),
            );
        }
        let words: Vec<String> = folded(query).split_whitespace().take(WORDS).map(str::to_owned).collect();
        if words.is_empty() {
            let sentence = format!("{query:?} has no letter or digit");
            return faults.refuse(field, Reason::FieldRequired, sentence);
        }
        let code = query.trim().to_ascii_lowercase();
        let is_code = code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
        Some(Self { code: if is_code { code } else { String::new() }, words })
    }

    /// How the unit with this code and folded name matches; none when it does not.
    pub(crate) fn matches(&self, code: &str, folded: &str) -> Option<Match> {
        if !self.code.is_empty() && code.starts_with(&self.code) {
            return Some(if code == self.code { Match::Code } else { Match::CodeBegins });
        }
        if !self.words.iter().all(|word| folded.contains(word)) {
            return None;
        }
        let phrase = format!(" {}", self.words.join(" "));
        Some(if folded.starts_with(&phrase) {
            Match::NameBegins
        } else if folded.contains(&phrase) {
            Match::Phrase
        } else if self.words.iter().all(|word| folded.contains(&format!(" {word}"))) {
            Match::Words
        } else {
            Match::Parts
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Query {
        let mut faults = Faults::new();
        let query = Query::parse("query", text, &mut faults);
        faults.finish(query).expect("a query")
    }

    #[test]
    fn names_lose_diacritics_capitals_and_signs() {
        assert_eq!(
            folded("CĐCS Công ty Cổ phần Cấp nước Vĩnh Long"),
            " cdcs cong ty co phan cap nuoc vinh long"
        );
        assert_eq!(folded("Bà Rịa – Vũng Tàu (KCN 2)"), " ba ria vung tau kcn 2");
        assert_eq!(folded("Đảng uỷ"), folded("đa\u{309}ng uy"));
        assert_eq!(folded("…"), "");
    }

    #[test]
    fn better_matches_come_first() {
        let matches = |text: &str, code: &str, name: &str| query(text).matches(code, &folded(name));
        let name = "CĐCS Cấp nước Vĩnh Long";
        assert_eq!(matches("vl-1", "vl-1", name), Some(Match::Code));
        assert_eq!(matches("VL", "vl-1", name), Some(Match::CodeBegins));
        assert_eq!(matches("cđcs cấp", "x", name), Some(Match::NameBegins));
        assert_eq!(matches("vinh long", "x", name), Some(Match::Phrase));
        assert_eq!(matches("long cap", "x", name), Some(Match::Words));
        assert_eq!(matches("inh uoc", "x", name), Some(Match::Parts));
        assert_eq!(matches("vĩnh phúc", "x", name), None);
        assert!(Match::Code < Match::Parts);
    }

    #[test]
    fn a_query_needs_a_letter_or_digit() {
        for wrong in ["", " – ", &"a".repeat(201)] {
            let mut faults = Faults::new();
            assert_eq!(Query::parse("query", wrong, &mut faults), None);
            assert!(!faults.is_empty());
        }
        assert_eq!(query("100%_").words, ["100"]);
        assert_eq!(query("100%_").code, "");
    }
}
