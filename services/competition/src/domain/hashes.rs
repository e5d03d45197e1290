//! Hashes of documents that lie elsewhere: they say which text was meant.

use platform::input::Faults;
use proto::common::v1::Reason;

/// The SHA-256 of a text in lower-case hex, or empty.
pub(super) fn optional_sha256(field: impl Into<String>, sha256: &str, faults: &mut Faults) -> Option<String> {
    let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if sha256.is_empty() || (sha256.len() == 64 && sha256.bytes().all(digit)) {
        return Some(sha256.to_owned());
    }
    faults.refuse(field, Reason::InvalidArgument, "is no SHA-256: 64 digits 0-9 and a-f")
}
