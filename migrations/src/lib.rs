//! The schema of each service, on PostgreSQL and SQLite alike.
//!
//! A service's schema is the shared platform tables and its own. A table is declared once ([`Table`]); keys, constraint
//! names, row-level security and rights follow from the declaration. Migrations go forward only: *expand* (add what the
//! next version needs), *move* the data, *contract* (drop what no running version needs, and say with
//! [`Schema::require_binary`] which version that is). Each runs in a transaction. A migration that was released is never
//! changed.
//!
//! To add one: a file with `async fn up(schema: &Schema<'_>)` and [`migration!`], and its name at the end of the list of
//! its group.

mod column;
mod schema;
mod table;

pub mod competition;
pub mod notifications;
pub mod organizations;
pub mod platform;
pub mod scoring;

pub use column::{Column, boolean, bytes, integer, text, uuid};
pub use schema::Schema;
pub use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, MigratorTrait};
pub use table::{Rights, Table};

/// What migrations hand to the migrator.
pub type Migrations = Vec<Box<dyn MigrationTrait>>;

/// Makes a migration of a function: `migration!(Tenants, "platform_0002_tenants", up)`. The name is kept in each
/// database and never changes.
#[macro_export]
macro_rules! migration {
    ($type:ident, $name:literal, $up:path) => {
        pub(super) struct $type;

        impl $crate::MigrationName for $type {
            fn name(&self) -> &str {
                $name
            }
        }

        #[allow(
            elided_lifetimes_in_paths,
            reason = "the trait elides it, and its lifetimes must be the same here"
        )]
        #[$crate::__private::async_trait]
        impl $crate::MigrationTrait for $type {
            async fn up(&self, manager: &$crate::__private::SchemaManager) -> Result<(), $crate::DbErr> {
                $up(&$crate::Schema::of(manager).await?).await
            }

            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }
        }
    };
}

/// Makes the migrator of a service: the shared tables, then its own.
#[macro_export]
macro_rules! migrator {
    ($own:expr) => {
        /// Brings the service's database to this binary's schema.
        #[derive(Clone, Copy, Debug)]
        pub struct Migrator;

        impl $crate::MigratorTrait for Migrator {
            fn migrations() -> $crate::Migrations {
                let mut migrations = $crate::platform::migrations();
                migrations.extend($own);
                migrations
            }
        }
    };
}

#[doc(hidden)]
pub mod __private {
    pub use sea_orm_migration::SchemaManager;
    pub use sea_orm_migration::async_trait::async_trait;
}
