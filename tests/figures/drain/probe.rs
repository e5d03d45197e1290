//! The small job: it leaves one row.

use std::time::Duration;

use platform::db::Database;
use platform::jobs::{BatchContext, Completed, Job, JobContext, JobError, Lane};
use sea_orm::Set;

migrations::migrator!(vec![Box::new(Effects) as Box<dyn migrations::MigrationTrait>]);

migrations::migration!(Effects, "bench_0001_effects", up);

async fn up(schema: &migrations::Schema<'_>) -> Result<(), migrations::DbErr> {
    let effects = migrations::Table::tenant("effects")
        .column(migrations::uuid("effect_id"))
        .column(migrations::integer("number"))
        .column(migrations::text("note"))
        .column(migrations::integer("asked_at"))
        .column(migrations::integer("started_at"))
        .column(migrations::integer("done_at"))
        .key(["effect_id"]);
    schema.create(effects).await
}

mod effects {
    use platform::ids::TenantId;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "effects")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub effect_id: Uuid,
        pub number: i64,
        pub note: String,
        /// Microseconds since 1970.
        pub asked_at: i64,
        pub started_at: i64,
        pub done_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    platform::tenant_entity!(Entity);
}

/// As long as the note of the peers' jobs.
const NOTE: &str =
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct Store {
    number: i64,
    note: String,
    asked_at: i64,
}

impl Store {
    pub(super) fn new(number: i64, db: &Database) -> Self {
        Self { number, note: NOTE.to_owned(), asked_at: db.ids().clock().now().micros() }
    }

    fn effect(self, db: &Database, started_at: i64) -> effects::ActiveModel {
        effects::ActiveModel {
            effect_id: Set(db.ids().next()),
            number: Set(self.number),
            note: Set(self.note),
            asked_at: Set(self.asked_at),
            started_at: Set(started_at),
            done_at: Set(db.ids().clock().now().micros()),
            ..Default::default()
        }
    }
}

impl Job for Store {
    const KIND: &'static str = "store";
    const LANE: Lane = Lane::Fast;
    type Deps = ();

    async fn run(self, ctx: JobContext, (): ()) -> Result<Completed, JobError> {
        let started_at = ctx.clock().now().micros();
        let tx = ctx.write().await?;
        let effect = self.effect(tx.database(), started_at);
        tx.insert(effect).await?;
        ctx.complete(tx).await
    }
}

/// The same, many of a tenant in one transaction.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct StoreTogether(pub(super) Store);

impl Job for StoreTogether {
    const KIND: &'static str = "store-together";
    const LANE: Lane = Lane::Fast;
    const TOGETHER: usize = 200;
    type Deps = ();

    async fn run(self, ctx: JobContext, (): ()) -> Result<Completed, JobError> {
        self.0.run(ctx, ()).await
    }

    async fn run_together(jobs: Vec<Self>, ctx: BatchContext, (): ()) -> Result<Completed, JobError> {
        let started_at = ctx.clock().now().micros();
        let tx = ctx.write().await?;
        let effects: Vec<_> = jobs.into_iter().map(|job| job.0.effect(tx.database(), started_at)).collect();
        tx.insert_many(effects).await?;
        ctx.complete(tx).await
    }
}

/// One that keeps a slot for so long and does nothing.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct Sleep {
    store: Store,
    millis: u64,
}

impl Sleep {
    /// The number says whose it is.
    pub(super) fn new(of: i64, millis: u64, db: &Database) -> Self {
        Self { store: Store { note: String::new(), ..Store::new(of, db) }, millis }
    }
}

impl Job for Sleep {
    const KIND: &'static str = "sleep";
    const LANE: Lane = Lane::Fast;
    type Deps = ();

    async fn run(self, ctx: JobContext, (): ()) -> Result<Completed, JobError> {
        let started_at = ctx.clock().now().micros();
        tokio::time::sleep(Duration::from_millis(self.millis)).await;
        let tx = ctx.write().await?;
        let effect = self.store.effect(tx.database(), started_at);
        tx.insert(effect).await?;
        ctx.complete(tx).await
    }
}
