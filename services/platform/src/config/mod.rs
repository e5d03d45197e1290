//! Configuration: a TOML file, and over it environment variables `THIDUA_SECTION__KEY`.
//!
//! ```toml
//! data_dir = "/var/lib/thidua"
//! [server]
//! listen = "0.0.0.0:7400"
//! [database]
//! parts = "postgres"
//! runtime_url = "postgres://thidua_runtime:…@db/thidua_{service}"
//! ```
//!
//! A key that nobody knows, a value that does not fit and settings that contradict each other are errors, all told
//! at once with where each was read. Every key has a default, documented at its field.

mod duration;
mod fault;
mod load;
mod rules;
mod secret;
mod sections;
mod share;
mod url;

pub use duration::parse as parse_duration;
pub use fault::{Fault, Faults};
pub use load::{Effective, Loaded, Setting, Source, load};
pub use secret::Secret;
pub use sections::{
    Auth, Broker, BrokerParts, Cache, CacheParts, Config, Connections, Database, DatabaseParts, Jobs,
    LaneSlots, Limits, LogFormat, Peers, Server, Telemetry,
};
pub use share::Share;
pub(crate) use url::without_password;

#[cfg(test)]
#[path = "config_test.rs"]
mod tests;
