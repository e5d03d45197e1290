//! The tables of scoring, one file each: entity and queries. Every function takes the transaction.

mod lines;
pub(crate) mod sheet_changes;
pub(crate) mod sheets;
