//! The ground on which the suites stand.

pub mod ground;
pub mod postgres;
pub mod probe;
