//! The table `job_workers`: who has slots for jobs of a lane, and when they last said so.

use std::time::Duration;

use sea_orm::Set;
use sea_orm::entity::prelude::*;

use super::state::Lane;
use crate::Timestamp;
use crate::db::{DbError, SystemTx};

/// How often a worker says that it lives.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(5);

/// After so long without a heartbeat its slots no longer count.
const SILENCE: Duration = Duration::from_secs(20);

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "job_workers")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub worker_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub lane: Lane,
    pub slots: i64,
    pub seen_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

crate::platform_entity!(Entity);

/// Says that the worker lives and has these slots.
pub(super) async fn beat(
    tx: &SystemTx,
    worker_id: Uuid,
    slots: &[(Lane, u16)],
    now: Timestamp,
) -> Result<(), DbError> {
    let row = |&(lane, slots): &(Lane, u16)| ActiveModel {
        worker_id: Set(worker_id),
        lane: Set(lane),
        slots: Set(i64::from(slots)),
        seen_at: Set(now),
    };
    let rows: Vec<_> = slots.iter().map(row).collect();
    tx.upsert_many(rows, [Column::WorkerId, Column::Lane], [Column::Slots, Column::SeenAt]).await?;
    Ok(())
}

/// Takes the worker's slots off the list.
pub(super) async fn leave(tx: &SystemTx, worker_id: Uuid) -> Result<(), DbError> {
    tx.delete::<Entity>().filter(Column::WorkerId.eq(worker_id)).exec().await?;
    Ok(())
}

/// The slots of living workers.
pub(super) async fn live_slots(tx: &SystemTx, lane: Lane, now: Timestamp) -> Result<usize, DbError> {
    let rows = tx
        .find::<Entity>()
        .filter(Column::Lane.eq(lane))
        .filter(Column::SeenAt.gt(now.minus(SILENCE)))
        .all()
        .await?;
    Ok(rows.iter().map(|row| usize::try_from(row.slots).unwrap_or(0)).sum())
}

/// Forgets workers that have been silent since `before`.
pub(super) async fn forget_silent(tx: &SystemTx, before: Timestamp) -> Result<u64, DbError> {
    tx.delete::<Entity>().filter(Column::SeenAt.lt(before)).exec().await
}

/// Forgets every worker but this one.
pub(super) async fn forget_others(tx: &SystemTx, worker_id: Uuid) -> Result<u64, DbError> {
    tx.delete::<Entity>().filter(Column::WorkerId.ne(worker_id)).exec().await
}
