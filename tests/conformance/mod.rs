//! Suites that run on every implementation of one thing.

mod broker;
mod cache;
mod door;
mod events_consume;
mod events_publish;
mod idempotency;
pub mod jobs;
mod retention;
mod stores;
mod tenants;
mod transport;
