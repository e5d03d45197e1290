//! Keys that stand twice.

use std::collections::HashSet;
use std::hash::Hash;

/// Lists up to this length are compared pair by pair.
const SHORT: usize = 16;

/// Positions of the keys that stood before. `None` is a key that could not be read: it repeats nothing.
pub(super) fn repeats<K: Eq + Hash>(keys: impl IntoIterator<Item = Option<K>>) -> Vec<usize> {
    let keys: Vec<Option<K>> = keys.into_iter().collect();
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for (position, key) in keys.iter().enumerate() {
        let Some(wanted) = key else { continue };
        let repeated = if keys.len() <= SHORT {
            keys.iter().take(position).flatten().any(|earlier| earlier == wanted)
        } else {
            !seen.insert(wanted)
        };
        if repeated {
            found.push(position);
        }
    }
    found
}

/// A code as a key: blank ones could not be read.
pub(super) fn key(code: &str) -> Option<&str> {
    (!code.is_empty()).then_some(code)
}

/// Positions of the codes that stood before.
pub(super) fn repeated_codes<'a>(codes: impl IntoIterator<Item = &'a str>) -> Vec<usize> {
    repeats(codes.into_iter().map(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_ones_repeat_and_unreadable_ones_do_not() {
        assert_eq!(repeated_codes(["a", "b", "a", "", "", "a"]), [2, 5]);
        let many = (0..40).map(|i| Some(i % 30));
        assert_eq!(repeats(many), (30..40).collect::<Vec<_>>());
    }
}
