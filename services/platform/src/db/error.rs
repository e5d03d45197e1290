//! What can go wrong in a database, sorted by what the caller can do about it.

use sea_orm::{DbErr, RuntimeErr};
use sqlx::error::DatabaseError;

use crate::error::{Error, Result};

#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// A row with this key is there already. The name is the same on both backends: `<table>_<columns>_key`, the
    /// columns without `tenant_id`.
    #[error("unique constraint {constraint}: {cause}")]
    Unique { constraint: String, cause: DbErr },
    /// The row that is pointed to is not there, or is still pointed to.
    #[error("foreign key: {0}")]
    Reference(#[source] DbErr),
    /// It may pass: a lock, a deadlock, a lost connection, a pool that is used up.
    #[error("for a moment: {0}")]
    Transient(#[source] DbErr),
    /// An earlier statement of this transaction failed or was cut off; it can only be rolled back.
    #[error("an earlier statement of this transaction failed")]
    Broken,
    /// A fault of ours.
    #[error("{0}")]
    Fault(#[source] DbErr),
}

impl DbError {
    /// The constraint that refused the row as one too many.
    pub fn unique(&self) -> Option<&str> {
        match self {
            Self::Unique { constraint, .. } => Some(constraint),
            _ => None,
        }
    }

    /// Whether the same transaction may succeed when it is run again from its beginning.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Transient(_))
    }

    /// Whether the database itself said no, rather than not having been heard.
    pub(super) fn is_refused(&self) -> bool {
        match self {
            Self::Transient(DbErr::Conn(RuntimeErr::SqlxError(driver)))
            | Self::Transient(DbErr::Exec(RuntimeErr::SqlxError(driver)))
            | Self::Transient(DbErr::Query(RuntimeErr::SqlxError(driver))) => {
                // Of a server that goes down it is not known either.
                let code = driver.as_database_error().and_then(|refusal| refusal.code());
                code.is_some_and(|code| !code.starts_with("57P") && !code.starts_with("08"))
            }
            Self::Transient(_) => false,
            Self::Unique { .. } | Self::Reference(_) | Self::Broken | Self::Fault(_) => true,
        }
    }

    pub(crate) fn fault(message: impl Into<String>) -> Self {
        Self::Fault(DbErr::Custom(message.into()))
    }
}

impl From<DbErr> for DbError {
    fn from(error: DbErr) -> Self {
        let driver = match &error {
            DbErr::ConnectionAcquire(_) => return Self::Transient(error),
            DbErr::Conn(RuntimeErr::SqlxError(driver))
            | DbErr::Exec(RuntimeErr::SqlxError(driver))
            | DbErr::Query(RuntimeErr::SqlxError(driver)) => driver,
            _ => return Self::Fault(error),
        };
        match driver.as_ref() {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Transient(error),
            sqlx::Error::Database(refusal) => {
                if is_transient(refusal.as_ref()) {
                    Self::Transient(error)
                } else if refusal.is_unique_violation() {
                    Self::Unique { constraint: constraint(refusal.as_ref()), cause: error }
                } else if refusal.is_foreign_key_violation() {
                    Self::Reference(error)
                } else {
                    Self::Fault(error)
                }
            }
            _ => Self::Fault(error),
        }
    }
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        DbErr::Query(RuntimeErr::SqlxError(std::sync::Arc::new(error))).into()
    }
}

impl From<DbError> for Error {
    /// What a caller is told when the store did not say it better.
    fn from(error: DbError) -> Self {
        match error {
            DbError::Transient(cause) => Self::unavailable("the database is busy or away: try again", cause),
            DbError::Unique { ref constraint, .. } => {
                let message = format!("there is such a row already ({constraint})");
                Self::already_exists("ALREADY_EXISTS", message).because(error)
            }
            DbError::Reference(_) | DbError::Broken | DbError::Fault(_) => Self::internal(error),
        }
    }
}

/// Turns a refused key into the service's own error.
pub trait DbResultExt<T> {
    /// `refusal()` when `constraint` refused the row, else the usual error.
    fn on_unique(self, constraint: &str, refusal: impl FnOnce() -> Error) -> Result<T>;
}

impl<T> DbResultExt<T> for Result<T, DbError> {
    fn on_unique(self, constraint: &str, refusal: impl FnOnce() -> Error) -> Result<T> {
        self.map_err(|error| if error.unique() == Some(constraint) { refusal() } else { error.into() })
    }
}

fn is_transient(error: &dyn DatabaseError) -> bool {
    let Some(code) = error.code() else { return false };
    if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
        // The low byte is the primary result code: busy, locked, out of memory, input/output error, disk full.
        return code.parse::<i32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 7 | 10 | 13));
    }
    matches!(
        code.as_ref(),
        // serialization failure, deadlock, lock timeout, idle in transaction, shutdown, crash, start-up, statement
        // cancelled, input/output error
        "40001" | "40P01" | "55P03" | "25P03" | "57P01" | "57P02" | "57P03" | "57014" | "58030"
    ) || code.starts_with("08")
        // No connection, memory or space left on the server.
        || code.starts_with("53")
}

/// The name of the constraint. SQLite tells the columns (`UNIQUE constraint failed: t.tenant_id, t.code`) or, for an index
/// on expressions, its name (`index 't_code_key'`); the migrations name constraints so that both give one name.
fn constraint(error: &dyn DatabaseError) -> String {
    if let Some(name) = error.constraint() {
        return name.to_owned();
    }
    let message = error.message();
    if let Some(name) = message.split_once("index '").and_then(|(_, rest)| rest.split('\'').next()) {
        return name.to_owned();
    }
    let columns = message.split_once("failed: ").map_or("", |(_, columns)| columns);
    let mut name = String::new();
    for column in columns.split(", ") {
        let (table, column) = column.split_once('.').unwrap_or(("", column));
        if name.is_empty() {
            name.push_str(table);
        }
        if column != "tenant_id" {
            name.push('_');
            name.push_str(column);
        }
    }
    name.push_str("_key");
    name
}
