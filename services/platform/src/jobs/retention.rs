//! Deletes jobs that have outlived their time, a few at a time.

use std::collections::BTreeMap;
use std::time::Duration;

use sea_orm::ColumnTrait;

use super::rows::{Column, Entity};
use super::state::State;
use super::system::Parts;
use super::{attempts, workers};
use crate::Timestamp;
use crate::db::{DbError, SystemUse};
use crate::ids::{JobId, TenantId};
use crate::schedules;

const EVERY: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);
const BATCH: u64 = 500;

/// Never ends.
pub(super) async fn run(parts: &Parts) {
    loop {
        if let Err(error) = prune(parts).await {
            tracing::warn!(%error, "old jobs were not deleted");
        }
        parts.clock.sleep(EVERY).await;
    }
}

pub(super) async fn prune(parts: &Parts) -> Result<(), DbError> {
    let now = parts.clock.now();
    // A failed job is kept until somebody resolved it (it is replayed and succeeds, or cancelled), or for a year.
    while batch(parts, &[State::Succeeded, State::Cancelled], now.minus(DAY * 30)).await? {}
    while batch(parts, &[State::Failed], now.minus(DAY * 365)).await? {}
    let tx = parts.db.system_write(SystemUse::Retention).await?;
    workers::forget_silent(&tx, now.minus(DAY)).await?;
    tx.commit().await?;
    while schedules::forget_runs(&parts.db, now.minus(DAY * 365), BATCH).await? {}
    Ok(())
}

/// Deletes one batch of jobs in these states that finished before `before`; says whether there may be more.
async fn batch(parts: &Parts, states: &[State], before: Timestamp) -> Result<bool, DbError> {
    let tx = parts.db.system_write(SystemUse::Retention).await?;
    let rows: Vec<(TenantId, JobId)> = tx
        .find::<Entity>()
        .filter(Column::FinishedAt.lt(before))
        .filter(Column::State.is_in(states.iter().copied()))
        .columns([Column::TenantId, Column::JobId])
        .limit(BATCH)
        .all_tuples()
        .await?;
    if rows.is_empty() {
        return Ok(false);
    }
    let mut by_tenant = BTreeMap::<_, Vec<_>>::new();
    for (tenant, job) in rows {
        by_tenant.entry(tenant).or_default().push(job);
    }
    for (tenant, jobs) in by_tenant {
        tx.delete::<attempts::Entity>()
            .filter(attempts::Column::TenantId.eq(tenant))
            .filter(attempts::Column::JobId.is_in(jobs.iter().copied()))
            .exec()
            .await?;
        tx.delete::<Entity>()
            .filter(Column::TenantId.eq(tenant))
            .filter(Column::JobId.is_in(jobs))
            .filter(Column::State.is_in(states.iter().copied()))
            .exec()
            .await?;
    }
    tx.commit().await?;
    Ok(true)
}
