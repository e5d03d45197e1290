//! How workers are shared between tenants, beside a queue in which the first to come is the first to be served: the same
//! jobs, all of one tenant.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use platform::tenants::{self, Status, Tenant};
use tokio::task::JoinHandle;

use super::probe::Sleep;
use super::service::{self, Process, Servers};
use super::stage::Callers;
use super::worker::Worker;
use super::{PATIENCE, WORKERS, bare, effects};
use crate::figure::{Figure, Goal};

/// Of the tenant that floods.
const FLOOD: i64 = 10_000;
const MILLIS: u64 = 20;
/// Each of them wants one job a second.
const QUIET: i64 = 33;
/// Jobs in one transaction.
const BATCH: i64 = 500;
/// Shares are measured over windows of so many seconds.
const WINDOW: i64 = 5;
const WINDOWS: i64 = 5;

/// What became of one job: whose it was, when it was wanted, began and ended, in microseconds.
type Done = (i64, i64, i64, i64);

pub(super) async fn fairness(servers: &Servers) -> Result<Vec<Figure>, Box<dyn Error>> {
    let (fifo_wait, fifo_rate) = flood(servers, true).await?;
    let (wait, rate) = flood(servers, false).await?;
    println!(
        "the quiet wait {:.3} s (95th of 100), first come first served {fifo_wait:.1} s; {rate:.1} and {fifo_rate:.1} jobs/s",
        wait
    );
    let lengths = [5, 10, 15, 20, 30, 40, 60, 80];
    let equal = shares(servers, &lengths.map(|millis| (millis, 1))).await?;
    let unequal = shares(servers, &[(MILLIS, 3), (MILLIS, 1)]).await?;
    let figure = |name, goal, readings| Figure { name, unit: "", goal, readings };
    Ok(vec![
        figure("jobs.fairness.wait", Goal::AtMost(0.01), vec![wait / fifo_wait]),
        figure("jobs.fairness.rate", Goal::AtLeast(0.95), vec![rate / fifo_rate]),
        figure("jobs.fairness.jain", Goal::AtLeast(0.95), equal.iter().map(|shares| jain(shares)).collect()),
        figure(
            "jobs.fairness.weights",
            Goal::AtMost(0.1),
            unequal.iter().map(|shares| (shares[0] / shares[1] - 1.0).abs()).collect(),
        ),
    ])
}

/// The platform at work: workers with one slot each, and who leads them.
struct Running {
    process: Process,
    callers: Arc<Callers>,
    workers: Vec<Worker>,
    leader: JoinHandle<()>,
}

impl Running {
    async fn start(servers: &Servers) -> Result<Self, Box<dyn Error>> {
        servers.prepare().await?;
        let process = service::open(servers, 8, 0).await?;
        let callers = Arc::new(Callers::new(&process.db)?);
        let jobs = process.jobs.clone();
        let leader = tokio::spawn(async move { jobs.maintain().await });
        let workers = (0..WORKERS).map(|_| Worker::start(servers, 1)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { process, callers, workers, leader })
    }

    fn go(&mut self) -> Result<(), Box<dyn Error>> {
        self.workers.iter_mut().try_for_each(Worker::go)
    }

    async fn stop(self, servers: &Servers) -> Result<Vec<Done>, Box<dyn Error>> {
        for worker in self.workers {
            worker.stop()?;
        }
        self.leader.abort();
        self.process.db.close().await;
        let mut admin = bare::connect(&servers.effects()?).await?;
        let done = "SELECT number, asked_at, started_at, done_at FROM effects ORDER BY done_at";
        Ok(sqlx::query_as(done).fetch_all(&mut admin).await?)
    }
}

