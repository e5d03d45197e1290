//! The private PostgreSQL of `tests/run`: each test gets a database of its own, copied from a migrated template.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use platform::config::Secret;
use platform::db::{Database, DatabaseConfig, Share};
use sea_orm_migration::MigratorTraitSelf;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};
use tokio::sync::Mutex;

/// No statement of a test takes so long, on the busiest machine.
const STATEMENT_LIMIT: Duration = Duration::from_secs(60);

/// The role that owns the schemas. It is no superuser, as in a real installation.
pub const OWNER: &str = "thidua_owner";

/// The URL of a superuser, as `tests/run` sets it.
pub fn admin_url() -> String {
    std::env::var("THIDUA_TEST_POSTGRES").expect(
        "THIDUA_TEST_POSTGRES is not set: start this through tests/run, which starts a private PostgreSQL",
    )
}

/// The same server with another role and database.
pub fn url(role: &str, database: &str) -> String {
    let mut url = url::Url::parse(&admin_url()).expect("THIDUA_TEST_POSTGRES is a URL");
    url.set_username(role).expect("a role");
    url.set_path(&format!("/{database}"));
    url.into()
}

/// The usual three roles on a database.
pub fn config(database: &str) -> DatabaseConfig {
    config_of_roles(database, "thidua_runtime", "thidua_system")
}

pub fn config_of_roles(database: &str, runtime: &str, system: &str) -> DatabaseConfig {
    DatabaseConfig::Postgres {
        runtime_url: Secret::new(url(runtime, database)),
        system_url: Secret::new(url(system, database)),
        owner_url: Some(Secret::new(url(OWNER, database))),
        runtime: Share::new(4, STATEMENT_LIMIT),
        system: Share::new(4, STATEMENT_LIMIT),
    }
}

pub async fn connect(url: &str) -> PgConnection {
    PgConnection::connect(url).await.unwrap_or_else(|error| panic!("PostgreSQL answers at {url}: {error}"))
}

/// Runs statements as the superuser, in `database`.
pub async fn admin(database: &str, sql: &str) {
    let mut admin = connect(&url("postgres", database)).await;
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut admin)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    admin.close().await.expect("the connection closes");
}

/// Template databases of this process by service.
static TEMPLATES: Mutex<BTreeMap<&'static str, String>> = Mutex::const_new(BTreeMap::new());

/// A database for one test, as the migrations of `service` make it.
pub async fn create<M: MigratorTraitSelf>(service: &'static str, migrator: &M) -> String {
    let template = {
        let mut templates = TEMPLATES.lock().await;
        match templates.get(service) {
            Some(template) => template.clone(),
            None => {
                let template = create_empty(service).await;
                let migrated = Database::migrate(&config(&template), service, migrator).await;
                migrated.expect("the template is migrated");
                templates.insert(service, template.clone());
                template
            }
        }
    };
    let name = unique(service);
    admin("postgres", &format!("CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}")).await;
    name
}

/// A database that belongs to the owner and has no table yet.
pub async fn create_empty(service: &str) -> String {
    let name = unique(service);
    create_named(&name).await;
    name
}

/// The same with this name.
pub async fn create_named(name: &str) {
    let owner = format!(
        "DO $$ BEGIN CREATE ROLE {OWNER} LOGIN CREATEROLE; EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$"
    );
    admin("postgres", &owner).await;
    admin("postgres", &format!("CREATE DATABASE {name} OWNER {OWNER}")).await;
}

pub async fn drop_database(name: &str) {
    admin("postgres", &format!("DROP DATABASE {name} WITH (FORCE)")).await;
}

/// A name that no other database or role of this server has.
pub fn unique(what: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{what}_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}
