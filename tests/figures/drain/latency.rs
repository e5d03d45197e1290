//! How long small jobs take from the call that wants them to their effect, at a steady rate.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use super::probe::StoreTogether;
use super::service::{self, Servers};
use super::stage::Callers;
use super::worker::Worker;
use super::{PATIENCE, SLOTS, WORKERS, bare, effects};

const RATE: u32 = 200;
const SECONDS: u32 = 8;
/// So that everybody has connections and estimates.
const WARM_UP: u32 = 200;

/// The 50th and the 99th of a hundred, in milliseconds.
pub(super) async fn latency(servers: &Servers) -> Result<(f64, f64), Box<dyn Error>> {
    servers.prepare().await?;
    let process = service::open(servers, 16, 0).await?;
    let callers = Arc::new(Callers::new(&process.db)?);
    let jobs = process.jobs.clone();
    let leader = tokio::spawn(async move { jobs.maintain().await });
    let mut workers = (0..WORKERS).map(|_| Worker::start(servers, SLOTS)).collect::<Result<Vec<_>, _>>()?;
    for worker in &mut workers {
        worker.go()?;
    }
    // An open loop: a call that is slow does not hold up the next.
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / RATE);
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..WARM_UP + RATE * SECONDS {
        ticks.tick().await;
        let callers = Arc::clone(&callers);
        calls.spawn(async move { callers.enqueue(number.into(), StoreTogether).await });
    }
    while let Some(called) = calls.join_next().await {
        called??;
    }
    effects(servers, (WARM_UP + RATE * SECONDS).into(), PATIENCE).await?;
    let mut admin = bare::connect(&servers.effects()?).await?;
    let waits = "SELECT done_at - asked_at FROM effects WHERE number >= $1 ORDER BY 1";
    let waits: Vec<(i64,)> = sqlx::query_as(waits).bind(i64::from(WARM_UP)).fetch_all(&mut admin).await?;
    for worker in workers {
        worker.stop()?;
    }
    leader.abort();
    process.db.close().await;
    #[allow(clippy::cast_precision_loss, reason = "some milliseconds")]
    let of_hundred =
        |place: usize| waits.get(waits.len() * place / 100).map(|(micros,)| *micros as f64 / 1e3);
    Ok((of_hundred(50).ok_or("no job")?, of_hundred(99).ok_or("no job")?))
}
