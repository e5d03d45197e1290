//! The classification engine from outside: documents in, results or faults out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests fails as a test does"
)]

mod arithmetic;
mod campaigns;
mod dice;
mod example;
mod explanations;
mod faults;
mod golden;
mod properties;
mod robustness;
mod snapshots;
