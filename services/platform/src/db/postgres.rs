//! PostgreSQL: a pool per role.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgPool};

use super::config::Share;
use super::roles::{self, Role};
use crate::config::{Secret, without_password};
use crate::error::{Error, Result};

/// How long a transaction waits for a connection.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection that has not been used for so long is asked whether it still lives before it is used. One that was lost
/// in the meantime is noticed by its next transaction, which has not done anything yet.
const FRESH: Duration = Duration::from_secs(1);

/// The pool of one role; `{service}` in the URL is replaced. Fails when the first connection does.
pub(super) async fn connect(url: &Secret, service: &str, share: Share) -> Result<PgPool> {
    let limit = format!("{}ms", share.statement_limit.as_millis());
    let options = options(url, service)?.options([("statement_timeout", limit)]);
    open(pool(share.connections), options, url, service).await
}

async fn open(pool: PgPoolOptions, options: PgConnectOptions, url: &Secret, service: &str) -> Result<PgPool> {
    pool.connect_with(options).await.map_err(|error| {
        let text = format!("cannot connect to {}: {error}", without_password(&of_service(url, service)));
        match &error {
            sqlx::Error::Database(refusal) if !refusal.code().is_some_and(|code| code.starts_with("57P")) => {
                Error::precondition("DATABASE_UNUSABLE", text).because(error)
            }
            _ => Error::unavailable(text, error),
        }
    })
}

/// The one connection of the owner, with both other roles in place and their names in its settings, where the migrations
/// find them.
pub(super) async fn connect_owner(
    owner_url: &Secret,
    runtime_url: &Secret,
    system_url: &Secret,
    service: &str,
) -> Result<PgPool> {
    let roles = [role(runtime_url, service)?, role(system_url, service)?];
    let options = options(owner_url, service)?.options([
        ("thidua.runtime_role", roles[0].name.as_str()),
        ("thidua.system_role", roles[1].name.as_str()),
    ]);
    let owner = open(pool(1), options, owner_url, service).await?;
    for role in &roles {
        roles::ensure(&owner, role).await?;
    }
    Ok(owner)
}

/// The role that a URL logs in as.
fn role(url: &Secret, service: &str) -> Result<Role> {
    let name = options(url, service)?.get_username().to_owned();
    let parsed = url::Url::parse(&of_service(url, service)).ok();
    let password = parsed.as_ref().and_then(url::Url::password).and_then(|text| {
        let text = percent_encoding::percent_decode_str(text).decode_utf8().ok()?;
        Some(text.into_owned())
    });
    Ok(Role { name, password })
}

fn options(url: &Secret, service: &str) -> Result<PgConnectOptions> {
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
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .before_acquire(|connection, used| {
            Box::pin(async move {
                // One that is lost is left for another.
                Ok(used.idle_for < FRESH || connection.ping().await.is_ok())
            })
        })
}
