//! Sheets on their way in: what a request says, as typed values, and the rules that it must keep.
//!
//! The rules are those of a campaign document; here they are told with fields of the request and stable reasons.

mod key;
mod line;
mod sheet;

pub(crate) use key::SheetKey;
pub(crate) use line::{Evidence, Line, Value};
pub(crate) use sheet::{By, Change, Head, LineChange, Sheet, differences};
