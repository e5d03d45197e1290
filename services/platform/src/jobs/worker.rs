//! Slots that take jobs, one at a time each, and the heartbeat that tells the dispatcher of them.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::claim::claim;
use super::hand_off::Delivery;
use super::state::Lane;
use super::system::Parts;
use super::{WAKE, attempt, workers};
use crate::db::{DbError, SystemUse};
use crate::error::Result;

pub(super) async fn serve(parts: Arc<Parts>, slots: &[(Lane, u16)], stop: CancellationToken) -> Result<()> {
    let release = CancellationToken::new();
    let mut tasks = JoinSet::new();
    for &(lane, count) in slots {
        for _ in 0..count {
            tasks.spawn(slot(Arc::clone(&parts), lane, stop.clone(), release.clone()));
        }
    }
    tokio::select! {
        () = stop.cancelled() => {}
        () = heartbeat(&parts, slots) => {}
    }
    if let Err(error) = sign_off(&parts).await {
        tracing::warn!(%error, "the slots of this process stay on the list until their heartbeat is missed");
    }
    if parts.clock.timeout(parts.settings.drain, all(&mut tasks)).await.is_none() {
        tracing::info!(jobs = tasks.len(), "giving back jobs that did not end in time");
        release.cancel();
        all(&mut tasks).await;
    }
    Ok(())
}

async fn all(tasks: &mut JoinSet<()>) {
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a slot broke");
        }
    }
}

/// Never ends.
async fn heartbeat(parts: &Parts, slots: &[(Lane, u16)]) {
    loop {
        if let Err(error) = beat(parts, slots).await {
            tracing::warn!(%error, "no heartbeat");
        }
        parts.clock.sleep(workers::HEARTBEAT).await;
    }
}

async fn beat(parts: &Parts, slots: &[(Lane, u16)]) -> Result<(), DbError> {
    let tx = parts.db.system_write(SystemUse::JobExecution).await?;
    workers::beat(&tx, parts.worker_id, slots, parts.clock.now()).await?;
    // A dispatcher that found no living slots looks again.
    tx.notify(WAKE, "");
    tx.commit().await
}

async fn sign_off(parts: &Parts) -> Result<(), DbError> {
    let tx = parts.db.system_write(SystemUse::JobExecution).await?;
    workers::leave(&tx, parts.worker_id).await?;
    tx.commit().await
}

async fn slot(parts: Arc<Parts>, lane: Lane, stop: CancellationToken, release: CancellationToken) {
    loop {
        let delivery = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            delivery = parts.hand_off.receive(lane) => delivery,
        };
        match delivery {
            Ok(delivery) => take(&parts, delivery, &release).await,
            Err(error) => {
                tracing::warn!(%lane, %error, cause = error.cause(), "no message from the hand-off");
                parts.clock.sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

async fn take(parts: &Arc<Parts>, delivery: Delivery, release: &CancellationToken) {
    let message = delivery.message;
    let now = parts.clock.now();
    let row = match claim(&parts.db, parts.worker_id, message, now).await {
        Ok(row) => row,
        Err(error) => {
            // Not acknowledged: the broker or the rescuer brings it again.
            tracing::warn!(job = %message.job, %error, "a job was not claimed");
            return;
        }
    };
    if let Err(error) = delivery.acknowledge().await {
        tracing::debug!(job = %message.job, %error, "a message will come again");
    }
    let Some(row) = row else {
        tracing::debug!(job = %message.job, "a message for a job that is not to be started");
        return;
    };
    parts.figures.started(row.lane, now.since(row.run_at));
    parts.feed.publish(super::News { tenant: row.tenant_id, job: row.job_id, progress: None });
    attempt::run(Arc::clone(parts), row, release.clone()).await;
}
