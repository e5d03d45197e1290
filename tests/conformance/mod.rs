//! Suites that run on every implementation of one thing.

mod stores;
mod transport;
