//! The schema: migrated by its owner, judged by every process before it serves.

use sea_orm::DatabaseConnection;
use sea_orm_migration::MigratorTraitSelf;
use sqlx::Row;

use super::config::DatabaseConfig;
use super::connect::{Database, Pools};
use super::{DbError, postgres, sqlite};
use crate::error::{Error, Result};

impl Database {
    /// Brings the database of `service` to the schema of this binary and returns the names of the migrations that were
    /// applied. On PostgreSQL it needs the owner's URL and creates the two other roles when it may; only one process
    /// migrates at a time. On SQLite the caller holds the lock of the data directory.
    pub async fn migrate<M: MigratorTraitSelf>(
        config: &DatabaseConfig,
        service: &'static str,
        migrator: &M,
    ) -> Result<Vec<String>> {
        match config {
            DatabaseConfig::Sqlite { directory } => {
                let (writer, readers) = sqlite::connect(directory, service).await?;
                let applied = apply(&Schema::Sqlite(&writer), service, migrator).await;
                readers.close().await;
                writer.close().await;
                applied
            }
            DatabaseConfig::Postgres { runtime_url, system_url, owner_url, .. } => {
                let owner_url = owner_url.as_ref().ok_or_else(|| {
                    let text = "database.owner_url is needed to migrate: the role that owns the schema";
                    Error::precondition("CONFIGURATION_INCOMPLETE", text)
                })?;
                let owner = postgres::connect_owner(owner_url, runtime_url, system_url, service).await?;
                let applied = apply(&Schema::Postgres(&owner), service, migrator).await;
                owner.close().await;
                applied
            }
        }
    }

    /// Whether this binary may serve the schema: its own migrations are applied, and the schema admits it. The error says
    /// what is missing (`SCHEMA_OUTDATED`) or which migration this binary does not know (`SCHEMA_TOO_NEW`).
    pub async fn ready<M: MigratorTraitSelf>(&self, migrator: &M) -> Result<()> {
        let schema = match &self.inner().pools {
            Pools::Sqlite { readers, .. } => Schema::Sqlite(readers),
            Pools::Postgres { runtime, .. } => Schema::Postgres(runtime),
        };
        let known = names(migrator);
        let applied = schema.applied().await?;
        let missing: Vec<_> = known.iter().filter(|name| !applied.contains(name)).cloned().collect();
        if !missing.is_empty() {
            return Err(Error::precondition(
                "SCHEMA_OUTDATED",
                format!(
                    "the database of {} lacks {}: run `thidua migrate`",
                    self.service(),
                    missing.join(", ")
                ),
            ));
        }
        let needed = schema.min_binary().await?;
        if needed.is_empty() || known.contains(&needed) {
            return Ok(());
        }
        Err(too_new(self.service(), &needed))
    }
}

fn too_new(service: &str, migration: &str) -> Error {
    Error::precondition(
        "SCHEMA_TOO_NEW",
        format!(
            "the database of {service} belongs to a newer version: it needs migration {migration}, which thidua {} does \
             not know; run the newer version",
            env!("CARGO_PKG_VERSION")
        ),
    )
}

fn names(migrator: &impl MigratorTraitSelf) -> Vec<String> {
    migrator.migrations().iter().map(|migration| migration.name().to_owned()).collect()
}

async fn apply(schema: &Schema<'_>, service: &str, migrator: &impl MigratorTraitSelf) -> Result<Vec<String>> {
    schema.lock().await?;
    let known = names(migrator);
    let applied = schema.applied().await?;
    let pending: Vec<_> = known.iter().filter(|name| !applied.contains(name)).cloned().collect();
    if pending.is_empty() {
        return Ok(pending);
    }
    if let Some(unknown) = applied.iter().find(|name| !known.contains(name)) {
        return Err(too_new(service, unknown));
    }
    migrator.up(&schema.connection(), None).await.map_err(|error| {
        let text = format!("the database of {service} could not be migrated: {error}");
        match DbError::from(error) {
            DbError::Transient(cause) => Error::unavailable(text, cause),
            other => Error::precondition("MIGRATION_FAILED", text).because(other),
        }
    })?;
    Ok(pending)
}

/// The tables that tell the state of a schema.
enum Schema<'a> {
    Sqlite(&'a sqlx::SqlitePool),
    Postgres(&'a sqlx::PgPool),
}

/// Any number, the same in all versions: who migrates holds it.
const MIGRATION_LOCK: i64 = 7_482_390_155;

impl Schema<'_> {
    fn connection(&self) -> DatabaseConnection {
        match self {
            Self::Sqlite(pool) => DatabaseConnection::from((*pool).clone()),
            Self::Postgres(pool) => DatabaseConnection::from((*pool).clone()),
        }
    }

    /// Waits until no other process migrates this database; the lock ends with the (only) connection of the pool.
    async fn lock(&self) -> Result<(), DbError> {
        if let Self::Postgres(pool) = self {
            sqlx::query("SELECT pg_advisory_lock($1)").bind(MIGRATION_LOCK).execute(*pool).await?;
        }
        Ok(())
    }

    async fn has_table(&self, name: &str) -> Result<bool, DbError> {
        Ok(match self {
            Self::Sqlite(pool) => {
                let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1)";
                sqlx::query(sql).bind(name).fetch_one(*pool).await?.try_get(0)?
            }
            Self::Postgres(pool) => {
                let sql = "SELECT to_regclass($1) IS NOT NULL";
                sqlx::query(sql).bind(name).fetch_one(*pool).await?.try_get(0)?
            }
        })
    }

    /// The names of the migrations that were applied.
    async fn applied(&self) -> Result<Vec<String>, DbError> {
        if !self.has_table("seaql_migrations").await? {
            return Ok(Vec::new());
        }
        self.texts("SELECT version FROM seaql_migrations").await
    }

    /// The migration that a binary must know; empty when any may serve.
    async fn min_binary(&self) -> Result<String, DbError> {
        Ok(self.texts("SELECT min_binary FROM schema_state WHERE id = 1").await?.pop().unwrap_or_default())
    }

    async fn texts(&self, sql: &'static str) -> Result<Vec<String>, DbError> {
        Ok(match self {
            Self::Sqlite(pool) => sqlx::query_scalar(sql).fetch_all(*pool).await?,
            Self::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(*pool).await?,
        })
    }
}
