//! What a caller is told when something is refused or fails: a stable reason, a sentence, every wrong field.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use proto::common::v1::Reason;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

use crate::{trace, transport};

/// The `domain` of every `google.rpc.ErrorInfo` that this platform sends.
pub const DOMAIN: &str = "thidua";

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A refusal or failure. `reason` is stable (`POINTS_OVER_MAXIMUM`): screens translate it, scripts test it.
/// The cause is for the log alone and never reaches a caller.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: Code,
    reason: &'static str,
    message: String,
    violations: Vec<Violation>,
    metadata: HashMap<String, String>,
    retry_after: Option<Duration>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// One wrong field of a request: which, why (stable reason), and a sentence with the value and the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Path in the request, such as `lines[3].points`.
    pub field: String,
    pub reason: &'static str,
    pub description: String,
}

impl Violation {
    pub fn new(field: impl Into<String>, reason: &'static str, description: impl Into<String>) -> Self {
        Self { field: field.into(), reason, description: description.into() }
    }
}

impl Error {
    pub fn new(code: Code, reason: &'static str, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            code,
            reason,
            message: message.into(),
            violations: Vec::new(),
            metadata: HashMap::new(),
            retry_after: None,
            cause: None,
        }))
    }

    /// Fields of the request are wrong: all of them at once. The message says each.
    pub fn invalid(violations: Vec<Violation>) -> Self {
        let message = violations
            .iter()
            .map(|v| format!("{}: {}", v.field, v.description))
            .collect::<Vec<_>>()
            .join("; ");
        let reason = violations.first().map_or("INVALID_ARGUMENT", |v| v.reason);
        let mut error = Self::new(Code::InvalidArgument, reason, message);
        error.0.violations = violations;
        error
    }

    pub fn not_found(reason: &'static str, message: impl Into<String>) -> Self {
        Self::new(Code::NotFound, reason, message)
    }

    /// The state of things forbids it (a closed phase), whatever the request says.
    pub fn precondition(reason: &'static str, message: impl Into<String>) -> Self {
        Self::new(Code::FailedPrecondition, reason, message)
    }

    pub fn already_exists(reason: &'static str, message: impl Into<String>) -> Self {
        Self::new(Code::AlreadyExists, reason, message)
    }

    pub fn aborted(reason: &'static str, message: impl Into<String>) -> Self {
        Self::new(Code::Aborted, reason, message)
    }

    pub fn denied(reason: &'static str, message: impl Into<String>) -> Self {
        Self::new(Code::PermissionDenied, reason, message)
    }

    pub fn unauthenticated(message: impl Into<String>) -> Self {
        Self::new(Code::Unauthenticated, "UNAUTHENTICATED", message)
    }

    /// Something that may pass (a lost connection): the caller may try again.
    pub fn unavailable(message: impl Into<String>, cause: impl Into<Cause>) -> Self {
        Self::new(Code::Unavailable, "UNAVAILABLE", message).because(cause)
    }

    /// A fault of ours. The caller learns no more than that; the cause goes to the log.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::new(Code::Internal, "INTERNAL", "internal error").because(cause)
    }

    /// What another service answered, for our own caller: what it refuses, we refuse with its reason. What it does not
    /// let us do is a fault of ours.
    pub fn of_peer(status: Status) -> Self {
        let reason = status.get_details_error_info().and_then(|info| Reason::from_code(&info.reason));
        match (status.code(), reason) {
            (Code::NotFound | Code::FailedPrecondition | Code::ResourceExhausted, Some(reason)) => {
                let message = status.message().to_owned();
                let mut error = Self::new(status.code(), reason.code(), message);
                error.0.retry_after = status.get_details_retry_info().and_then(|info| info.retry_delay);
                error.because(status)
            }
            (Code::DeadlineExceeded, _) => {
                let message = "the time for this call is over";
                Self::new(Code::DeadlineExceeded, "DEADLINE_EXCEEDED", message).because(status)
            }
            (Code::Unavailable | Code::Cancelled | Code::Aborted | Code::ResourceExhausted, _) => {
                Self::unavailable("a service that is needed is not ready: try again", status)
            }
            _ => Self::internal(status),
        }
    }

    pub fn because(mut self, cause: impl Into<Cause>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// Adds a fact that scripts may use, such as `unit` = `vl-01`.
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.0.metadata.insert(key.to_owned(), value.into());
        self
    }

    /// Says when it is worth trying again.
    pub fn retry_after(mut self, delay: Duration) -> Self {
        self.0.retry_after = Some(delay);
        self
    }

    pub fn code(&self) -> Code {
        self.0.code
    }

    pub fn reason(&self) -> &'static str {
        self.0.reason
    }

    /// The sentence, without the reason.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    pub fn violations(&self) -> &[Violation] {
        &self.0.violations
    }

    /// The cause and its causes, for the log.
    pub fn cause(&self) -> Option<String> {
        let mut next: Option<&dyn std::error::Error> = Some(self.0.cause.as_deref()?);
        let mut text = Vec::new();
        while let Some(error) = next {
            text.push(error.to_string());
            next = error.source();
        }
        Some(text.join(": "))
    }

    /// Whether the same request may succeed later with nothing changed by the caller.
    pub fn is_transient(&self) -> bool {
        matches!(self.0.code, Code::Unavailable | Code::DeadlineExceeded | Code::ResourceExhausted)
    }
}

