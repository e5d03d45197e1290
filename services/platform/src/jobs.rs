//! The job system: work that outlives the request that asked for it.

pub mod estimates;
pub mod fair;
pub mod state;
