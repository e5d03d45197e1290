//! PostgreSQL: a pool per role.

use std::str::FromStr;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::config::without_password;
use crate::config::Secret;
use crate::error::{Error, Result};

/// How long a transaction waits for a connection.
const PATIENCE: Duration = Duration::from_secs(30);

/// The pool of one role; `{service}` in the URL is replaced. Fails when the first connection does.
pub(super) async fn connect(url: &Secret, service: &str, connections: u32) -> Result<PgPool> {
    let options = options(url, service)?;
    let shown = without_password(&of_service(url, service));
    pool(connections).connect_with(options).await.map_err(|error| {
        let text = format!("cannot connect to {shown}: {error}");
        match &error {
            sqlx::Error::Database(refusal) if !refusal.code().is_some_and(|code| code.starts_with("57P")) => {
                Error::precondition("DATABASE_UNUSABLE", text).because(error)
            }
            _ => Error::unavailable(text, error),
        }
    })
}

pub(super) fn options(url: &Secret, service: &str) -> Result<PgConnectOptions> {
    let url = of_service(url, service);
    let options = PgConnectOptions::from_str(&url).map_err(|error| {
        let text = format!("{} is not a PostgreSQL URL: {error}", without_password(&url));
        Error::precondition("DATABASE_URL_INVALID", text)
    })?;
    Ok(options.application_name(&format!("thidua-{service}")).options([
        // A lock that does not come, and a transaction that was left open, must not stop everyone else.
        ("lock_timeout", "30s"),
        ("idle_in_transaction_session_timeout", "300s"),
        ("TimeZone", "UTC"),
    ]))
}

fn of_service(url: &Secret, service: &str) -> String {
    url.reveal().replace("{service}", service)
}

/// A connection of its own for `LISTEN`, so that it takes none from the transactions.
pub(super) fn listener(runtime: &PgPool) -> PgPool {
    pool(1).connect_lazy_with(runtime.connect_options().as_ref().clone())
}

fn pool(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE)
}
