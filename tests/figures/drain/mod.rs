//! The figures of small jobs: enqueued one transaction a job, then drained by two workers, against a bare loop on the same
//! servers.

mod bare;
mod probe;
pub(crate) mod service;

use std::error::Error;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use platform::data_dir::DataDir;
use platform::db::{Database, TenantTx};
use platform::ids::{AccountId, Ids, TenantId};
use platform::random::Random;
use platform::tenancy::Principal;
use platform::{Clock, auth, config};

use crate::figure::{Figure, Goal, Outcome, median};
use platform::jobs::Job;
use probe::{Store, StoreTogether};
use service::{Process, Servers};

const RUNS: usize = 5;
const JOBS: i64 = 5_000;
const CALLERS: usize = 32;
const TENANTS: usize = 34;
const WORKERS: usize = 2;
const SLOTS: u16 = 8;

/// Nothing that works takes longer.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) fn run() -> Outcome {
    let url = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let servers = Servers { postgres: url("THIDUA_BENCH_POSTGRES")?, rabbitmq: url("THIDUA_BENCH_RABBITMQ")? };
    let runtime = tokio::runtime::Runtime::new()?;
    let [mut bare, mut single, mut together, mut alone, mut ratios] = [const { Vec::new() }; 5];
    for run in 0..=RUNS {
        let floor = per_second(runtime.block_on(bare::drain(&servers, usize::try_from(JOBS)?))?);
        let one_by_one = per_second(runtime.block_on(drain(&servers, |store| store))?);
        let drained = per_second(runtime.block_on(drain(&servers, StoreTogether))?);
        if run > 0 {
            bare.push(floor);
            single.push(one_by_one);
            together.push(drained);
            alone.push(one_by_one / floor);
            ratios.push(drained / floor);
        }
    }
    println!(
        "drained: {:.0} jobs/s together, {:.0} jobs/s one by one; the bare loop: {:.0} jobs/s",
        median(&together),
        median(&single),
        median(&bare)
    );
    Ok(vec![
        Figure { name: "jobs.drain", unit: " x", goal: Goal::AtLeast(0.35), readings: ratios },
        Figure { name: "jobs.drain.alone", unit: " x", goal: Goal::AtLeast(0.35), readings: alone },
    ])
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
    enqueue(&process, job).await?;
    eprintln!("enqueued {:.0} jobs/s", per_second(begun.elapsed().as_secs_f64()));
    let jobs = process.jobs.clone();
    let leader = tokio::spawn(async move { jobs.maintain().await });
    let mut workers = (0..WORKERS).map(|_| Worker::start(servers)).collect::<Result<Vec<_>, _>>()?;
    let begun = Instant::now();
    for worker in &mut workers {
        worker.go()?;
    }
    let seconds = drained(servers, begun).await?;
    for worker in workers {
        worker.stop()?;
    }
    leader.abort();
    process.db.close().await;
    Ok(seconds)
}

/// Waits for the effects and returns when the last was there.
async fn drained(servers: &Servers, begun: Instant) -> Result<f64, Box<dyn Error>> {
    let mut admin = bare::connect(&servers.effects()?).await?;
    loop {
        let (count,): (i64,) = sqlx::query_as("SELECT count(*) FROM effects").fetch_one(&mut admin).await?;
        if count == JOBS {
            return Ok(begun.elapsed().as_secs_f64());
        }
        if begun.elapsed() > PATIENCE {
            return Err(format!("{count} of {JOBS} jobs after {PATIENCE:?}").into());
        }
        tokio::time::sleep(Duration::from_millis(if JOBS - count > 500 { 50 } else { 5 })).await;
    }
}

/// Enqueues all, one transaction a job, with so many callers at once.
async fn enqueue<J: Job>(process: &Process, job: fn(Store) -> J) -> Result<(), Box<dyn Error>> {
    let principals: Arc<Vec<Principal>> = Arc::new(principals(&process.db)?);
    let next = Arc::new(AtomicI64::new(0));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (db, principals, next) = (process.db.clone(), Arc::clone(&principals), Arc::clone(&next));
            tokio::spawn(async move {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= JOBS {
                        return Ok::<_, platform::Error>(());
                    }
                    let place = usize::try_from(number).unwrap_or_default() % TENANTS;
                    let tx = TenantTx::write(&db, &principals[place]).await?;
                    tx.enqueue(job(Store::new(number, &db))).await?;
                    tx.commit().await?;
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await??;
    }
    Ok(())
}

/// A member of each tenant.
fn principals(db: &Database) -> Result<Vec<Principal>, Box<dyn Error>> {
    let (clock, random) = (Clock::system(), Random::system());
    let directory = tempfile::TempDir::new()?;
    let data_dir = DataDir::open(directory.path())?;
    let tokens = auth::Tokens::open(&config::Auth::default(), &data_dir, clock, random)?;
    let ids: &Ids = db.ids();
    let principal = |_| {
        let life = Duration::from_secs(600);
        let token = tokens.member(TenantId(ids.next()), AccountId(ids.next()), Vec::new(), life)?;
        Ok(tokens.verify(&token)?)
    };
    (0..TENANTS).map(principal).collect()
}

struct Worker(Child);

impl Worker {
    /// Starts a process that has its connections and waits for the word.
    fn start(servers: &Servers) -> Result<Self, Box<dyn Error>> {
        let slots = SLOTS.to_string();
        let mut process = Command::new(std::env::current_exe()?)
            .args(["drain-worker", &servers.postgres, &servers.rabbitmq, &slots])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().ok_or("its output cannot be read")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        if line.trim() == "ready" { Ok(Self(process)) } else { Err(format!("the worker said {line:?}").into()) }
    }

    fn go(&mut self) -> Result<(), Box<dyn Error>> {
        Ok(self.0.stdin.as_mut().ok_or("no input")?.write_all(b"go\n")?)
    }

    fn stop(mut self) -> Result<(), Box<dyn Error>> {
        drop(self.0.stdin.take());
        let ended = self.0.wait()?;
        if ended.success() { Ok(()) } else { Err(format!("a worker ended with {ended}").into()) }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Where measuring failed; one that has ended is not hurt.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
