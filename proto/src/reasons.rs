//! Reasons of errors as they stand in `google.rpc.ErrorInfo`.

use crate::common::v1::Reason;

/// The `domain` of every `google.rpc.ErrorInfo` of the platform.
pub const ERROR_DOMAIN: &str = "thidua";

impl Reason {
    /// The reason's stable code, such as `UNIT_UNKNOWN`.
    pub fn code(self) -> &'static str {
        let name = self.as_str_name();
        name.strip_prefix("REASON_").unwrap_or(name)
    }

    /// The reason with this code; none for a code of a newer platform.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::from_str_name(&format!("REASON_{code}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_name_without_its_prefix_and_leads_back() {
        assert_eq!(Reason::SameApprover.code(), "SAME_APPROVER");
        assert_eq!(Reason::from_code("SAME_APPROVER"), Some(Reason::SameApprover));
        assert_eq!(Reason::from_code("SOMETHING_NEWER"), None);
    }
}
