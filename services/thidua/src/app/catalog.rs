//! The services that there are, and how each is made.

use std::fmt;

use clap::ValueEnum;
use migrations::{competition as competition_schema, organizations as organizations_schema};
use platform::auth::Tokens;
use platform::db::{Database, DatabaseConfig};
use platform::service::Service;
use platform::transport::Peer;

/// A service that a process can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ServiceName {
    /// Federations, units, officials, accounts
    Organizations,
    /// Seasons, blocs, criteria, policies
    Competition,
}

/// What services are made of, besides their databases.
pub(super) struct Deps {
    pub(super) tokens: Tokens,
    /// Organizations, as this service calls it.
    pub(super) organizations: Peer,
}

impl ServiceName {
    pub const ALL: [Self; 2] = [Self::Organizations, Self::Competition];

    /// The name of its database, in tokens and in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Organizations => organizations::NAME,
            Self::Competition => "competition",
        }
    }

    pub(super) async fn migrate(self, config: &DatabaseConfig) -> platform::Result<Vec<String>> {
        match self {
            Self::Organizations => {
                Database::migrate(config, self.as_str(), &organizations_schema::Migrator).await
            }
            Self::Competition => {
                Database::migrate(config, self.as_str(), &competition_schema::Migrator).await
            }
        }
    }

    pub(super) async fn check_schema(self, db: &Database) -> platform::Result<()> {
        match self {
            Self::Organizations => db.ready(&organizations_schema::Migrator).await,
            Self::Competition => db.ready(&competition_schema::Migrator).await,
        }
    }

    pub(super) fn build(self, db: Database, deps: Deps) -> Service {
        match self {
            Self::Organizations => organizations::service(organizations::Deps { db, tokens: deps.tokens }),
            Self::Competition => {
                competition::service(competition::Deps { db, organizations: deps.organizations })
            }
        }
    }
}

impl fmt::Display for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
