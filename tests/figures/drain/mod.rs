//! The figures of small jobs: enqueued one transaction a job, then drained by two workers, against a bare loop on the same
//! servers; and how long one takes at a steady rate.

mod bare;
mod fairness;
mod latency;
mod peers;
mod probe;
pub(crate) mod service;
mod stage;
mod worker;

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use platform::jobs::Job;

use crate::figure::{Figure, Goal, Outcome, median};
use probe::{Store, StoreTogether};
use service::Servers;
use stage::Callers;
use worker::Worker;

const RUNS: usize = 5;
const JOBS: i64 = 5_000;
const CALLERS: usize = 32;
const WORKERS: usize = 2;
/// Jobs, or batches of jobs, that each worker runs at once.
const SLOTS: u16 = 8;

/// Nothing that works takes longer.
const PATIENCE: Duration = Duration::from_secs(120);

fn servers() -> Result<Servers, Box<dyn Error>> {
    let url = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
    Ok(Servers { postgres: url("THIDUA_BENCH_POSTGRES")?, rabbitmq: url("THIDUA_BENCH_RABBITMQ")? })
}

pub(crate) fn run() -> Outcome {
    let servers = servers()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let [mut bare, mut single, mut together] = [const { Vec::new() }; 3];
    for run in 0..=RUNS {
        let floor = per_second(runtime.block_on(bare::drain(&servers, usize::try_from(JOBS)?))?);
        let one_by_one = per_second(runtime.block_on(drain(&servers, |store| store))?);
        let drained = per_second(runtime.block_on(drain(&servers, StoreTogether))?);
        if run > 0 {
            bare.push(floor);
            single.push(one_by_one);
            together.push(drained);
        }
    }
    let [floor, one_by_one, drained] = [&bare, &single, &together].map(|readings| median(readings));
    println!(
        "drained: {drained:.0} jobs/s together, {one_by_one:.0} jobs/s one by one; the bare loop: {floor:.0}"
    );
    let ratio = |ours: &[f64]| ours.iter().zip(&bare).map(|(ours, bare)| ours / bare).collect();
    let at_least = |name, goal, readings| Figure { name, unit: " x", goal: Goal::AtLeast(goal), readings };
    let mut figures = vec![
        at_least("jobs.drain", 0.35, ratio(&together)),
        at_least("jobs.drain.alone", 0.35, ratio(&single)),
    ];
    if let Some(peers) = peers::measure()? {
        println!("{peers}");
        let of_peer = |ours: &[f64]| ours.iter().map(|ours| ours / peers.drained).collect();
        figures.push(at_least("jobs.drain.peers", 3.0, of_peer(&together)));
        figures.push(at_least("jobs.drain.alone.peers", 1.5, of_peer(&single)));
    }
    Ok(figures)
}

pub(crate) fn run_latency() -> Outcome {
    let servers = servers()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let (mut middle, mut slow) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let (half, most) = runtime.block_on(latency::latency(&servers))?;
        middle.push(half);
        slow.push(most);
    }
    println!(
        "at a steady rate: {:.1} ms in the middle, {:.1} ms the 99th of 100",
        median(&middle),
        median(&slow)
    );
    let Some(peers) = peers::measure()? else { return Ok(Vec::new()) };
    println!("{peers}");
    let readings = slow.iter().map(|slow| slow / peers.slow).collect();
    Ok(vec![Figure { name: "jobs.latency", unit: " x", goal: Goal::AtMost(1.0), readings }])
}

pub(crate) fn run_fairness() -> Outcome {
    let servers = servers()?;
    tokio::runtime::Runtime::new()?.block_on(fairness::fairness(&servers))
}

#[allow(clippy::cast_precision_loss, reason = "some thousands")]
fn per_second(seconds: f64) -> f64 {
    JOBS as f64 / seconds
}

/// Seconds from the word "go" to the last effect.
async fn drain<J: Job>(servers: &Servers, job: fn(Store) -> J) -> Result<f64, Box<dyn Error>> {
    servers.prepare().await?;
    let process = service::open(servers, u32::try_from(CALLERS)?, 0).await?;
    let begun = Instant::now();
    enqueue(&process.db, job).await?;
    eprintln!("enqueued {:.0} jobs/s", per_second(begun.elapsed().as_secs_f64()));
    let jobs = process.jobs.clone();
    let leader = tokio::spawn(async move { jobs.maintain().await });
    let mut workers = (0..WORKERS).map(|_| Worker::start(servers, SLOTS)).collect::<Result<Vec<_>, _>>()?;
    let begun = Instant::now();
    for worker in &mut workers {
        worker.go()?;
    }
    effects(servers, JOBS, PATIENCE).await?;
    let seconds = begun.elapsed().as_secs_f64();
    for worker in workers {
        worker.stop()?;
    }
    leader.abort();
    process.db.close().await;
    Ok(seconds)
}

/// Waits until there are so many effects.
async fn effects(servers: &Servers, wanted: i64, patience: Duration) -> Result<(), Box<dyn Error>> {
    let begun = Instant::now();
    let mut admin = bare::connect(&servers.effects()?).await?;
    loop {
        let (count,): (i64,) = sqlx::query_as("SELECT count(*) FROM effects").fetch_one(&mut admin).await?;
        if count == wanted {
            return Ok(());
        }
        if begun.elapsed() > patience {
            return Err(format!("{count} of {wanted} jobs after {patience:?}").into());
        }
        tokio::time::sleep(Duration::from_millis(if wanted - count > 500 { 50 } else { 5 })).await;
    }
}

/// Enqueues all with so many callers at once.
async fn enqueue<J: Job>(db: &platform::db::Database, job: fn(Store) -> J) -> Result<(), Box<dyn Error>> {
    let (all, next) = (Arc::new(Callers::new(db)?), Arc::new(AtomicI64::new(0)));
    let mut calling = tokio::task::JoinSet::new();
    for _ in 0..CALLERS {
        let (all, next) = (Arc::clone(&all), Arc::clone(&next));
        calling.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= JOBS {
                    return Ok::<_, platform::Error>(());
                }
                all.enqueue(number, job).await?;
            }
        });
    }
    while let Some(called) = calling.join_next().await {
        called??;
    }
    Ok(())
}
