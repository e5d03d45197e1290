//! What is kept for a while behaves alike in the memory of a process and in Redis, and its loss costs only time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use futures::StreamExt;
use platform::cache::{Cache, Lookup};
use platform::cache_server::CacheServer;
use platform::clock::Clock;
use platform::config;
use platform::ids::{JobId, TenantId};
use platform::jobs::feed::Feed;
use platform::jobs::{News, Progress};
use platform::random::Random;
use prost::bytes::Bytes;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::support::redis;
use crate::support::wait::eventually;

const NORTH: TenantId = TenantId(Uuid::from_u128(1));
const SOUTH: TenantId = TenantId(Uuid::from_u128(2));

fn server(config: &config::Cache) -> CacheServer {
    CacheServer::open(config, Clock::system(), Random::system()).expect("a URL")
}

macro_rules! on_both_caches {
    ($($test:ident),+ $(,)?) => {
        mod in_process {
            $(#[tokio::test]
            async fn $test() {
                let cache = platform::cache::Cache::in_process(1 << 20);
                super::$test(cache.clone(), cache).await;
            })+
        }

        mod shared {
            $(#[tokio::test]
            async fn $test() {
                let config = crate::support::redis::config();
                // Two processes, each with its connection.
                super::$test(super::server(&config).cache("probe"), super::server(&config).cache("probe")).await;
            })+
        }
    };
}

on_both_caches!(
    what_one_process_keeps_another_finds,
    what_was_computed_before_a_change_does_not_come_back_after_it,
    federations_and_services_do_not_see_each_others_values,
);

async fn fill(cache: &Cache, tenant: TenantId, key: &str, value: &'static str) {
    if let Lookup::Miss(miss) = cache.get(tenant, key).await {
        cache.put(miss, value).await;
    }
}

async fn look(cache: &Cache, tenant: TenantId, key: &str) -> Option<Bytes> {
    match cache.get(tenant, key).await {
        Lookup::Hit(value) => Some(value),
        Lookup::Miss(_) => None,
    }
}

async fn what_one_process_keeps_another_finds(one: Cache, other: Cache) {
    fill(&one, NORTH, "standings", "of the north").await;
    assert_eq!(look(&other, NORTH, "standings").await.as_deref(), Some(b"of the north".as_slice()));
    other.invalidate(NORTH, "standings").await.expect("told");
    assert_eq!(look(&one, NORTH, "standings").await, None);
}

async fn what_was_computed_before_a_change_does_not_come_back_after_it(one: Cache, other: Cache) {
    let Lookup::Miss(miss) = one.get(NORTH, "standings").await else { panic!("nothing was put") };
    other.invalidate(NORTH, "standings").await.expect("told");
    one.put(miss, "before the change").await;
    assert_eq!(look(&one, NORTH, "standings").await, None);
    fill(&one, NORTH, "standings", "after the change").await;
    assert_eq!(look(&other, NORTH, "standings").await.as_deref(), Some(b"after the change".as_slice()));
}

async fn federations_and_services_do_not_see_each_others_values(one: Cache, other: Cache) {
    fill(&one, NORTH, "standings", "of the north").await;
    assert_eq!(look(&other, SOUTH, "standings").await, None);
}

#[tokio::test]
async fn services_of_one_server_keep_apart() {
    let server = server(&redis::config());
    fill(&server.cache("scoring"), NORTH, "season/2023", "of scoring").await;
    assert_eq!(look(&server.cache("competition"), NORTH, "season/2023").await, None);
}

/// Who reads and changes while the server dies, is away and comes back.
struct Load {
    config: config::Cache,
    /// What is so, and what every process was told of.
    truth: AtomicU64,
    told: AtomicU64,
    read: AtomicU64,
    stop: AtomicBool,
}

impl Load {
    async fn reads(self: Arc<Self>) {
        let cache = server(&self.config).cache("probe");
        while !self.stop.load(Ordering::SeqCst) {
            let told = self.told.load(Ordering::SeqCst);
            let load = async || Ok(Bytes::from(self.truth.load(Ordering::SeqCst).to_string()));
            let value = cache.get_or_load(NORTH, "standings", load).await.expect("always answered");
            let value: u64 = std::str::from_utf8(&value).expect("text").parse().expect("a number");
            assert!(value >= told, "{value} was read after {told} was told");
            self.read.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Changes what is so, and tells of each change until it is heard.
    async fn changes(self: Arc<Self>) {
        let cache = server(&self.config).cache("probe");
        while !self.stop.load(Ordering::SeqCst) {
            let next = self.truth.fetch_add(1, Ordering::SeqCst) + 1;
            while cache.invalidate(NORTH, "standings").await.is_err() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            self.told.store(next, Ordering::SeqCst);
        }
    }

    async fn goes_on(&self, counter: &AtomicU64) {
        let before = counter.load(Ordering::SeqCst);
        let further = async || (counter.load(Ordering::SeqCst) > before + 50).then_some(());
        eventually("the load goes on", further).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_loss_of_the_server_costs_time_and_no_result() {
    let mut redis = redis::Server::start().await;
    let load = Arc::new(Load {
        config: redis.config(),
        truth: AtomicU64::new(0),
        told: AtomicU64::new(0),
        read: AtomicU64::new(0),
        stop: AtomicBool::new(false),
    });
    let mut running = vec![tokio::spawn(Arc::clone(&load).changes())];
    running.extend((0..8).map(|_| tokio::spawn(Arc::clone(&load).reads())));

    load.goes_on(&load.told).await;
    load.goes_on(&load.read).await;
    for _ in 0..3 {
        redis.kill();
        load.goes_on(&load.read).await;
        redis.go_on().await;
        load.goes_on(&load.told).await;
        load.goes_on(&load.read).await;
    }
    load.stop.store(true, Ordering::SeqCst);
    for task in running {
        task.await.expect("nobody read what was old");
    }
}

#[tokio::test]
async fn news_of_a_job_reach_the_watchers_of_other_processes() {
    let config = redis::config();
    let (worker, watcher) = (server(&config).feed("probe"), server(&config).feed("probe"));
    let stop = CancellationToken::new();
    let running = [worker.clone(), watcher.clone()].map(|feed| {
        let stop = stop.clone();
        tokio::spawn(async move { feed.run(stop).await })
    });
    let job = JobId(Uuid::from_u128(7));
    let mut heard = watcher.subscribe(NORTH, job);
    let progress = Progress { phase: "compute".to_owned(), done: 3, total: 25 };
    let news = News { tenant: NORTH, job, progress: Some((1, progress)) };
    let first = eventually("the news are heard", async || {
        worker.publish(News { tenant: SOUTH, ..news.clone() });
        worker.publish(news.clone());
        tokio::time::timeout(Duration::from_millis(50), watcher.subscribe(NORTH, job).next()).await.ok()?
    });
    assert_eq!(first.await, news);
    assert_eq!(heard.next().await, Some(news));
    stop.cancel();
    for feed in running {
        feed.await.expect("no panic");
    }
}
