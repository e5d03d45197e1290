//! How a service of thidua runs: clock, ids, errors, configuration, database, jobs, events, transport.
//!
//! Nothing here knows a word of the business: what a unit, a sheet or a bloc is stands in the services.

pub mod audit;
pub mod auth;
pub mod broker;
pub mod cache;
pub mod cache_server;
pub mod clock;
pub mod config;
pub mod data_dir;
pub mod db;
pub mod error;
pub mod events;
mod files;
pub mod host;
pub mod idempotency;
pub mod ids;
pub mod input;
pub mod jobs;
pub mod leader;
pub mod lifecycle;
mod management;
pub mod metrics;
pub mod paging;
pub mod random;
pub mod readiness;
pub mod retention;
pub mod schedules;
pub mod service;
pub mod telemetry;
pub mod tenancy;
pub mod tenants;
#[cfg(feature = "testing")]
pub mod testing;
pub mod trace;
pub mod transport;

pub use clock::{Clock, Timestamp};
pub use error::{Error, Result, Violation};
