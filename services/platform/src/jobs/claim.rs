//! Taking a dispatched job, and keeping it.

use std::time::Duration;

use sea_orm::sea_query::{Condition, Expr, ExprTrait as _};
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

/// Claims jobs of messages for a worker. Those that are not to be started (any more) are not among the rows:
/// duplicates, for example.
pub(super) async fn claim(
    db: &Database,
    worker_id: Uuid,
    messages: &[&Message],
    now: Timestamp,
) -> Result<Vec<Model>, DbError> {
    let tx = db.system_write(SystemUse::JobExecution).await?;
    let of = |message: &&Message| {
        let jobs = Column::JobId.is_in(message.jobs.iter().copied());
        Condition::all().add(Column::TenantId.eq(message.tenant)).add(jobs)
    };
    let rows = tx
        .update::<Entity>()
        .filter(messages.iter().map(of).fold(Condition::any(), Condition::add))
        .filter(Column::State.eq(State::Dispatched))
        .set(Column::State, State::Running)
        .set_expr(Column::Fence, Expr::col(Column::Fence).add(1))
        .set(Column::LeaseUntil, now.plus(LEASE))
        .set(Column::WorkerId, worker_id)
        .set(Column::StartedAt, now)
        .set(Column::UniqueKey, Option::<String>::None)
        .exec_returning()
        .await?;
    if rows.is_empty() {
        return Ok(rows);
    }
    let attempt = |row: &Model| attempts::ActiveModel {
        tenant_id: Set(row.tenant_id),
        job_id: Set(row.job_id),
        attempt: Set(row.fence),
        worker_id: Set(worker_id),
        started_at: Set(now),
        ..Default::default()
    };
    tx.insert_many(rows.iter().map(attempt)).await?;
    tx.commit().await?;
    Ok(rows)
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

/// Renews leases of several jobs of a tenant; one that was lost stays so.
pub(super) async fn renew_all(tx: &TenantTx, held: &[Held], now: Timestamp) -> Result<(), DbError> {
    tx.update::<Entity>()
        .filter(Held::any(held))
        .filter(Column::State.eq(State::Running))
        .set(Column::LeaseUntil, now.plus(LEASE))
        .exec()
        .await?;
    Ok(())
}
