//! `thidua migrate`: the databases, brought to this program's schema.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Args;
use platform::config::DatabaseParts;
use platform::data_dir::DataDir;

use super::fail;
use crate::app::{AnyError, Migrated, ServiceName, migrate};
use crate::installation::Installation;

/// Bring the databases to the schema of this version
///
/// On PostgreSQL it needs database.owner_url, and creates the other two roles when it may.
#[derive(Debug, Args)]
pub(crate) struct Migrate {
    /// Of this service alone
    #[arg(value_enum)]
    service: Option<ServiceName>,
    #[command(flatten)]
    installation: Installation,
}

impl Migrate {
    pub(crate) fn run(self) -> ExitCode {
        match self.migrate() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(error),
        }
    }

    fn migrate(self) -> Result<(), AnyError> {
        let config = self.installation.load()?.config;
        let _lock = match config.database.parts {
            DatabaseParts::Embedded => Some(DataDir::open(&config.data_dir)?.lock()?),
            DatabaseParts::Postgres => None,
        };
        let services = self.service.map_or(ServiceName::ALL.to_vec(), |service| vec![service]);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let migrated = runtime.block_on(migrate(&config, &services))?;
        let mut out = io::stdout().lock();
        for Migrated { service, migrations } in &migrated {
            writeln!(out, "{service}: {}", migrations.join(", "))?;
        }
        if migrated.is_empty() {
            writeln!(out, "nothing to do: every database has the schema of this version")?;
        }
        Ok(())
    }
}
