//! Suites that run on every implementation of one thing.

mod transport;
