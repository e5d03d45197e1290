//! References that find nothing, held back until it is known whether an unreadable entry explains them.

use std::collections::BTreeMap;
use std::fmt;

use crate::domain::document::{Fault, Faults, Place};

/// Faults that may only be the consequence of entries that could not be read or placed.
///
/// A reference to a unit whose code is malformed finds nothing: that is one mistake, not two. So when no more
/// different things are missing than entries are spoilt, the missing ones are taken for the spoilt ones; otherwise at
/// least one is missing of its own, and all are told.
#[derive(Debug)]
pub(super) struct Dangling<K> {
    excuses: usize,
    missing: BTreeMap<K, Vec<Fault>>,
}

impl<K: Ord> Default for Dangling<K> {
    fn default() -> Self {
        Dangling { excuses: 0, missing: BTreeMap::new() }
    }
}

impl<K: Ord> Dangling<K> {
    /// As many excuses as `codes` has blanks.
    pub(super) fn excused_by<'a>(codes: impl IntoIterator<Item = &'a str>) -> Self {
        Dangling { excuses: codes.into_iter().filter(|code| code.is_empty()).count(), ..Self::default() }
    }

    /// One more spoilt entry.
    pub(super) fn excuse(&mut self) {
        self.excuses = self.excuses.saturating_add(1);
    }

    /// Nothing can be said: the whole list is spoilt.
    pub(super) fn excuse_all(&mut self) {
        self.excuses = usize::MAX;
    }

    pub(super) fn add(&mut self, key: K, place: &Place<'_>, message: impl fmt::Display) {
        let fault = Fault { pointer: place.pointer(), message: message.to_string() };
        self.missing.entry(key).or_default().push(fault);
    }

    pub(super) fn report(self, faults: &mut Faults) {
        if self.missing.len() > self.excuses {
            self.missing.into_values().flatten().for_each(|fault| faults.push(fault));
        }
    }
}
