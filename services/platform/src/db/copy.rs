//! Copies of embedded databases.

use std::path::Path;
use std::str::FromStr as _;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use super::sqlite::PATIENCE;
use crate::error::{Error, Result};

/// Writes the database of `service` in `directory` to the new file `to`, as it is at one moment, while others read and
/// write it. What was deleted is not in the copy.
pub async fn copy(directory: &Path, service: &str, to: &Path) -> Result<()> {
    let file = directory.join(format!("{service}.sqlite"));
    let to = to.to_str().ok_or_else(|| unusable(to, "its path is not UTF-8"))?;
    let mut connection = open(&file).await?;
    let copied = sqlx::query("VACUUM INTO $1").bind(to).execute(&mut connection).await;
    copied.map_err(|error| unusable(&file, &error))?;
    connection.close().await.map_err(|error| unusable(&file, &error))
}

/// What SQLite finds wrong in a database file; nothing when it is sound.
pub async fn damage(file: &Path) -> Result<Vec<String>> {
    let mut connection = open(file).await?;
    let check = sqlx::query_scalar("PRAGMA integrity_check(20)").fetch_all(&mut connection).await;
    let found: Vec<String> = check.map_err(|error| unusable(file, &error))?;
    connection.close().await.map_err(|error| unusable(file, &error))?;
    Ok(found.into_iter().filter(|line| line != "ok").collect())
}

async fn open(file: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::from_str("sqlite:").map_err(Error::internal)?;
    let options = options.filename(file).create_if_missing(false).busy_timeout(PATIENCE);
    options.connect().await.map_err(|error| unusable(file, &error))
}

fn unusable(file: &Path, why: &(impl std::fmt::Display + ?Sized)) -> Error {
    Error::precondition("DATABASE_UNUSABLE", format!("{}: {why}", file.display()))
}
