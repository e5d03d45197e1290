use std::error::Error;
use std::fmt;

use proto::common::v1::Reason;
use tonic::Status;
use tonic_types::StatusExt as _;

use super::reasons;
use crate::show::Language;

/// What a command itself has to say against what it was told to do, in both languages.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) vi: String,
    pub(crate) en: String,
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

impl Error for Said {}

/// An error in words for who gave the command: of a server's refusal the sentence, or each wrong field on a line of its
/// own.
pub fn told(error: &(dyn Error + 'static)) -> String {
    told_in(Language::En, error)
}

/// The same in this language. In Vietnamese the sentence of the stable reason comes first; that of the server, which has
/// the values in it, follows in brackets.
pub(crate) fn told_in(language: Language, error: &(dyn Error + 'static)) -> String {
    if let Some(said) = error.downcast_ref::<Said>() {
        return language.of(&said.vi, &said.en).to_owned();
    }
    match error.downcast_ref::<Status>() {
        Some(status) => refusal(language, status),
        None => error.to_string(),
    }
}

fn refusal(language: Language, status: &Status) -> String {
    let details = status.get_error_details();
    let violations = details.bad_request().map(|wrong| wrong.field_violations.as_slice()).unwrap_or_default();
    if !violations.is_empty() {
        let lines = violations.iter().map(|violation| {
            // The stable reason in front of the sentence is for programs.
            let (reason, sentence) =
                violation.description.split_once(": ").unwrap_or(("", &violation.description));
            format!("\n{}: {}", violation.field, sentence_in(language, reason, sentence))
        });
        let refused = language.of("dữ liệu nhập bị từ chối", "the input is refused");
        return format!("{refused}{}", lines.collect::<String>());
    }
    let reason = details.error_info().map(|info| info.reason.as_str()).unwrap_or_default();
    match status.message() {
        "" => sentence_in(language, reason, &status.code().to_string()),
        message => sentence_in(language, reason, message),
    }
}

fn sentence_in(language: Language, reason: &str, sentence: &str) -> String {
    let vietnamese = || Reason::from_code(reason).and_then(reasons::vietnamese);
    match (language == Language::Vi).then(vietnamese).flatten() {
        Some(vietnamese) => format!("{vietnamese} ({sentence})"),
        None => sentence.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use platform::Error;
    use platform::error::Violation;

    use super::*;

    #[test]
    fn a_refusal_is_its_sentence_or_its_fields() {
        let told = |error: Error| told(&Status::from(error));
        assert_eq!(told(Error::not_found("TENANT_UNKNOWN", "no federation \"x\"")), "no federation \"x\"");
        assert_eq!(
            told(Error::invalid(wrong())),
            "the input is refused\ncode: \"Ä\" holds more than [a-z0-9.-]\nname: is required: a name"
        );
        assert_eq!(super::told(&std::fmt::Error), std::fmt::Error.to_string());
    }

    #[test]
    fn in_vietnamese_the_meaning_of_the_reason_comes_first() {
        let told = |error: Error| told_in(Language::Vi, &Status::from(error));
        assert_eq!(
            told(Error::not_found("TENANT_UNKNOWN", "no federation \"x\"")),
            "không có liên đoàn này (no federation \"x\")"
        );
        assert_eq!(
            told(Error::invalid(wrong())),
            "dữ liệu nhập bị từ chối\ncode: mã không đúng dạng (\"Ä\" holds more than [a-z0-9.-])\n\
             name: bắt buộc phải có (is required: a name)"
        );
        assert_eq!(told(Error::not_found("SOMETHING_NEWER", "a new sentence")), "a new sentence");
        let said = Said { vi: "không có".to_owned(), en: "there is none".to_owned() };
        assert_eq!(told_in(Language::Vi, &said), "không có");
        assert_eq!(super::told(&said), "there is none");
    }

    fn wrong() -> Vec<Violation> {
        vec![
            Violation::new("code", "CODE_INVALID", "\"Ä\" holds more than [a-z0-9.-]"),
            Violation::new("name", "FIELD_REQUIRED", "is required: a name"),
        ]
    }
}
