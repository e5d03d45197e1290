//! From one version to the next on PostgreSQL: a program does not serve a schema that lacks something, says what, and serves
//! one that has more.

use migrations::{DbErr, Migrations, MigratorTrait, Schema, Table, text, uuid};
use platform::auth::Tokens;
use platform::clock::Clock;
use platform::db::{Backend, Database};
use platform::random::Random;
use sea_orm_migration::MigratorTraitSelf;
use thidua::app::{App, ServiceName, migrate};
use thidua::demo::{Board, Platform, data, perform};

use super::schemas::{Only, SERVICES, migrations_in, names};
use crate::support::place::{Place, with_empty_place, with_place};

/// Brings the databases to the schema that `known` leaves of each service's migrations; returns what is missing.
async fn brought_to(place: &Place, known: impl Fn(&str, Vec<String>) -> Vec<String>) -> Vec<String> {
    let mut missing = Vec::new();
    for (service, all) in SERVICES {
        let names = known(service, names(all));
        missing.extend(super::schemas::names(all).into_iter().filter(|name| !names.contains(name)));
        let only = Only { all, names };
        Database::migrate(&place.database(service), service, &only).await.expect("migrated");
    }
    missing
}

/// The platform does not start and names each of these migrations, or starts when there is none; it starts after
/// `thidua migrate`.
async fn served_once_migrated(place: &Place, missing: &[String]) {
    if !missing.is_empty() {
        let refused = Box::pin(App::start(place.config.clone())).await;
        let refused = refused.err().expect("it does not serve").to_string();
        assert!(refused.contains("run `thidua migrate`"), "{refused}");
        assert!(missing.iter().any(|name| refused.contains(name)), "{missing:?} in {refused}");
        let applied = migrate(&place.config, &ServiceName::ALL).await.expect("migrated");
        let applied: Vec<_> = applied.into_iter().flat_map(|service| service.migrations).collect();
        assert_eq!(applied, missing);
    }
    place.start().await.stop().await.expect("it ends well");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_schema_of_a_release_is_served_once_it_is_migrated() {
    for release in super::releases() {
        with_empty_place(async |place| {
            let released = |service: &str, _: Vec<String>| {
                let file = super::read(&release, &format!("{service}.postgres.txt"));
                migrations_in(&String::from_utf8(file).expect("UTF-8"))
            };
            let missing = brought_to(place, released).await;
            served_once_migrated(place, &missing).await;
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_that_lacks_the_newest_migration_is_not_served() {
    with_empty_place(async |place| {
        let missing = brought_to(place, |service, mut names| {
            if service == scoring::NAME {
                names.pop();
            }
            names
        });
        let missing = missing.await;
        assert_eq!(missing.len(), 1);
        served_once_migrated(place, &missing).await;
    })
    .await;
}

migrations::migration!(Later, "scoring_9999_later", later);

/// What a later version may add without asking this one.
async fn later(schema: &Schema<'_>) -> Result<(), DbErr> {
    schema.add_column("runs", text("remark").null()).await?;
    schema.create(Table::tenant("remarks").column(uuid("remark_id")).key(["remark_id"])).await
}

struct WithLater;

impl MigratorTraitSelf for WithLater {
    fn migrations(&self) -> Migrations {
        let mut all = <migrations::scoring::Migrator as MigratorTrait>::migrations();
        all.push(Box::new(Later));
        all
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_that_a_later_version_has_expanded_is_served() {
    with_place(Backend::Postgres, async |place| {
        let applied = Database::migrate(&place.database(scoring::NAME), scoring::NAME, &WithLater).await;
        assert_eq!(applied.expect("migrated"), ["scoring_9999_later"]);
        let running = place.start().await;
        let (clock, random) = (Clock::system(), Random::system());
        let tokens = Tokens::open(&place.config.auth, &place.data_dir(), clock.clone(), random.clone());
        let platform =
            Platform { connection: running.connection.clone(), tokens: tokens.expect("keys"), clock, random };
        let mut campaigns = data::embedded().expect("the campaigns");
        campaigns.truncate(1);
        for (code, published) in perform(&platform, campaigns, &Board::Nothing).await {
            let published = published.unwrap_or_else(|why| panic!("{code}: {why}"));
            assert!(published.changes > 0 && !published.lines.is_empty());
        }
        running.stop().await.expect("it ends well");
    })
    .await;
}
