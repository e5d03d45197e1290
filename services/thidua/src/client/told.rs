use std::error::Error;
use std::fmt::Write as _;

use tonic::Status;
use tonic_types::StatusExt as _;

/// An error in words for who gave the command: of a server's refusal the sentence, or each wrong field on a line of its
/// own.
pub fn told(error: &(dyn Error + 'static)) -> String {
    match error.downcast_ref::<Status>() {
        Some(status) => refusal(status),
        None => error.to_string(),
    }
}

fn refusal(status: &Status) -> String {
    let details = status.get_error_details();
    let violations = details.bad_request().map(|wrong| wrong.field_violations.as_slice()).unwrap_or_default();
    if !violations.is_empty() {
        let mut text = "the input is refused".to_owned();
        for violation in violations {
            let sentence = violation.description.as_str();
            // The stable reason in front of it is for programs.
            let sentence = sentence.split_once(": ").map_or(sentence, |(_, sentence)| sentence);
            let _ = write!(text, "\n{}: {sentence}", violation.field);
        }
        return text;
    }
    match status.message() {
        "" => status.code().to_string(),
        message => message.to_owned(),
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
        let wrong = vec![
            Violation::new("code", "CODE_INVALID", "\"Ä\" holds more than [a-z0-9.-]"),
            Violation::new("name", "FIELD_REQUIRED", "is required: a name"),
        ];
        assert_eq!(
            told(Error::invalid(wrong)),
            "the input is refused\ncode: \"Ä\" holds more than [a-z0-9.-]\nname: is required: a name"
        );
        assert_eq!(super::told(&std::fmt::Error), std::fmt::Error.to_string());
    }
}
