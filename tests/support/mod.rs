//! The ground on which the suites stand.

pub mod events;
pub mod ground;
pub mod postgres;
pub mod probe;
pub mod wait;
