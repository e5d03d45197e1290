//! The script that makes roles and databases, run by psql on a real server.

use std::process::Command;

use migrations::{competition, notifications, organizations, scoring};
use platform::Clock;
use platform::db::{Database, DatabaseConfig};
use platform::ids::Ids;
use platform::random::Random;
use sea_orm_migration::MigratorTraitSelf;
use sqlx::{Connection as _, Row as _};
use thidua::app::ServiceName;

use super::documents::text;
use crate::support::postgres;

/// Runs the script for an installation whose names begin with `prefix`.
fn run(prefix: &str, variables: &[(&str, &str)]) -> Result<(), String> {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("databases.sql");
    let script = text("k8s/databases/databases.sql").replace("thidua_", prefix);
    std::fs::write(&file, script).expect("written");
    let mut psql = Command::new("psql");
    psql.args(["--no-psqlrc", "--quiet", "--dbname", &postgres::admin_url(), "--file"]).arg(file);
    for name in ["OWNER_PASSWORD", "RUNTIME_PASSWORD", "SYSTEM_PASSWORD"] {
        psql.env_remove(name);
    }
    let output = psql.envs(variables.iter().copied()).output().expect("psql, which comes with PostgreSQL");
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// Migrates a database as its owner, and proves that the other two roles are kept apart there.
async fn serve<M: MigratorTraitSelf>(prefix: &str, service: &'static str, migrator: &M) {
    let database = format!("{prefix}{service}");
    let mut config =
        postgres::config_of_roles(&database, &format!("{prefix}runtime"), &format!("{prefix}system"));
    if let DatabaseConfig::Postgres { owner_url, .. } = &mut config {
        let url = postgres::url(&format!("{prefix}owner"), &database);
        *owner_url = Some(platform::config::Secret::new(url));
    }
    Database::migrate(&config, service, migrator).await.expect("migrated");
    let ids = Ids::new(Clock::system(), Random::system());
    let db = Database::connect(&config, service, ids).await.expect("connected");
    db.prove_isolation().await.expect("tenants are kept apart");
    db.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_server_is_made_ready_for_all_services_and_a_second_run_changes_nothing() {
    let prefix = format!("{}_", postgres::unique("deployed"));
    // Quotes in a password are nothing special.
    let passwords = [("OWNER_PASSWORD", "o'w"), ("RUNTIME_PASSWORD", "r\\un"), ("SYSTEM_PASSWORD", "s\"ys")];
    let incomplete = run(&prefix, &passwords[..2]).expect_err("a password is missing");
    assert!(incomplete.contains("system_password"), "{incomplete}");
    run(&prefix, &passwords).expect("made");
    run(&prefix, &passwords).expect("made once more");

    serve(&prefix, "organizations", &organizations::Migrator).await;
    serve(&prefix, "competition", &competition::Migrator).await;
    serve(&prefix, "scoring", &scoring::Migrator).await;
    serve(&prefix, "notifications", &notifications::Migrator).await;

    let mut admin = postgres::connect(&postgres::admin_url()).await;
    let sql = "SELECT rolname::text FROM pg_roles WHERE starts_with(rolname, $1) \
               AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)";
    let strong = sqlx::query(sql).bind(&prefix).fetch_all(&mut admin).await.expect("read");
    assert!(strong.is_empty(), "{} roles may more than they need", strong.len());
    let sql = "SELECT datname::text, has_database_privilege('public', oid, 'CONNECT') AS open \
               FROM pg_database WHERE starts_with(datname, $1)";
    let databases = sqlx::query(sql).bind(&prefix).fetch_all(&mut admin).await.expect("read");
    assert_eq!(databases.len(), ServiceName::ALL.len());
    for database in databases {
        let (name, open): (String, bool) = (database.get("datname"), database.get("open"));
        assert!(!open, "everybody may connect to {name}");
        postgres::drop_database(&name).await;
    }
    admin.close().await.expect("closed");
    for role in ["owner", "runtime", "system"] {
        postgres::admin("postgres", &format!("DROP ROLE {prefix}{role}")).await;
    }
}
