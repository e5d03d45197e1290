//! Brings back what got lost: jobs whose worker vanished, messages that never arrived.

use std::time::Duration;

use sea_orm::ColumnTrait;
use sea_orm::sea_query::ExprTrait;

use super::attempt::told;
use super::finish::{self, Held, Move};
use super::hand_off::Message;
use super::rows::{Column, Entity, Model};
use super::state::{Lane, State, Verdict, after_crash};
use super::system::Parts;
use super::{Call, News, WAKE, workers};
use crate::Timestamp;
use crate::db::{SystemUse, TenantTx};
use crate::error::Result;
use crate::tenancy::{Cause, Work};
use crate::trace::{self, Trace};

const EVERY: Duration = Duration::from_secs(5);

/// A message that nobody took for so long is published again. If it was only slow, there are two: harmless.
const UNCLAIMED: Duration = Duration::from_secs(60);

/// How many rows a pass takes on.
const BATCH: u64 = 200;

/// Never ends.
pub(super) async fn run(parts: &Parts) {
    loop {
        parts.clock.sleep(EVERY).await;
        let now = parts.clock.now();
        if let Err(error) = pass(parts, now, now.minus(UNCLAIMED)).await {
            tracing::warn!(%error, cause = error.cause(), "lost jobs were not brought back");
        }
    }
}

/// What a new leader does first. Alone with its database, it knows that everything in flight is lost, except its own.
pub(super) async fn take_over(parts: &Parts) {
    let now = parts.clock.now();
    let unclaimed = if parts.settings.exclusive { now } else { now.minus(UNCLAIMED) };
    let swept = async {
        if parts.settings.exclusive {
            let tx = parts.db.system_write(SystemUse::JobRescue).await?;
            workers::forget_others(&tx, parts.worker_id).await?;
            tx.commit().await?;
        }
        pass(parts, now, unclaimed).await
    };
    if let Err(error) = swept.await {
        tracing::warn!(%error, cause = error.cause(), "lost jobs will be brought back later");
    }
}

async fn pass(parts: &Parts, now: Timestamp, unclaimed: Timestamp) -> Result<()> {
    let (lost, silent) = {
        let tx = parts.db.system_read(SystemUse::JobRescue).await?;
        let lease_over = Column::LeaseUntil.lt(now);
        let lost = if parts.settings.exclusive {
            lease_over.or(Column::WorkerId.ne(parts.worker_id))
        } else {
            lease_over
        };
        let running = tx.find::<Entity>().filter(Column::State.eq(State::Running)).filter(lost);
        let dispatched = tx
            .find::<Entity>()
            .filter(Column::State.eq(State::Dispatched))
            .filter(Column::DispatchedAt.lte(unclaimed));
        (running.limit(BATCH).all().await?, dispatched.limit(BATCH).all().await?)
    };
    // One that cannot be brought back now holds up no other.
    for row in &lost {
        let back = trace::within(Trace::parse(&row.trace), bring_back(parts, row, now));
        if let Err(error) = back.await {
            tracing::warn!(job = %row.job_id, %error, cause = error.cause(), "a lost job was not brought back");
        }
    }
    for lane in Lane::ALL {
        let silent: Vec<_> = silent.iter().filter(|row| row.lane == lane).collect();
        if let Err(error) = publish_again(parts, lane, &silent, now).await {
            tracing::warn!(
                %lane, jobs = silent.len(), %error, cause = error.cause(), "jobs were not published again"
            );
        }
    }
    Ok(())
}

async fn bring_back(parts: &Parts, row: &Model, now: Timestamp) -> Result<()> {
    let crashes = row.crashes + 1;
    let error = format!("the worker of attempt {} vanished", row.fence);
    let step = if row.cancel_asked_at.is_some() {
        Move::Cancel
    } else {
        match after_crash(crashes, parts.settings.max_crashes, &parts.random) {
            Verdict::Spent => Move::Fail { error, failures: row.failures, crashes },
            Verdict::Again(wait) => Move::Rescue { at: now.plus(wait), error, crashes },
        }
    };
    let work = Work::new(row.tenant_id, Cause::Job(row.job_id));
    let Some(mut tx) = ended(parts, &work, row, &step, now).await? else { return Ok(()) };
    if let Move::Fail { error, .. } = &step {
        tx = match told(parts, row, tx, error).await {
            Some(tx) => tx,
            None => match ended(parts, &work, row, &step, now).await? {
                Some(tx) => tx,
                None => return Ok(()),
            },
        };
    }
    tx.notify(WAKE, &Call::Anywhere(row.tenant_id).payload());
    tx.commit().await?;
    tracing::warn!(job = %row.job_id, kind = row.kind, attempt = row.fence, crashes, "a job lost its worker");
    parts.figures.ended(row.lane, row.tenant_id, &step);
    parts.feed.publish(News { tenant: row.tenant_id, job: row.job_id, progress: None });
    Ok(())
}

/// A transaction in which the lost attempt is ended; `None` when somebody else was faster.
async fn ended(
    parts: &Parts,
    work: &Work,
    row: &Model,
    step: &Move,
    now: Timestamp,
) -> Result<Option<TenantTx>> {
    let tx = TenantTx::write(&parts.db, work).await?;
    let terms = finish::Terms { lease_seen: row.lease_until, crashed: true, ..Default::default() };
    Ok(finish::end(&tx, Held::of(row), step, terms, now).await?.then_some(tx))
}

async fn publish_again(parts: &Parts, lane: Lane, rows: &[&Model], now: Timestamp) -> Result<()> {
    let mut again = Vec::new();
    for row in rows {
        let tx = parts.db.system_write(SystemUse::JobRescue).await?;
        let changed = tx
            .update::<Entity>()
            .filter(Column::TenantId.eq(row.tenant_id))
            .filter(Column::JobId.eq(row.job_id))
            .filter(Column::State.eq(State::Dispatched))
            .filter(Column::DispatchedAt.eq(row.dispatched_at))
            .set(Column::DispatchedAt, now)
            .exec()
            .await?;
        tx.commit().await?;
        if changed == 1 {
            again.push(Message { tenant: row.tenant_id, jobs: vec![row.job_id] });
        }
    }
    if again.is_empty() { Ok(()) } else { parts.hand_off.publish(lane, &again).await }
}
