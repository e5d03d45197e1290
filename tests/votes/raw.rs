//! A service's database past the service: every table and row, as who has the files sees them.

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection, Row as _};

pub(super) enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// The values of a row by column, ids and bytes as hexadecimal digits.
pub(super) type Row = BTreeMap<String, String>;

impl Raw {
    pub(super) async fn open(url: &str) -> Self {
        if url.starts_with("sqlite:") {
            Self::Sqlite(SqliteConnection::connect(url).await.expect("the file opens"))
        } else {
            Self::Postgres(PgConnection::connect(url).await.expect("PostgreSQL answers"))
        }
    }

    /// The first column of what a query finds, which is a text.
    pub(super) async fn texts(&mut self, sql: &str) -> Vec<String> {
        let read = async {
            let texts: Vec<String> = match self {
                Self::Sqlite(connection) => {
                    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(connection).await?;
                    rows.iter().map(|row| row.get(0)).collect()
                }
                Self::Postgres(connection) => {
                    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(connection).await?;
                    rows.iter().map(|row| row.get(0)).collect()
                }
            };
            Ok::<_, sqlx::Error>(texts)
        };
        read.await.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    pub(super) async fn refuses(&mut self, sql: &str) -> bool {
        match self {
            Self::Sqlite(connection) => sqlx::query(AssertSqlSafe(sql)).fetch_all(connection).await.is_err(),
            Self::Postgres(connection) => {
                sqlx::query(AssertSqlSafe(sql)).fetch_all(connection).await.is_err()
            }
        }
    }

    /// Writes the log of SQLite into its file; whether all of it could be.
    pub(super) async fn writes_back(&mut self) -> bool {
        let Self::Sqlite(connection) = self else { return true };
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(connection).await;
        row.expect("an answer").get::<i64, _>(0) == 0
    }

    pub(super) async fn tables(&mut self) -> Vec<String> {
        let sql = match self {
            Self::Sqlite(_) => "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
            Self::Postgres(_) => {
                "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace \
                 ORDER BY 1"
            }
        };
        self.texts(sql).await
    }

    pub(super) async fn columns(&mut self, table: &str) -> Vec<String> {
        let sql = match self {
            Self::Sqlite(_) => format!("SELECT name FROM pragma_table_info('{table}')"),
            Self::Postgres(_) => format!(
                "SELECT attname::text FROM pg_attribute WHERE attrelid = '\"{table}\"'::regclass AND attnum > 0 \
                 AND NOT attisdropped ORDER BY attnum"
            ),
        };
        self.texts(&sql).await
    }

    /// All rows of a table, as they lie there.
    pub(super) async fn rows(&mut self, table: &str) -> Vec<Row> {
        let sql = match self {
            Self::Sqlite(_) => {
                let value = |column: &String| {
                    format!(
                        "'{column}', CASE typeof(\"{column}\") WHEN 'blob' THEN lower(hex(\"{column}\")) ELSE \"{column}\" END"
                    )
                };
                let values: Vec<_> = self.columns(table).await.iter().map(value).collect();
                format!("SELECT json_object({}) FROM \"{table}\"", values.join(", "))
            }
            Self::Postgres(_) => format!("SELECT to_jsonb(t)::text FROM \"{table}\" t ORDER BY ctid"),
        };
        let rows = self.texts(&sql).await;
        rows.iter().map(|row| values(row)).collect()
    }
}

fn values(row: &str) -> Row {
    let row: serde_json::Map<String, Value> = serde_json::from_str(row).expect("an object");
    let plain = |value: Value| match value {
        Value::String(text) => match uuid::Uuid::parse_str(&text) {
            Ok(id) => id.simple().to_string(),
            Err(_) => text.strip_prefix("\\x").unwrap_or(&text).to_owned(),
        },
        Value::Bool(value) => u8::from(value).to_string(),
        value => value.to_string(),
    };
    row.into_iter().map(|(column, value)| (column, plain(value))).collect()
}
