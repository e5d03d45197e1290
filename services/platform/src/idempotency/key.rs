//! The key that a caller sends.

use std::fmt;

use http::HeaderMap;
use tonic::metadata::MetadataMap;

use crate::auth::Rule;
use crate::{Error, Result};

/// The name of the key in a call's metadata.
pub const METADATA: &str = "idempotency-key";

/// The longest key.
const MAX: usize = 64;

/// What a caller names a call with, so that it may send it again: 1 to 64 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// The key of a call; `None` when it has none.
    pub fn of(metadata: &MetadataMap) -> Result<Option<Self>> {
        let mut values = metadata.get_all(METADATA).iter();
        let Some(first) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(invalid("it is given more than once"));
        }
        Self::new(&String::from_utf8_lossy(first.as_bytes())).map(Some)
    }

    pub fn new(text: &str) -> Result<Self> {
        if text.is_empty() {
            return Err(invalid("it is empty"));
        }
        if text.len() > MAX {
            return Err(invalid(&format!("it has {} bytes, at most {MAX} are allowed", text.len())));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(invalid(&format!("{text:?} has others than visible ASCII characters")));
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `IDEMPOTENCY_KEY_INVALID` when a call of a secret RPC has a key: its request is not to be stored, not even as a
    /// hash, and the key would stand beside what the call did.
    pub(crate) fn refuse_for_secrets(rule: &Rule, headers: &HeaderMap) -> Result<()> {
        if rule.secret && headers.contains_key(METADATA) {
            return Err(invalid("this call is secret and takes none; leave it out"));
        }
        Ok(())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn invalid(why: &str) -> Error {
    Error::new(tonic::Code::InvalidArgument, "IDEMPOTENCY_KEY_INVALID", format!("{METADATA}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[&str]) -> Result<Option<Key>> {
        let mut metadata = MetadataMap::new();
        for value in values {
            metadata.append(METADATA, value.parse().expect("a header value"));
        }
        Key::of(&metadata)
    }

    #[test]
    fn a_call_has_no_key_or_one_of_visible_ascii() {
        assert_eq!(of(&[]).ok(), Some(None));
        assert_eq!(of(&["4f-2a"]).ok(), Some(Some(Key("4f-2a".into()))));
    }

    #[test]
    fn a_secret_call_takes_no_key_however_it_looks() {
        let secret = Rule { secret: true, ..Rule::default() };
        for value in ["4f-2a", ""] {
            let headers = HeaderMap::from_iter([(
                http::HeaderName::from_static(METADATA),
                value.parse().expect("a value"),
            )]);
            let refused = Key::refuse_for_secrets(&secret, &headers);
            assert_eq!(refused.map_err(|error| error.reason()), Err("IDEMPOTENCY_KEY_INVALID"));
            assert!(Key::refuse_for_secrets(&Rule::default(), &headers).is_ok());
        }
        assert!(Key::refuse_for_secrets(&secret, &HeaderMap::new()).is_ok());
    }

    #[test]
    fn a_wrong_key_is_refused_with_the_rule() {
        assert!(of(&[&"x".repeat(64)]).is_ok());
        let too_long = "x".repeat(65);
        for (values, rule) in [
            (vec![""], "it is empty"),
            (vec!["a b"], "visible ASCII"),
            (vec!["a", "b"], "more than once"),
            (vec![too_long.as_str()], "at most 64"),
        ] {
            let error = of(&values).expect_err("a wrong key");
            assert_eq!(error.reason(), "IDEMPOTENCY_KEY_INVALID");
            assert!(error.to_string().contains(rule), "{error}");
        }
    }
}
