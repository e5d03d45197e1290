//! Taking a dispatched job, and keeping it.

use std::time::Duration;

use sea_orm::{ColumnTrait, Set};
use uuid::Uuid;

use super::attempts;
use super::feed::Progress;
use super::finish::Held;
use super::hand_off::Message;
use super::rows::{Column, Entity, Model};
use super::state::State;
use crate::Timestamp;
use crate::db::{Database, DbError, SystemUse, TenantTx};
use crate::error::Result;

/// How long a worker has a job without saying that it still lives.
pub const LEASE: Duration = Duration::from_secs(30);

/// Claims the job of `message` for a worker. `None`: it is not to be started (any more); a duplicate, for example.
pub(super) async fn claim(
    db: &Database,
    worker_id: Uuid,
    message: Message,
    now: Timestamp,
) -> Result<Option<Model>, DbError> {
    let tx = db.system_write(SystemUse::JobExecution).await?;
    let seen = tx
        .find::<Entity>()
        .filter(Column::TenantId.eq(message.tenant))
        .filter(Column::JobId.eq(message.job))
        .filter(Column::State.eq(State::Dispatched))
        .one()
        .await?;
    let Some(mut row) = seen else { return Ok(None) };
    let changed = tx
        .update::<Entity>()
        .filter(Column::TenantId.eq(row.tenant_id))
        .filter(Column::JobId.eq(row.job_id))
        .filter(Column::State.eq(State::Dispatched))
        .filter(Column::Fence.eq(row.fence))
        .set(Column::State, State::Running)
        .set(Column::Fence, row.fence + 1)
        .set(Column::LeaseUntil, now.plus(LEASE))
        .set(Column::WorkerId, worker_id)
        .set(Column::StartedAt, now)
        .set(Column::UniqueKey, Option::<String>::None)
        .exec()
        .await?;
    if changed != 1 {
        return Ok(None);
    }
    row.fence += 1;
    row.state = State::Running;
    row.started_at = Some(now);
    tx.insert(attempts::ActiveModel {
        tenant_id: Set(row.tenant_id),
        job_id: Set(row.job_id),
        attempt: Set(row.fence),
        worker_id: Set(worker_id),
        started_at: Set(now),
        ..Default::default()
    })
    .await?;
    tx.commit().await?;
    Ok(Some(row))
}

/// What renewing a lease told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Renewed {
    Kept,
    /// Kept, and somebody has asked to cancel the job.
    CancelAsked,
    Lost,
}

/// Renews the lease within `tx` and leaves the progress on the row.
pub(super) async fn renew(
    tx: &TenantTx,
    held: Held,
    progress: &Progress,
    now: Timestamp,
) -> Result<Renewed, DbError> {
    let rows = tx
        .update::<Entity>()
        .filter(held.condition())
        .set(Column::LeaseUntil, now.plus(LEASE))
        .set(Column::Phase, progress.phase.clone())
        .set(Column::Done, progress.done)
        .set(Column::Total, progress.total)
        .exec()
        .await?;
    if rows != 1 {
        return Ok(Renewed::Lost);
    }
    let asked = tx
        .find::<Entity>()
        .filter(held.condition())
        .filter(Column::CancelAskedAt.is_not_null())
        .exists()
        .await?;
    Ok(if asked { Renewed::CancelAsked } else { Renewed::Kept })
}
