//! Where a service keeps its data, as the configuration says.

use std::path::PathBuf;
use std::time::Duration;

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
        /// How the runtime role and the system role use the server.
        runtime: Share,
        system: Share,
    },
}

/// What one role may take of a PostgreSQL server, for one service in one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    pub connections: u32,
    /// The server ends a statement that takes longer.
    pub statement_limit: Duration,
}

impl Share {
    pub fn new(connections: u32, statement_limit: Duration) -> Self {
        Self { connections, statement_limit }
    }
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
                runtime: Share::new(database.connections.get(), database.statement_limit),
                system: Share::new(database.system_connections.get(), database.system_statement_limit),
            },
        })
    }
}
