//! A process serves the schema that it knows, and says what is wrong with another.

use migrations::{DbErr, MigrationTrait, Schema, Table, uuid};
use platform::db::Database;

use crate::support::ground::{Ground, on_both_backends};
use crate::support::probe;

on_both_backends!("probe", probe::Migrator =>
    migrating_twice_changes_nothing,
    an_older_binary_serves_until_the_schema_forbids_it,
    a_newer_binary_says_which_migration_is_missing,
    a_migration_that_fails_leaves_nothing_behind,
);

mod newer {
    use super::*;

    migrations::migration!(Expand, "probe_0002_shelves", expand);
    migrations::migration!(Contract, "probe_0003_contract", contract);

    async fn expand(schema: &Schema<'_>) -> Result<(), DbErr> {
        schema.create(Table::tenant("shelves").column(uuid("shelf_id")).key(["shelf_id"])).await
    }

    async fn contract(schema: &Schema<'_>) -> Result<(), DbErr> {
        schema.require_binary("probe_0002_shelves").await
    }

    /// The versions that come after the probe.
    pub(super) struct Expanded;
    pub(super) struct Contracted;

    impl migrations::MigratorTrait for Expanded {
        fn migrations() -> migrations::Migrations {
            let mut all = <probe::Migrator as migrations::MigratorTrait>::migrations();
            all.push(Box::new(Expand));
            all
        }
    }

    impl migrations::MigratorTrait for Contracted {
        fn migrations() -> migrations::Migrations {
            let mut all = <Expanded as migrations::MigratorTrait>::migrations();
            all.push(Box::new(Contract));
            all
        }
    }
}

mod broken {
    use super::*;

    migrations::migration!(HalfWay, "probe_0002_half_way", half_way);

    async fn half_way(schema: &Schema<'_>) -> Result<(), DbErr> {
        schema.create(Table::tenant("halves").column(uuid("half_id")).key(["half_id"])).await?;
        schema.execute("UPDATE no_such_table SET x = 1").await
    }

    pub(super) struct Migrator;

    impl migrations::MigratorTrait for Migrator {
        fn migrations() -> migrations::Migrations {
            let mut all = <probe::Migrator as migrations::MigratorTrait>::migrations();
            all.push(Box::new(HalfWay) as Box<dyn MigrationTrait>);
            all
        }
    }
}

async fn migrating_twice_changes_nothing(ground: &Ground) {
    let applied = Database::migrate(&ground.config, "probe", &probe::Migrator).await.expect("migrated");
    assert!(applied.is_empty(), "{applied:?}");
    ground.db.ready(&probe::Migrator).await.expect("ready");
}

async fn an_older_binary_serves_until_the_schema_forbids_it(ground: &Ground) {
    Database::migrate(&ground.config, "probe", &newer::Expanded).await.expect("migrated");
    ground.db.ready(&probe::Migrator).await.expect("the older binary still serves");
    assert!(
        Database::migrate(&ground.config, "probe", &probe::Migrator).await.expect("nothing to do").is_empty()
    );
    Database::migrate(&ground.config, "probe", &newer::Contracted).await.expect("migrated");
    let refused = ground.db.ready(&probe::Migrator).await.expect_err("too new");
    assert_eq!(refused.reason(), "SCHEMA_TOO_NEW");
    assert!(refused.to_string().contains("probe_0002_shelves"), "{refused}");
    ground.db.ready(&newer::Expanded).await.expect("it knows the migration that is needed");
}

async fn a_newer_binary_says_which_migration_is_missing(ground: &Ground) {
    let refused = ground.db.ready(&newer::Contracted).await.expect_err("outdated");
    assert_eq!(refused.reason(), "SCHEMA_OUTDATED");
    assert!(refused.to_string().contains("lacks probe_0002_shelves, probe_0003_contract"), "{refused}");
}

async fn a_migration_that_fails_leaves_nothing_behind(ground: &Ground) {
    let failed = Database::migrate(&ground.config, "probe", &broken::Migrator).await.expect_err("it fails");
    assert_eq!(failed.reason(), "MIGRATION_FAILED");
    // Its first half would be in the way of the next attempt.
    let again = Database::migrate(&ground.config, "probe", &broken::Migrator).await.expect_err("it fails");
    assert!(again.to_string().contains("no_such_table"), "{again}");
    ground.db.ready(&probe::Migrator).await.expect("the old schema is whole");
}
