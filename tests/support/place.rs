//! A place for the platform as it is started: a data directory and databases of its own, on free ports.

use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;
use platform::config::{self, Config, DatabaseParts, Secret};
use platform::data_dir::DataDir;
use platform::db::{Backend, DatabaseConfig};
use tempfile::TempDir;
use thidua::app::{App, Running, ServiceName, migrate};

use super::postgres;

pub struct Place {
    pub directory: TempDir,
    pub config: Config,
    /// Databases to be dropped in the end.
    databases: Vec<String>,
}

impl Place {
    async fn new(backend: Backend, migrated: bool) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let mut config = Config { data_dir: directory.path().join("data"), ..Config::default() };
        config.server.listen.set_port(0);
        config.server.management_listen.set_port(0);
        let mut databases = Vec::new();
        if backend == Backend::Postgres {
            let name = postgres::unique("place");
            let url = |role| {
                let url = postgres::url(role, "NAME").replace("NAME", &format!("{name}_{{service}}"));
                Some(Secret::new(url))
            };
            config.database = config::Database {
                parts: DatabaseParts::Postgres,
                runtime_url: url("thidua_runtime"),
                system_url: url("thidua_system"),
                owner_url: url(postgres::OWNER),
                connections: 3.try_into().expect("a number of connections"),
                ..config::Database::default()
            };
            for service in ServiceName::ALL {
                let database = format!("{name}_{service}");
                postgres::create_named(&database).await;
                databases.push(database);
            }
            if migrated {
                let migrated = migrate(&config, &ServiceName::ALL).await.expect("migrated");
                assert_eq!(migrated.len(), ServiceName::ALL.len());
            }
        }
        Self { directory, config, databases }
    }

    pub async fn start(&self) -> Running {
        Self::start_as(&self.config).await
    }

    /// With other settings.
    pub async fn start_as(config: &Config) -> Running {
        let running = Box::pin(App::start(config.clone())).await;
        let running = running.unwrap_or_else(|error| panic!("{error}"));
        running.ready().await;
        running
    }

    /// The database of a service.
    pub fn database(&self, service: &str) -> DatabaseConfig {
        let mut config = DatabaseConfig::of(&self.config).expect("a database");
        if let DatabaseConfig::Postgres { runtime_url, system_url, owner_url, .. } = &mut config {
            for url in [runtime_url, system_url].into_iter().chain(owner_url) {
                *url = Secret::new(url.reveal().replace("{service}", service));
            }
        }
        config
    }

    pub fn data_dir(&self) -> DataDir {
        DataDir::open(&self.config.data_dir).expect("opens")
    }
}

/// Makes a place, runs `test` in it and removes everything, whether the test succeeds or not.
pub async fn with_place(backend: Backend, test: impl AsyncFnOnce(&Place)) {
    within(Place::new(backend, true).await, test).await;
}

/// The same on PostgreSQL, with databases in which there is nothing yet.
pub async fn with_empty_place(test: impl AsyncFnOnce(&Place)) {
    within(Place::new(Backend::Postgres, false).await, test).await;
}

async fn within(place: Place, test: impl AsyncFnOnce(&Place)) {
    let outcome = AssertUnwindSafe(test(&place)).catch_unwind().await;
    for database in &place.databases {
        postgres::drop_database(database).await;
    }
    outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}
