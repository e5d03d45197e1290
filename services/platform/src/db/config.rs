//! Where a service keeps its data, as the configuration says.

use std::path::PathBuf;

use crate::config::{Config, DatabaseParts, Secret};
use crate::error::{Error, Result};

/// The databases of all services; `{service}` in a URL stands for the service's name, since each has its own.
#[derive(Clone, Debug)]
pub enum DatabaseConfig {
    /// One file per service: `<directory>/<service>.sqlite`.
    Sqlite { directory: PathBuf },
    Postgres {
        /// The runtime role, which owns nothing: `postgres://thidua_runtime:…@host/thidua_{service}`.
        runtime_url: Secret,
        /// The role for work across tenants, with rights on the platform tables alone.
        system_url: Secret,
        /// The role that owns the schema; only migrating needs it.
        owner_url: Option<Secret>,
        /// Connections per service and role.
        connections: u32,
    },
}

impl DatabaseConfig {
    pub fn of(config: &Config) -> Result<Self> {
        let database = &config.database;
        let needed = |key: &str, url: &Option<Secret>| {
            let text = format!("{key} is needed when database.parts is \"postgres\"");
            url.clone().ok_or_else(|| Error::precondition("CONFIGURATION_INCOMPLETE", text))
        };
        Ok(match database.parts {
            DatabaseParts::Embedded => Self::Sqlite { directory: config.data_dir.clone() },
            DatabaseParts::Postgres => Self::Postgres {
                runtime_url: needed("database.runtime_url", &database.runtime_url)?,
                system_url: needed("database.system_url", &database.system_url)?,
                owner_url: database.owner_url.clone(),
                connections: database.connections.get(),
            },
        })
    }
}
