//! A released migration is never changed: the migrations of a release still make the schema that it had, and new ones
//! stand beside them.

use migrations::{Migrations, MigratorTrait};
use platform::db::{Backend, Database, DatabaseConfig};
use sea_orm_migration::MigratorTraitSelf;

use super::dump;
use crate::support::postgres;

/// A service's name and its migrations.
pub(super) type Service = (&'static str, fn() -> Migrations);

pub(super) const SERVICES: [Service; 4] = [
    ("organizations", <migrations::organizations::Migrator as MigratorTrait>::migrations),
    ("competition", <migrations::competition::Migrator as MigratorTrait>::migrations),
    ("scoring", <migrations::scoring::Migrator as MigratorTrait>::migrations),
    ("notifications", <migrations::notifications::Migrator as MigratorTrait>::migrations),
];

/// A service's migrator that knows these migrations alone.
pub(super) struct Only {
    pub(super) all: fn() -> Migrations,
    pub(super) names: Vec<String>,
}

impl MigratorTraitSelf for Only {
    fn migrations(&self) -> Migrations {
        let mut migrations = (self.all)();
        migrations.retain(|migration| self.names.iter().any(|name| name == migration.name()));
        migrations
    }
}

pub(super) fn names(migrations: fn() -> Migrations) -> Vec<String> {
    migrations().iter().map(|migration| migration.name().to_owned()).collect()
}

/// The migrations of a released schema.
pub(super) fn migrations_in(released: &str) -> Vec<String> {
    released.lines().filter_map(|line| line.strip_prefix("migration ").map(str::to_owned)).collect()
}

/// The schema that these migrations make, behind their names: a line for each thing.
async fn schema(service: &'static str, only: Only, backend: Backend) -> String {
    let dump = match backend {
        Backend::Sqlite => {
            let directory = tempfile::tempdir().expect("a temporary directory");
            let config = DatabaseConfig::Sqlite { directory: directory.path().to_owned() };
            Database::migrate(&config, service, &only).await.expect("migrated");
            dump::sqlite(&directory.path().join(format!("{service}.sqlite"))).await
        }
        Backend::Postgres => {
            let name = postgres::create_empty(service).await;
            Database::migrate(&postgres::config(&name), service, &only).await.expect("migrated");
            let dump = dump::postgres(&name).await;
            postgres::drop_database(&name).await;
            dump
        }
    };
    let names = only.names.iter().map(|name| format!("migration {name}"));
    names.chain(dump).map(|line| line + "\n").collect()
}

async fn releases_are_kept(backend: Backend) {
    let kind = if backend == Backend::Sqlite { "sqlite" } else { "postgres" };
    for (service, all) in SERVICES {
        let file = format!("{service}.{kind}.txt");
        if super::being_made().is_some() {
            super::keep(&file, schema(service, Only { all, names: names(all) }, backend).await.as_bytes());
        }
        for release in super::releases() {
            let released = String::from_utf8(super::read(&release, &file)).expect("UTF-8");
            let known = names(all);
            let names = migrations_in(&released);
            let mut rest = known.iter();
            let missing = names.iter().find(|name| !rest.any(|known| known == *name));
            assert_eq!(
                missing,
                None,
                "{service}: it is gone or stands elsewhere since {}",
                release.display()
            );
            let present = schema(service, Only { all, names }, backend).await;
            let lost: Vec<_> = released.lines().filter(|line| !present.contains(line)).collect();
            let new: Vec<_> = present.lines().filter(|line| !released.contains(line)).collect();
            assert!(
                present == released,
                "{service} on {kind}: a migration was changed since {}\nwas: {lost:#?}\nis: {new:#?}",
                release.display()
            );
        }
    }
}

#[tokio::test]
async fn released_migrations_are_unchanged_on_sqlite() {
    releases_are_kept(Backend::Sqlite).await;
}

#[tokio::test]
async fn released_migrations_are_unchanged_on_postgres() {
    releases_are_kept(Backend::Postgres).await;
}

#[tokio::test]
async fn a_schema_shows_each_of_its_parts() {
    let (service, all) = SERVICES[0];
    let only = || Only { all, names: names(all) };
    let on_sqlite = schema(service, only(), Backend::Sqlite).await;
    assert!(on_sqlite.contains("CREATE TABLE \"units\""), "{on_sqlite}");
    let on_postgres = schema(service, only(), Backend::Postgres).await;
    for part in [
        "migration platform_0001_schema_state\n",
        "table units: row security forced\n",
        "column units.tenant_id: uuid not null\n",
        "constraint units.units_code_key: PRIMARY KEY (tenant_id, code)\n",
        "policy units.units_tenant to thidua_runtime: (tenant_id = ",
        "grant units to thidua_runtime: DELETE, INSERT, SELECT, UPDATE\n",
        "index CREATE INDEX ",
    ] {
        assert!(on_postgres.contains(part), "{part:?} is not in\n{on_postgres}");
    }
}
