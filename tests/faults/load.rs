//! Thousands of small jobs while processes, PostgreSQL, RabbitMQ and the ways to them fail, as a seed says. What was accepted takes
//! effect once, nothing is lost, nothing is stuck, and all goes on by itself.
//!
//! `THIDUA_FAULT_SEEDS=n` runs the seeds from 1 to n in place of the first two, `THIDUA_FAULT_SEED=s` that one alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use platform::Clock;
use platform::broker::Broker;
use platform::clock::ManualClock;
use platform::config::Secret;
use platform::db::{Database, DatabaseConfig, Share, TenantTx};
use platform::ids::{Ids, TenantId};
use platform::jobs::{JobSettings, Lane};
use platform::random::Random;
use platform::readiness::Readiness;
use sqlx::Connection as _;
use sqlx::postgres::PgConnection;
use tokio_util::task::AbortOnDropHandle;

use crate::conformance::jobs::bench::{Bench, Process, START};
use crate::conformance::jobs::probe::{Act, Migrator, Probe, Voice};
use crate::support::ground::Ground;
use crate::support::proxy::{Proxy, State};
use crate::support::rabbitmq;
use crate::support::servers::{Postgres, RabbitMq};
use crate::support::wait::PATIENCE;

const SERVICE: &str = "probe_jobs";
const CALLERS: usize = 8;
/// Of each caller.
const JOBS: usize = 250;
const FAULTS: usize = 6;
/// Time passes so many times faster, so that leases run out while the test lasts.
const FASTER: u32 = 10;

fn seeds() -> Vec<u64> {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().expect("a number"));
    match (number("THIDUA_FAULT_SEED"), number("THIDUA_FAULT_SEEDS")) {
        (Some(seed), _) => vec![seed],
        (None, Some(last)) => (1..=last).collect(),
        (None, None) => vec![1, 2],
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_accepted_job_takes_effect_once_whatever_fails() {
    let mut servers = Servers::start().await;
    for seed in seeds() {
        eprintln!("seed {seed} (replay with THIDUA_FAULT_SEED={seed})");
        survived(&mut servers, seed).await;
    }
}

/// PostgreSQL and RabbitMQ, each behind a way that can be cut.
struct Servers {
    postgres: Postgres,
    rabbitmq: RabbitMq,
    to_postgres: Proxy,
    to_rabbitmq: Proxy,
}

impl Servers {
    async fn start() -> Self {
        let (postgres, rabbitmq) = (Postgres::start(), RabbitMq::start());
        let to_postgres = Proxy::to(&format!("127.0.0.1:{}", postgres.port)).await;
        let to_rabbitmq = Proxy::to(&format!("127.0.0.1:{}", rabbitmq.port)).await;
        let servers = Self { postgres, rabbitmq, to_postgres, to_rabbitmq };
        servers.admin("postgres", "CREATE ROLE thidua_owner LOGIN CREATEROLE").await;
        servers
    }

    /// Past the way.
    async fn connect(&self, database: &str) -> PgConnection {
        let url = format!("postgres://postgres@127.0.0.1:{}/{database}", self.postgres.port);
        PgConnection::connect(&url).await.expect("PostgreSQL answers")
    }

    async fn admin(&self, database: &str, sql: &str) {
        let mut admin = self.connect(database).await;
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut admin).await.expect("done");
    }

    fn database(&self, name: &str) -> DatabaseConfig {
        let url = |role| Secret::new(format!("postgres://{role}@127.0.0.1:{}/{name}", self.to_postgres.port));
        let share = Share::new(6, Duration::from_secs(60));
        DatabaseConfig::Postgres {
            runtime_url: url("thidua_runtime"),
            system_url: url("thidua_system"),
            owner_url: Some(url("thidua_owner")),
            runtime: share,
            system: share,
        }
    }

    /// Something fails, for a while.
    async fn fail(&mut self, what: u64) -> &'static str {
        let a_while = Duration::from_millis(400);
        match what {
            0 => {
                self.postgres.kill();
                self.postgres.go_on();
                "PostgreSQL is killed"
            }
            1 => {
                self.rabbitmq.kill();
                self.rabbitmq.go_on();
                "RabbitMQ is killed"
            }
            2 => {
                self.rabbitmq.wipe();
                self.rabbitmq.go_on();
                "RabbitMQ loses its memory"
            }
            3 => during(&self.to_postgres, State::Cut, a_while, "PostgreSQL is cut off").await,
            4 => during(&self.to_rabbitmq, State::Cut, a_while, "RabbitMQ is cut off").await,
            5 => during(&self.to_rabbitmq, State::Stalled, a_while, "the way to RabbitMQ stalls").await,
            6 => {
                let slow = State::Slow(Duration::from_millis(5));
                during(&self.to_postgres, slow, a_while, "the way to PostgreSQL is slow").await
            }
            _ => {
                let slow = State::Slow(Duration::from_millis(20));
                during(&self.to_rabbitmq, slow, a_while, "the way to RabbitMQ is slow").await
            }
        }
    }
}

