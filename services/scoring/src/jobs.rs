//! The jobs of scoring, one file each.

pub(crate) mod classify;
pub(crate) mod standings;
