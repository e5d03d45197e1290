//! The `grpc-timeout` header: up to eight digits and a unit.

use std::time::Duration;

use http::{HeaderMap, HeaderValue};

use crate::error::{Error, Result};

pub(super) const GRPC_TIMEOUT: &str = "grpc-timeout";

/// The time that the caller gives; `INVALID_ARGUMENT` when the header is no timeout.
pub(super) fn read(headers: &HeaderMap) -> Result<Option<Duration>> {
    let Some(value) = headers.get(GRPC_TIMEOUT) else { return Ok(None) };
    value.to_str().ok().and_then(parse).map(Some).ok_or_else(|| {
        Error::new(
            tonic::Code::InvalidArgument,
            "TIMEOUT_INVALID",
            format!("{GRPC_TIMEOUT} {value:?} is not one to eight digits and one of H, M, S, m, u, n"),
        )
    })
}

/// Writes `limit` to the header, rounded up to microseconds, or to seconds when it is long.
pub(super) fn write(headers: &mut HeaderMap, limit: Duration) {
    let micros = limit.as_nanos().div_ceil(1000);
    let text = if micros < 100_000_000 {
        format!("{micros}u")
    } else {
        format!("{}S", micros.div_ceil(1_000_000).min(99_999_999))
    };
    if let Ok(value) = HeaderValue::try_from(text) {
        headers.insert(GRPC_TIMEOUT, value);
    }
}

fn parse(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(count * 3600),
        "M" => Duration::from_secs(count * 60),
        "S" => Duration::from_secs(count),
        "m" => Duration::from_millis(count),
        "u" => Duration::from_micros(count),
        "n" => Duration::from_nanos(count),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_read_as_the_protocol_says() {
        assert_eq!(parse("5S"), Some(Duration::from_secs(5)));
        assert_eq!(parse("99999999H"), Some(Duration::from_secs(99_999_999 * 3600)));
        for wrong in ["", "S", "5", "5s", "123456789S", "-1S", "5é"] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for limit in [Duration::from_micros(1), Duration::from_secs(99), Duration::from_secs(7200)] {
            let mut headers = HeaderMap::new();
            write(&mut headers, limit);
            assert_eq!(read(&headers).expect("valid"), Some(limit));
        }
    }
}
