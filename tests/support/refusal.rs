//! What a refused call says.

use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// The code and the stable reason.
pub fn refusal<T: std::fmt::Debug>(answer: Result<T, Status>) -> (Code, String) {
    let status = answer.expect_err("it is refused");
    let reason = status.get_error_details().error_info().map(|info| info.reason.clone());
    (status.code(), reason.unwrap_or_default())
}

/// The fields that are wrong, each with the stable reason: `units[3].parent UNIT_UNKNOWN`.
pub fn violations<T: std::fmt::Debug>(answer: Result<T, Status>) -> Vec<String> {
    let status = answer.expect_err("it is refused");
    let details = status.get_error_details();
    let fields = details.bad_request().map(|bad| bad.field_violations.clone()).unwrap_or_default();
    let reason = |description: &str| description.split(':').next().unwrap_or_default().to_owned();
    fields.iter().map(|violation| format!("{} {}", violation.field, reason(&violation.description))).collect()
}

/// The stable reason of a refusal.
pub fn reason(status: &Status) -> String {
    status.get_error_details().error_info().map(|info| info.reason.clone()).unwrap_or_default()
}

/// The fields that a refusal names, each with the stable reason.
pub fn fields(status: &Status) -> Vec<(String, String)> {
    let details = status.get_error_details();
    let fields = details.bad_request().map(|bad| bad.field_violations.clone()).unwrap_or_default();
    let reason = |description: &str| description.split(':').next().unwrap_or_default().to_owned();
    fields.into_iter().map(|violation| (violation.field, reason(&violation.description))).collect()
}