/// Seconds that 95 of 100 jobs of the quiet waited at most, and jobs a second, while the flood lasted.
async fn flood(servers: &Servers, first_come: bool) -> Result<(f64, f64), Box<dyn Error>> {
    let mut running = Running::start(servers).await?;
    let (callers, db) = (Arc::clone(&running.callers), running.process.db.clone());
    let place = |of: i64| if first_come { 0 } else { usize::try_from(of).unwrap_or_default() };
    for _ in 0..FLOOD / BATCH {
        callers.enqueue_all(0, (0..BATCH).map(|_| Sleep::new(0, MILLIS, &db)).collect()).await?;
    }
    running.go()?;
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / u32::try_from(QUIET)?);
    let mut wanted = 0;
    // As long as the flood lasts when nothing but sleeping takes time.
    let seconds = FLOOD * i64::try_from(MILLIS)? / 1_000 / i64::try_from(WORKERS)?;
    while wanted < QUIET * seconds {
        ticks.tick().await;
        let of = 1 + wanted % QUIET;
        wanted += 1;
        callers.enqueue_all(place(of), vec![Sleep::new(of, MILLIS, &db)]).await?;
    }
    effects(servers, FLOOD + wanted, PATIENCE * 2).await?;
    let done = running.stop(servers).await?;
    let last = done.iter().rev().find(|(of, ..)| *of == 0).map(|(.., at)| *at).ok_or("no flood")?;
    let first = done.first().map(|(_, _, began, _)| *began).ok_or("no jobs")?;
    let within = done.iter().filter(|(.., at)| *at <= last).count();
    let mut waits: Vec<i64> = done
        .iter()
        .filter(|(of, asked, ..)| *of != 0 && *asked <= last)
        .map(|(_, asked, began, _)| began - asked)
        .collect();
    waits.sort_unstable();
    let wait = waits.get(waits.len() * 95 / 100).ok_or("nobody was quiet")?;
    #[allow(clippy::cast_precision_loss, reason = "some thousands")]
    Ok((seconds_of(*wait), within as f64 / seconds_of(last - first)))
}

/// What each tenant had of the workers' time in each window, by its weight: all of them want more all the time. By length of
/// their jobs and weight.
async fn shares(servers: &Servers, tenants: &[(u64, u32)]) -> Result<Vec<Vec<f64>>, Box<dyn Error>> {
    let mut running = Running::start(servers).await?;
    let (callers, db) = (Arc::clone(&running.callers), running.process.db.clone());
    let listed: Vec<Tenant> = callers.tenants().into_iter().zip(tenants).enumerate().map(tenant).collect();
    tenants::fill(&db, &listed).await?;
    running.process.tenants.refresh().await?;
    let seconds = (WINDOWS + 2) * WINDOW;
    for (place, (millis, _)) in tenants.iter().enumerate() {
        // More than all workers could do by themselves.
        let mut left = i64::try_from(WORKERS)? * seconds * 1_000 / i64::try_from(*millis)?;
        while left > 0 {
            let some = left.min(BATCH);
            let of = i64::try_from(place)?;
            callers.enqueue_all(place, (0..some).map(|_| Sleep::new(of, *millis, &db)).collect()).await?;
            left -= some;
        }
    }
    running.go()?;
    tokio::time::sleep(Duration::from_secs(u64::try_from((WINDOWS + 1) * WINDOW)?)).await;
    let done = running.stop(servers).await?;
    // The first window is for getting to know how long they are.
    let begin = done.first().map(|(.., at)| at + WINDOW * 1_000_000).ok_or("no jobs")?;
    let mut windows = BTreeMap::<i64, Vec<f64>>::new();
    for (of, _, began, ended) in done.iter().filter(|(.., at)| *at >= begin) {
        let window = (ended - begin) / (WINDOW * 1_000_000);
        let place = usize::try_from(*of)?;
        let shares = windows.entry(window).or_insert_with(|| vec![0.0; tenants.len()]);
        shares[place] += seconds_of(ended - began) / f64::from(tenants[place].1);
    }
    Ok(windows.into_iter().filter(|(window, _)| *window < WINDOWS - 1).map(|(_, shares)| shares).collect())
}

fn tenant((place, (id, (_, weight))): (usize, (platform::ids::TenantId, &(u64, u32)))) -> Tenant {
    Tenant {
        id,
        code: format!("tenant-{place}"),
        status: Status::Active,
        zone: "Asia/Ho_Chi_Minh".to_owned(),
        weight: *weight,
        quotas: BTreeMap::new(),
        revision: 1,
    }
}

/// 1 when all have the same, 1/n when one has everything.
fn jain(shares: &[f64]) -> f64 {
    let (sum, squares): (f64, f64) =
        shares.iter().fold((0.0, 0.0), |(sum, squares), share| (sum + share, squares + share * share));
    let count = u32::try_from(shares.len()).map_or(f64::NAN, f64::from);
    sum * sum / (count * squares)
}

#[allow(clippy::cast_precision_loss, reason = "some minutes")]
fn seconds_of(micros: i64) -> f64 {
    micros as f64 / 1e6
}
