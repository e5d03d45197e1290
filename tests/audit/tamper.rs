//! Raw hands on the audit tables, past everything that platform does.

use platform::db::DatabaseConfig;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use crate::support::ground::Ground;
use crate::support::postgres;

/// Runs a statement as somebody who may do everything: the superuser, or whoever can write the file.
pub async fn by_force(ground: &Ground, sql: &str) {
    match &ground.config {
        DatabaseConfig::Sqlite { directory } => {
            let mut file = open(directory).await;
            let triggers: Vec<String> =
                sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'trigger'")
                    .fetch_all(&mut file)
                    .await
                    .expect("the triggers");
            for trigger in triggers {
                run(&mut file, &format!("DROP TRIGGER {trigger}")).await.expect("dropped");
            }
            run(&mut file, sql).await.expect("done by force");
        }
        DatabaseConfig::Postgres { runtime_url, .. } => {
            let url = url::Url::parse(runtime_url.reveal()).expect("a URL");
            postgres::admin(url.path().trim_start_matches('/'), sql).await;
        }
    }
}

/// Runs a statement with the rights of the running service, in the name of the tenant. Returns what was refused.
pub async fn as_the_service(
    ground: &Ground,
    tenant: platform::ids::TenantId,
    sql: &str,
) -> Result<(), String> {
    match &ground.config {
        DatabaseConfig::Sqlite { directory } => run(&mut open(directory).await, sql).await,
        DatabaseConfig::Postgres { runtime_url, .. } => {
            let mut service = postgres::connect(runtime_url.reveal()).await;
            let sql = format!("BEGIN; SET LOCAL app.tenant = '{tenant}'; {sql}; COMMIT");
            let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut service).await;
            done.map(|_| ()).map_err(|error| error.to_string())
        }
    }
}

async fn open(directory: &std::path::Path) -> SqliteConnection {
    let file = directory.join("probe.sqlite");
    SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.expect("the file opens")
}

async fn run(file: &mut SqliteConnection, sql: &str) -> Result<(), String> {
    let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(file).await;
    done.map(|_| ()).map_err(|error| error.to_string())
}