async fn during(way: &Proxy, state: State, a_while: Duration, what: &'static str) -> &'static str {
    way.set(state);
    // The length of the fault: nothing is waited for.
    tokio::time::sleep(a_while).await;
    way.set(State::Open);
    what
}

/// A process that works and leads when it can, with connections of its own.
struct Node {
    process: Process,
    db: Database,
    broker: Broker,
}

impl Node {
    async fn start(bench: &Bench, broker: &platform::config::Broker) -> Self {
        let db = loop {
            let ids = Ids::new(bench.hand.clock(), Random::system());
            match Database::connect(&bench.config, SERVICE, ids).await {
                Ok(db) => break db,
                // As a process that is started again until it comes up.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
        let gate = Readiness::default().gate("broker");
        let broker = Broker::open(broker, "test", Random::system(), gate).expect("a URL");
        let slots = Lane::ALL.map(|lane| (lane, 4));
        let system = bench.with_hand_off(broker.hand_off(SERVICE, &slots)).system_on(&db);
        let process = Process::new(system, &db);
        process.work(4);
        process.lead();
        Self { process, db, broker }
    }

    /// It is gone from one moment to the next.
    async fn vanish(self) {
        self.process.vanish().await;
        drop(self.broker);
        // Its connections end with it; what waits for them is not waited for.
        let _ = tokio::time::timeout(Duration::from_secs(1), self.db.close()).await;
    }
}

/// What callers were told.
#[derive(Default)]
struct Told {
    accepted: Mutex<BTreeSet<String>>,
    done: AtomicUsize,
}

async fn survived(servers: &mut Servers, seed: u64) {
    let random = Random::seeded(seed);
    let name = format!("load_{seed}");
    servers.admin("postgres", &format!("CREATE DATABASE {name} OWNER thidua_owner")).await;
    let config = servers.database(&name);
    Database::migrate(&config, SERVICE, &Migrator).await.expect("migrated");
    let time = Clock::manual(START);
    let _flying = AbortOnDropHandle::new(tokio::spawn(fly(time.clone())));
    let ids = Ids::new(time.clock(), Random::system());
    let db = Database::connect(&config, SERVICE, ids.clone()).await.expect("the database opens");
    let ground = Ground { db, config, ids, time };
    let settings = JobSettings { max_crashes: 1_000, ..JobSettings::default() };
    let bench = Bench::new(&ground).await.with_settings(settings);
    let broker = rabbitmq::at(&format!("amqp://guest:guest@127.0.0.1:{}/%2f", servers.to_rabbitmq.port));
    let mut nodes = Vec::new();
    for _ in 0..3 {
        nodes.push(Node::start(&bench, &broker).await);
    }

    let told = Arc::new(Told::default());
    let callers: Vec<_> =
        (0..CALLERS).map(|caller| tokio::spawn(call(bench.clone(), caller, told.clone()))).collect();
    let all = CALLERS * JOBS;
    for fault in 1..=FAULTS {
        // Not before so many attempts have begun.
        let moment = all * fault / (FAULTS + 1);
        waited("jobs begin", async || bench.stage.runs().len() >= moment).await;
        let what = match random.below(11) {
            what @ 0..8 => servers.fail(what).await,
            place => {
                let place = usize::try_from(place - 8).expect("a place");
                nodes.swap_remove(place).vanish().await;
                nodes.push(Node::start(&bench, &broker).await);
                "a process is killed"
            }
        };
        eprintln!("seed {seed}, after {moment} attempts: {what}");
    }
    for caller in callers {
        caller.await.expect("no panic");
    }

    let mut admin = servers.connect(&name).await;
    let admin = &tokio::sync::Mutex::new(&mut admin);
    let unfinished = "SELECT count(*) FROM jobs WHERE state IN ('waiting', 'dispatched', 'running')";
    waited("all jobs have ended", async || {
        let left: i64 =
            sqlx::query_scalar(unfinished).fetch_one(&mut **admin.lock().await).await.expect("a count");
        left == 0
    })
    .await;
    let states: Vec<(String, i64)> = sqlx::query_as("SELECT state, count(*) FROM jobs GROUP BY state")
        .fetch_all(&mut **admin.lock().await)
        .await
        .expect("states");
    assert!(states.iter().all(|(state, _)| state == "succeeded"), "seed {seed}: {states:?}");
    let effects: Vec<(String, i64)> = sqlx::query_as("SELECT label, count(*) FROM marks GROUP BY label")
        .fetch_all(&mut **admin.lock().await)
        .await
        .expect("effects");
    let effects: BTreeMap<_, _> = effects.into_iter().collect();
    let accepted = told.accepted.lock().expect("no panic").clone();
    assert_eq!(accepted.len(), all);
    let lost: Vec<_> = accepted.iter().filter(|label| !effects.contains_key(*label)).collect();
    let doubled: Vec<_> = effects.iter().filter(|(_, count)| **count != 1).collect();
    assert!(lost.is_empty() && doubled.is_empty(), "seed {seed}: lost {lost:?}, doubled {doubled:?}");
    for node in nodes {
        node.process.stop().await;
        node.broker.close().await;
        node.db.close().await;
    }
    ground.db.close().await;
}

/// Enqueues jobs, each until it was accepted. A call whose end was not told is made again under another label.
async fn call(bench: Bench, caller: usize, told: Arc<Told>) {
    let tenants: [TenantId; 2] = [bench.north, bench.south];
    for number in 0..JOBS {
        for attempt in 0.. {
            let label = format!("{caller}-{number}-{attempt}");
            if enqueue(&bench, tenants[(caller + number) % 2], number, &label).await.is_ok() {
                told.accepted.lock().expect("no panic").insert(label);
                told.done.fetch_add(1, Ordering::Relaxed);
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn enqueue(bench: &Bench, tenant: TenantId, number: usize, label: &str) -> platform::Result<()> {
    let tx = TenantTx::write(&bench.db, &bench.member(tenant)).await?;
    match number % 4 {
        0 | 1 => tx.enqueue(Probe::new(label, Act::Mark)).await?,
        2 => tx.enqueue(Voice::new(label)).await?,
        _ => tx.enqueue(Probe::new(label, Act::Stumble { times: 1 })).await?,
    };
    Ok(tx.commit().await?)
}

async fn fly(time: ManualClock) {
    let step = Duration::from_millis(10);
    loop {
        tokio::time::sleep(step).await;
        time.advance(step * FASTER);
    }
}

async fn waited(what: &str, reached: impl AsyncFn() -> bool) {
    let looking = async {
        while !reached().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking)
        .await
        .unwrap_or_else(|_| panic!("it never came true that {what}"));
}
