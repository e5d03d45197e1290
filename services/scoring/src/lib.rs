//! Score sheets, the classification engine, runs and results.

pub mod domain;
