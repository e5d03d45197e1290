//! Sheets on their way in: what a request says, as typed values, and the rules that it must keep.
//!
//! The rules are those of a campaign document; here they are told with fields of the request and stable reasons.

mod access;
mod check;
mod key;
mod line;
mod rules;
mod sheet;
#[cfg(test)]
mod tests;

pub(crate) use access::{Reader, may_reopen, may_write};
pub(crate) use check::{Below, Proposed, check};
pub(crate) use key::SheetKey;
pub(crate) use line::{Evidence, Line, Placed, Value};
pub(crate) use rules::{BlocRules, cross_has_closed, open_layers};
pub(crate) use sheet::{By, Change, Head, LineChange, Sheet, Wanted};

/// The layer in which a bloc agrees on its members' scores.
pub(crate) const BLOC: &str = "bloc";
