//! The services that there are, and how each is made.

use std::fmt;

use clap::ValueEnum;
use migrations::{
    competition as competition_schema, notifications as notifications_schema,
    organizations as organizations_schema, scoring as scoring_schema,
};
use platform::config::Peers;
use platform::db::{Database, DatabaseConfig};
use platform::service::Service;
use platform::tenants::Tenants;
use prost::Name as _;
use proto::competition::v1::{CampaignChanged, SeasonChanged};
use proto::organizations::v1::{AccessWithdrawn, TenantChanged, UnitsChanged};
use proto::scoring::v1::{RunDrafted, RunFailed, RunPublished};

use super::AnyError;
use super::start::App;

/// A service that a process can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum ServiceName {
    /// Federations, units, officials, accounts
    Organizations,
    /// Seasons, blocs, criteria, policies
    Competition,
    /// Score sheets, runs and results
    Scoring,
    /// Messages to officials
    Notifications,
}

impl ServiceName {
    pub const ALL: [Self; 4] = [Self::Organizations, Self::Competition, Self::Scoring, Self::Notifications];

    /// The name of its database, in tokens and in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Organizations => organizations::NAME,
            Self::Competition => competition::NAME,
            Self::Scoring => scoring::NAME,
            Self::Notifications => notifications::NAME,
        }
    }

    /// The file of its embedded database in the data directory.
    pub(crate) fn file(self) -> String {
        format!("{self}.sqlite")
    }

    /// The services that it calls.
    pub(super) fn calls(self) -> &'static [Self] {
        match self {
            Self::Organizations => &[],
            Self::Competition => &[Self::Organizations, Self::Scoring],
            Self::Scoring => &[Self::Competition, Self::Organizations],
            Self::Notifications => &[Self::Organizations],
        }
    }

    /// The topics of the events that it wants of others: what a broker binds its queue to, whichever process declares it.
    pub fn topics(self) -> Vec<String> {
        let mut topics = vec![AccessWithdrawn::full_name()];
        if self != Self::Organizations {
            topics.push(TenantChanged::full_name());
        }
        match self {
            Self::Organizations | Self::Competition => {}
            Self::Scoring => topics.extend([
                SeasonChanged::full_name(),
                CampaignChanged::full_name(),
                UnitsChanged::full_name(),
            ]),
            Self::Notifications => {
                topics.extend([RunDrafted::full_name(), RunFailed::full_name(), RunPublished::full_name()]);
            }
        }
        topics
    }

    /// Where other processes reach it, as the configuration says.
    pub(super) fn url(self, peers: &Peers) -> Option<&str> {
        let url = match self {
            Self::Organizations => &peers.organizations,
            Self::Competition => &peers.competition,
            Self::Scoring => &peers.scoring,
            Self::Notifications => &peers.notifications,
        };
        url.as_deref()
    }

    pub(super) async fn migrate(self, config: &DatabaseConfig) -> platform::Result<Vec<String>> {
        match self {
            Self::Organizations => {
                Database::migrate(config, self.as_str(), &organizations_schema::Migrator).await
            }
            Self::Competition => {
                Database::migrate(config, self.as_str(), &competition_schema::Migrator).await
            }
            Self::Scoring => Database::migrate(config, self.as_str(), &scoring_schema::Migrator).await,
            Self::Notifications => {
                Database::migrate(config, self.as_str(), &notifications_schema::Migrator).await
            }
        }
    }

    pub(crate) async fn check_schema(self, db: &Database) -> platform::Result<()> {
        match self {
            Self::Organizations => db.ready(&organizations_schema::Migrator).await,
            Self::Competition => db.ready(&competition_schema::Migrator).await,
            Self::Scoring => db.ready(&scoring_schema::Migrator).await,
            Self::Notifications => db.ready(&notifications_schema::Migrator).await,
        }
    }

    pub(super) fn build(self, app: &App, db: Database, tenants: Tenants) -> Result<Service, AnyError> {
        Ok(match self {
            Self::Organizations => {
                organizations::service(organizations::Deps { db, tokens: app.tokens.clone() })
            }
            Self::Competition => competition::service(competition::Deps {
                db,
                organizations: app.peer(self, Self::Organizations)?,
                scoring: app.peer(self, Self::Scoring)?,
                tenants,
            }),
            Self::Scoring => scoring::service(scoring::Deps {
                db,
                cache: app.cache(self),
                competition: app.peer(self, Self::Competition)?,
                organizations: app.peer(self, Self::Organizations)?,
            }),
            Self::Notifications => notifications::service(notifications::Deps {
                db,
                organizations: app.peer(self, Self::Organizations)?,
            }),
        })
    }
}

impl fmt::Display for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
