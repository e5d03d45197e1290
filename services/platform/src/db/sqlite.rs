//! SQLite: one writer, a few readers, one file per service.

use std::path::Path;
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::error::{Error, Result};

const READERS: u32 = 4;

/// How long a transaction waits for its turn, and a connection for a lock of another process (a backup).
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// The writer's and the readers' pool of `<directory>/<service>.sqlite`; the file is made when it is missing.
pub(super) async fn connect(directory: &Path, service: &str) -> Result<(SqlitePool, SqlitePool)> {
    let file = directory.join(format!("{service}.sqlite"));
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: a commit that was answered survives a power cut. It is not a matter of one file alone: an event that
        // another service has consumed from its inbox must not be missing from the outbox that it came from.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        // What is deleted from a page is overwritten there: rows that are replaced so that their order is forgotten must not
        // be found in the file.
        .pragma("secure_delete", "FAST")
        // Rows travel from the driver's thread in batches; scans of a hundred thousand rows gain from larger ones.
        .row_buffer_size(512);
    let refused = |error: sqlx::Error| {
        Error::precondition("DATABASE_UNUSABLE", format!("cannot open {}: {error}", file.display()))
            .because(error)
    };
    let writer = pool(1).connect_with(options.clone()).await.map_err(&refused)?;
    let readers = pool(READERS).connect_with(options.pragma("query_only", "ON")).await.map_err(&refused)?;
    Ok((writer, readers))
}

/// The pool gives connections in the order of asking, so no writer starves.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}
