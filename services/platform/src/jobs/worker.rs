//! Slots that take jobs, one message at a time each, and the heartbeat that tells the dispatcher of them.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use super::claim::claim;
use super::hand_off::{Delivery, Message};
use super::state::Lane;
use super::system::Parts;
use super::{Call, WAKE, together, workers};
use crate::db::{DbError, SystemUse};
use crate::error::{Error, Result};
use crate::ids::JobId;

pub(super) async fn serve(parts: Arc<Parts>, slots: &[(Lane, u16)], stop: CancellationToken) -> Result<()> {
    let release = CancellationToken::new();
    let mut tasks = JoinSet::new();
    for &(of, count) in slots.iter().filter(|(_, count)| *count > 0) {
        tasks.spawn(lane(Arc::clone(&parts), of, count, stop.clone(), release.clone()));
    }
    tokio::select! {
        () = stop.cancelled() => {}
        () = heartbeat(&parts, slots) => {}
    }
    if let Err(error) = sign_off(&parts).await {
        tracing::warn!(%error, "the slots of this process stay on the list until their heartbeat is missed");
    }
    if parts.clock.timeout(parts.settings.drain, all(&mut tasks)).await.is_none() {
        tracing::info!(lanes = tasks.len(), "giving back jobs that did not end in time");
        release.cancel();
        all(&mut tasks).await;
    }
    Ok(())
}

async fn all(tasks: &mut JoinSet<()>) {
    while let Some(ended) = tasks.join_next().await {
        told(ended);
    }
}

fn told(ended: std::result::Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a slot broke");
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
    tx.notify(WAKE, &Call::Slots.payload());
    tx.commit().await
}

async fn sign_off(parts: &Parts) -> Result<(), DbError> {
    let tx = parts.db.system_write(SystemUse::JobExecution).await?;
    workers::leave(&tx, parts.worker_id).await?;
    tx.commit().await
}

/// Takes jobs of one lane while slots are free, as many at once as there are.
async fn lane(
    parts: Arc<Parts>,
    lane: Lane,
    slots: u16,
    stop: CancellationToken,
    release: CancellationToken,
) {
    let free = Arc::new(Semaphore::new(slots.into()));
    let mut running = JoinSet::new();
    loop {
        let taken = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            taken = next(&parts, lane, &free) => taken,
        };
        match taken {
            Ok(taken) => start(&parts, taken, &release, &mut running).await,
            Err(error) => {
                tracing::warn!(%lane, %error, cause = error.cause(), "no message from the hand-off");
                parts.clock.sleep(Duration::from_secs(1)).await;
            }
        }
        while let Some(ended) = running.try_join_next() {
            told(ended);
        }
    }
    all(&mut running).await;
}

/// A message, and the slot that it will have.
type Taken = (Delivery, OwnedSemaphorePermit);

/// Waits for a free slot and a message, and takes what else is there at once.
async fn next(parts: &Parts, lane: Lane, free: &Arc<Semaphore>) -> Result<Vec<Taken>> {
    let slot = Arc::clone(free).acquire_owned().await.map_err(Error::internal)?;
    let mut taken = vec![(parts.hand_off.receive(lane).await?, slot)];
    while let Ok(slot) = Arc::clone(free).try_acquire_owned()
        && let Some(Ok(delivery)) = parts.hand_off.receive(lane).now_or_never()
    {
        taken.push((delivery, slot));
    }
    Ok(taken)
}

/// Claims the jobs of the messages in one transaction, and begins them.
async fn start(
    parts: &Arc<Parts>,
    taken: Vec<Taken>,
    release: &CancellationToken,
    running: &mut JoinSet<()>,
) {
    let messages: Vec<_> = taken.iter().map(|(delivery, _)| &delivery.message).collect();
    let now = parts.clock.now();
    let mut claimed = match claim(&parts.db, parts.worker_id, &messages, now).await {
        Ok(claimed) => claimed,
        Err(error) => {
            // Not acknowledged: the broker or the rescuer brings them again.
            tracing::warn!(messages = messages.len(), %error, "jobs were not claimed");
            return;
        }
    };
    for (delivery, slot) in taken {
        let Message { tenant, jobs } = delivery.message.clone();
        // In the order in which they shall run.
        let mut claimed = |job: &JobId| {
            let place = claimed.iter().position(|row| row.tenant_id == tenant && row.job_id == *job)?;
            Some(claimed.swap_remove(place))
        };
        let rows: Vec<_> = jobs.iter().filter_map(&mut claimed).collect();
        if rows.is_empty() {
            tracing::debug!(%tenant, ?jobs, "a message for jobs that are not to be started");
        }
        for row in &rows {
            parts.figures.started(row.lane, now.since(row.run_at));
            parts.feed.publish(super::News { tenant: row.tenant_id, job: row.job_id, progress: None });
        }
        let (parts, release) = (Arc::clone(parts), release.clone());
        running.spawn(async move {
            together::run(&parts, rows, &release).await;
            // Only now: who acknowledges is given the next message, which others could work on meanwhile.
            if let Err(error) = delivery.acknowledge().await {
                tracing::debug!(%tenant, ?jobs, %error, "a message will come again");
            }
            drop(slot);
        });
    }
}
