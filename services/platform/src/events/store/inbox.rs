//! Events that this service received, once for each of its consumers.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;

use crate::Timestamp;
use crate::db::{DbError, SystemTx, TenantTx};
use crate::events::gaps::Missing;
use crate::ids::{EventId, TenantId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_inbox")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub consumer: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: EventId,
    /// The service that published it.
    pub source: String,
    /// Its place among the events of its tenant and source.
    pub sequence: i64,
    pub topic: String,
    pub payload: Vec<u8>,
    /// W3C `traceparent`, or empty.
    pub trace: String,
    /// When it was published.
    pub created_at: Timestamp,
    pub received_at: Timestamp,
    /// One of [`PENDING`], [`DONE`], [`FAILED`].
    pub state: String,
    /// Failed attempts.
    pub failures: i64,
    /// It is not handled before.
    pub due_at: Timestamp,
    /// The latest error; null when there was none.
    pub error: Option<String>,
    /// When it was done or parked.
    pub finished_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
crate::tenant_entity!(Entity);
crate::platform_entity!(Entity);

/// Waits for its handler.
pub(crate) const PENDING: &str = "pending";
/// Its effect is committed.
pub(crate) const DONE: &str = "done";
/// Its attempts are spent; it can be replayed.
pub(crate) const FAILED: &str = "failed";

/// What is handled in order: the events of one tenant from one service, for one consumer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Lane {
    pub(crate) tenant: TenantId,
    pub(crate) consumer: String,
    pub(crate) source: String,
}

/// Adds the rows that are not there yet. Returns how many.
pub(crate) async fn add(tx: &SystemTx, rows: Vec<Model>) -> Result<u64, DbError> {
    let mut added = 0;
    for row in rows {
        let key = [Column::TenantId, Column::Consumer, Column::EventId];
        added += u64::from(tx.insert_new(row, key).await?);
    }
    Ok(added)
}

/// The lanes in which something is pending. Whether it is due is for [`first`] to say: a lane waits for its first event.
pub(crate) async fn lanes(tx: &SystemTx) -> Result<Vec<Lane>, DbError> {
    let lanes: Vec<(TenantId, String, String)> = tx
        .find::<Entity>()
        .columns([Column::TenantId, Column::Consumer, Column::Source])
        .filter(Column::State.eq(PENDING))
        .distinct()
        .all_tuples()
        .await?;
    Ok(lanes.into_iter().map(|(tenant, consumer, source)| Lane { tenant, consumer, source }).collect())
}

/// How many wait for their handlers.
pub(crate) async fn pending(tx: &SystemTx) -> Result<u64, DbError> {
    tx.find::<Entity>().filter(Column::State.eq(PENDING)).count().await
}

/// The first pending event of a lane.
pub(crate) async fn first(tx: &SystemTx, lane: &Lane) -> Result<Option<Model>, DbError> {
    tx.find::<Entity>()
        .filter(Column::TenantId.eq(lane.tenant))
        .filter(Column::Consumer.eq(&lane.consumer))
        .filter(Column::Source.eq(&lane.source))
        .filter(Column::State.eq(PENDING))
        .order_by_asc(Column::Sequence)
        .limit(1)
        .one()
        .await
}

/// Marks the event done, in the transaction of its effect. `false` when it no longer waits: another has handled it, and
/// this transaction must not.
pub(crate) async fn done(tx: &TenantTx, row: &Model, now: Timestamp) -> Result<bool, DbError> {
    let changed = tx
        .update::<Entity>()
        .set(Column::State, DONE)
        .set(Column::FinishedAt, Some(now))
        .filter(Column::Consumer.eq(&row.consumer))
        .filter(Column::EventId.eq(row.event_id))
        .filter(Column::State.eq(PENDING))
        .exec()
        .await?;
    Ok(changed == 1)
}

/// As [`done`], for effects on platform's own tables.
pub(crate) async fn done_by_system(tx: &SystemTx, row: &Model, now: Timestamp) -> Result<bool, DbError> {
    let changed = tx
        .update::<Entity>()
        .set(Column::State, DONE)
        .set(Column::FinishedAt, Some(now))
        .filter(Column::TenantId.eq(row.tenant_id))
        .filter(Column::Consumer.eq(&row.consumer))
        .filter(Column::EventId.eq(row.event_id))
        .filter(Column::State.eq(PENDING))
        .exec()
        .await?;
    Ok(changed == 1)
}

/// Notes a failed attempt: the event waits until `due`, or is parked when there is no `due`.
pub(crate) async fn failed(
    tx: &SystemTx,
    row: &Model,
    error: &str,
    due: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), DbError> {
    let update = tx
        .update::<Entity>()
        .set_expr(Column::Failures, Expr::col(Column::Failures).add(1))
        .set(Column::Error, Some(error))
        .filter(Column::TenantId.eq(row.tenant_id))
        .filter(Column::Consumer.eq(&row.consumer))
        .filter(Column::EventId.eq(row.event_id))
        .filter(Column::State.eq(PENDING));
    let update = match due {
        Some(due) => update.set(Column::DueAt, due),
        None => update.set(Column::State, FAILED).set(Column::FinishedAt, Some(now)),
    };
    update.exec().await?;
    Ok(())
}

/// Puts a parked event back with a fresh budget. `false` when there is no such parked event.
pub(crate) async fn replay(
    tx: &SystemTx,
    consumer: &str,
    event: EventId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let changed = tx
        .update::<Entity>()
        .set(Column::State, PENDING)
        .set(Column::Failures, 0_i64)
        .set(Column::DueAt, now)
        .set(Column::FinishedAt, None::<i64>)
        .filter(Column::Consumer.eq(consumer))
        .filter(Column::EventId.eq(event))
        .filter(Column::State.eq(FAILED))
        .exec()
        .await?;
    Ok(changed > 0)
}

/// The events of a service that are still kept, once for each consumer.
pub(crate) async fn received_from(tx: &SystemTx, source: &str) -> Result<Vec<Missing>, DbError> {
    let rows: Vec<(TenantId, EventId, String, Timestamp)> = tx
        .find::<Entity>()
        .columns([Column::TenantId, Column::EventId, Column::Topic, Column::CreatedAt])
        .filter(Column::Source.eq(source))
        .all_tuples()
        .await?;
    let received = |(tenant, event, topic, created_at)| Missing { tenant, event, topic, created_at };
    Ok(rows.into_iter().map(received).collect())
}

/// The parked events, the oldest first.
pub(crate) async fn parked(tx: &SystemTx, limit: u64) -> Result<Vec<Model>, DbError> {
    tx.find::<Entity>()
        .filter(Column::State.eq(FAILED))
        .order_by_asc(Column::FinishedAt)
        .order_by_asc(Column::EventId)
        .limit(limit)
        .all()
        .await
}

/// Deletes handled events that are older than `before`. Parked ones stay until they are replayed.
pub(super) async fn prune(tx: &SystemTx, before: Timestamp, rows: u64) -> Result<u64, DbError> {
    let old: Vec<(TenantId, String, EventId)> = tx
        .find::<Entity>()
        .columns([Column::TenantId, Column::Consumer, Column::EventId])
        .filter(Column::State.eq(DONE))
        .filter(Column::FinishedAt.lt(before))
        .limit(rows)
        .all_tuples()
        .await?;
    let mut deleted = 0;
    for (tenant, consumer, event) in old {
        deleted += tx
            .delete::<Entity>()
            .filter(Column::TenantId.eq(tenant))
            .filter(Column::Consumer.eq(consumer))
            .filter(Column::EventId.eq(event))
            .exec()
            .await?;
    }
    Ok(deleted)
}
