//! The files' rules in the words of the contracts.

pub(super) mod criteria;
pub(super) mod policy;
