//! A service's database for one test, on either backend, migrated and thrown away at the end.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use platform::clock::ManualClock;
use platform::db::{Backend, Database, DatabaseConfig};
use platform::ids::{AccountId, Ids, TenantId};
use platform::random::Random;
use platform::tenancy::Member;
use platform::{Clock, Timestamp, testing};
use sea_orm_migration::MigratorTraitSelf;

use super::postgres;

/// What a test stands on.
pub struct Ground {
    pub db: Database,
    pub config: DatabaseConfig,
    pub ids: Ids,
    /// Moves the clock of `db` and `ids`.
    pub time: ManualClock,
}

impl Ground {
    pub fn backend(&self) -> Backend {
        self.db.backend()
    }

    /// A tenant that no other test knows.
    pub fn tenant(&self) -> TenantId {
        TenantId(self.ids.next())
    }

    /// Another handle on the same database, as another process would have.
    pub async fn reopened(&self) -> Database {
        let (service, ids) = (self.db.service(), self.ids.clone());
        Database::connect(&self.config, service, ids).await.expect("the database opens")
    }

    /// A member without a role.
    pub fn member(&self, tenant: TenantId) -> Member {
        testing::member(tenant, AccountId(self.ids.next()), Vec::new())
    }
}

/// Makes the database of `service`, runs `test` on it and removes it, whether the test succeeds or not.
pub async fn with_database<M: MigratorTraitSelf>(
    backend: Backend,
    service: &'static str,
    migrator: M,
    test: impl AsyncFnOnce(&Ground),
) {
    match backend {
        Backend::Sqlite => {
            let directory = tempfile::tempdir().expect("a temporary directory");
            let config = DatabaseConfig::Sqlite { directory: directory.path().to_owned() };
            Database::migrate(&config, service, &migrator).await.expect("the schema is migrated");
            run(config, service, test).await.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        }
        Backend::Postgres => {
            let name = postgres::create(service, &migrator).await;
            let outcome = run(postgres::config(&name), service, test).await;
            postgres::drop_database(&name).await;
            outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        }
    }
}

async fn run(
    config: DatabaseConfig,
    service: &'static str,
    test: impl AsyncFnOnce(&Ground),
) -> std::thread::Result<()> {
    let time = Clock::manual(Timestamp::from_micros(1_700_000_000_000_000));
    let ids = Ids::new(time.clock(), Random::system());
    let db = Database::connect(&config, service, ids.clone()).await.expect("the database opens");
    let ground = Ground { db, config, ids, time };
    let outcome = AssertUnwindSafe(test(&ground)).catch_unwind().await;
    ground.db.close().await;
    outcome
}

/// Runs each scenario on SQLite and on PostgreSQL: `on_both_backends!("probe", probe::Migrator => a, b)`, where `a` and
/// `b` are `async fn(&Ground)`.
macro_rules! on_both_backends {
    ($service:literal, $migrator:expr => $($scenario:ident),+ $(,)?) => {
        mod sqlite {
            use super::*;

            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $scenario() {
                let backend = platform::db::Backend::Sqlite;
                $crate::support::ground::with_database(backend, $service, $migrator, super::$scenario).await;
            })+
        }

        mod postgres {
            use super::*;

            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $scenario() {
                let backend = platform::db::Backend::Postgres;
                $crate::support::ground::with_database(backend, $service, $migrator, super::$scenario).await;
            })+
        }
    };
}

pub(crate) use on_both_backends;