pub type Cause = Box<dyn std::error::Error + Send + Sync>;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.reason, self.0.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.as_deref().map(|cause| cause as _)
    }
}

impl From<Error> for Status {
    /// What the caller is told. A fault of ours is logged here, where its cause is lost, and its caller gets the trace id.
    fn from(error: Error) -> Self {
        let trace = trace::current();
        let mut error = error;
        if error.code() == Code::Internal {
            log(&error, trace.id());
            error.0.metadata = HashMap::new();
            if !trace.id().is_empty() {
                error = error.with("trace", trace.id());
            }
        }
        let Inner { code, reason, message, violations, metadata, retry_after, .. } = *error.0;
        let mut details = ErrorDetails::with_error_info(reason, DOMAIN, metadata);
        if retry_after.is_some() {
            details.set_retry_info(retry_after);
        }
        if !violations.is_empty() {
            // The stable reason of each field goes in front of its description: "REASON: sentence".
            let fields = violations
                .into_iter()
                .map(|v| FieldViolation::new(v.field, format!("{}: {}", v.reason, v.description)))
                .collect::<Vec<_>>();
            details.set_bad_request(fields);
        }
        Status::with_error_details(code, message, details)
    }
}

/// The cause of a fault. One that another service told us of is in its log, under the same trace; what a secret request
/// may have put into it is not logged at all.
fn log(error: &Error, trace: &str) {
    let Some(cause) = error.0.cause.as_deref() else { return };
    if cause.downcast_ref::<Status>().is_some_and(|status| status.code() == Code::Internal) {
        return;
    }
    if transport::in_secret() {
        tracing::error!(trace, "a fault of ours in a secret call; its cause is not told");
    } else {
        tracing::error!(trace, cause = error.cause(), "a fault of ours");
    }
}

#[cfg(test)]
#[path = "error_test.rs"]
mod log_test;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_names_the_reason_and_every_wrong_field_and_hides_the_cause() {
        let error = Error::invalid(vec![
            Violation::new("lines[0].points", "POINTS_OVER_MAXIMUM", "\"9\" is over the maximum 8"),
            Violation::new("unit", "UNIT_UNKNOWN", "no unit \"vl-99\""),
        ])
        .because("secret detail");
        let status = Status::from(error);
        assert_eq!(status.code(), Code::InvalidArgument);
        assert!(!status.message().contains("secret"));
        let details = status.get_error_details();
        assert_eq!(details.error_info().map(|i| i.reason.as_str()), Some("POINTS_OVER_MAXIMUM"));
        let fields: Vec<_> = details
            .bad_request()
            .map(|b| b.field_violations.iter().map(|v| v.field.clone()).collect())
            .unwrap_or_default();
        assert_eq!(fields, ["lines[0].points", "unit"]);
    }

    #[test]
    fn what_another_service_refuses_is_told_with_its_reason_and_its_faults_are_hidden() {
        let heard = |error: Error| {
            let error = Error::of_peer(error.into());
            (error.code(), error.reason())
        };
        let unknown = Error::not_found("SEASON_UNKNOWN", "there is no season \"2024\"");
        assert_eq!(heard(unknown), (Code::NotFound, "SEASON_UNKNOWN"));
        assert_eq!(heard(Error::unavailable("busy", "lock")), (Code::Unavailable, "UNAVAILABLE"));
        for fault in
            [Error::denied("ROLE_REQUIRED", "no"), Error::internal("bug"), Error::unauthenticated("")]
        {
            assert_eq!(heard(fault), (Code::Internal, "INTERNAL"));
        }
    }
}
