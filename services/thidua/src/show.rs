//! What commands print for people: tables, numbers and moments as their language writes them.

mod cell;
mod facts;
mod language;
mod moment;
mod number;
mod table;

pub(crate) use cell::Cell;
pub(crate) use facts::{act, facts, word};
pub(crate) use language::Language;
pub(crate) use moment::moment;
pub(crate) use table::{Column, Table};
