//! One service's database, open.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::config::DatabaseConfig;
use super::postgres;
use super::sqlite;
use super::tx::{SystemTx, TenantTx};
use super::wake::{Hub, Wakeups};
use super::{DbError, SystemUse};
use crate::error::Result;
use crate::ids::Ids;
use crate::tenancy::TenantScope;

/// A cheap handle; all clones share the connections.
#[derive(Clone)]
pub struct Database(Arc<Inner>);

pub(super) struct Inner {
    pub(super) service: &'static str,
    pub(super) ids: Ids,
    pub(super) pools: Pools,
    pub(super) hub: Hub,
}

pub(super) enum Pools {
    /// `writer` is a single connection: writers queue on it in the order in which they come.
    Sqlite {
        writer: sqlx::SqlitePool,
        readers: sqlx::SqlitePool,
    },
    Postgres {
        runtime: sqlx::PgPool,
        system: sqlx::PgPool,
    },
}

/// The connections of one pool.
pub(crate) struct PoolState {
    pub(crate) role: &'static str,
    pub(crate) idle: u64,
    pub(crate) in_use: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Database({} on {:?})", self.0.service, self.backend())
    }
}

impl Database {
    /// Opens the database of `service`. It neither migrates nor judges the schema.
    pub async fn connect(config: &DatabaseConfig, service: &'static str, ids: Ids) -> Result<Self> {
        let (pools, hub) = match config {
            DatabaseConfig::Sqlite { directory } => {
                let (writer, readers) = sqlite::connect(directory, service).await?;
                (Pools::Sqlite { writer, readers }, Hub::in_process())
            }
            DatabaseConfig::Postgres { runtime_url, system_url, runtime, system, .. } => {
                let runtime = postgres::connect(runtime_url, service, *runtime).await?;
                let system = postgres::connect(system_url, service, *system).await?;
                let listener = postgres::listener(&runtime);
                (Pools::Postgres { runtime, system }, Hub::listening(listener))
            }
        };
        Ok(Self(Arc::new(Inner { service, ids, pools, hub })))
    }

    /// The name of the service whose data this is.
    pub fn service(&self) -> &'static str {
        self.0.service
    }

    /// Makes the ids of new rows, and has the clock for their times.
    pub fn ids(&self) -> &Ids {
        &self.0.ids
    }

    pub fn backend(&self) -> Backend {
        match self.0.pools {
            Pools::Sqlite { .. } => Backend::Sqlite,
            Pools::Postgres { .. } => Backend::Postgres,
        }
    }

    /// See [`TenantTx::read`].
    pub async fn read(&self, scope: &impl TenantScope) -> Result<TenantTx> {
        TenantTx::read(self, scope).await
    }

    /// See [`TenantTx::write`].
    pub async fn write(&self, scope: &impl TenantScope) -> Result<TenantTx> {
        TenantTx::write(self, scope).await
    }

    /// See [`SystemTx::read`].
    pub async fn system_read(&self, user: SystemUse) -> Result<SystemTx, DbError> {
        SystemTx::read(self, user).await
    }

    /// See [`SystemTx::write`].
    pub async fn system_write(&self, user: SystemUse) -> Result<SystemTx, DbError> {
        SystemTx::write(self, user).await
    }

    /// Wake-ups that transactions send with [`TenantTx::notify`](super::Tx::notify) on `channel`, from any process on
    /// PostgreSQL, from this one on SQLite.
    pub fn listen(&self, channel: &str) -> Wakeups {
        self.0.hub.subscribe(channel)
    }

    /// How many connections are open, by what they are for.
    pub(crate) fn pools(&self) -> [PoolState; 2] {
        fn state<D: sqlx::Database>(role: &'static str, pool: &sqlx::Pool<D>) -> PoolState {
            let idle = u64::try_from(pool.num_idle()).unwrap_or(u64::MAX);
            PoolState { role, idle, in_use: u64::from(pool.size()).saturating_sub(idle) }
        }
        match &self.0.pools {
            Pools::Sqlite { writer, readers } => [state("writer", writer), state("readers", readers)],
            Pools::Postgres { runtime, system } => [state("runtime", runtime), state("system", system)],
        }
    }

    /// Waits for open transactions and closes the connections.
    pub async fn close(&self) {
        self.0.hub.close().await;
        match &self.0.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres { runtime, system } => {
                runtime.close().await;
                system.close().await;
            }
        }
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.0
    }
}

impl Pools {
    /// Where a transaction runs: tenants' or the system's, for reading or for writing.
    pub(super) fn choose(&self, system: bool, write: bool) -> DatabaseConnection {
        match self {
            Self::Sqlite { writer, .. } if write => DatabaseConnection::from(writer.clone()),
            Self::Sqlite { readers, .. } => DatabaseConnection::from(readers.clone()),
            Self::Postgres { system: pool, .. } if system => DatabaseConnection::from(pool.clone()),
            Self::Postgres { runtime, .. } => DatabaseConnection::from(runtime.clone()),
        }
    }
}
