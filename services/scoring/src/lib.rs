//! Score sheets, the classification engine, runs and results.

pub mod domain;
mod error;
mod store;

use platform::cache::Cache;
use platform::db::Database;
use platform::transport::Peer;

/// The service's name: of its database, in tokens and in the configuration.
pub const NAME: &str = "scoring";

/// What the service needs.
#[derive(Clone)]
pub struct Deps {
    pub db: Database,
    pub cache: Cache,
    /// Asked for seasons, criteria, blocs and targets.
    pub competition: Peer,
    /// Asked for units and for the names of officials.
    pub organizations: Peer,
}
