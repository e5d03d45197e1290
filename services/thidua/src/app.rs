//! The running platform: services with their databases, jobs and events, served from one process.

mod banner;
mod catalog;
mod leader;
mod part;
mod role;
mod running;
mod start;
mod tenants;

pub use catalog::ServiceName;
pub use part::{Carriers, Duties, EventsWay, Part, about_jobs};
pub use role::Role;
pub use running::{Addresses, Migrated, Running};
pub use start::{App, migrate};
pub use tenants::consumer as federations;

/// Why the platform does not start, in words for its operator.
pub type AnyError = Box<dyn std::error::Error + Send + Sync>;
