//! No tenant holds up another. Counted in jobs, not in seconds on the wall.

use std::collections::BTreeSet;

use platform::ids::{JobId, TenantId};
use platform::jobs::{Filter, State};
use platform::tenants::Status;

use super::bench::Bench;
use super::probe::{Act, Probe};

super::on_both_databases!(
    a_tenant_with_many_jobs_does_not_hold_up_one_with_few,
    shares_follow_the_weights,
    shares_are_of_service_time_not_of_jobs,
    nobody_else_waiting_one_tenant_gets_everything,
    a_quota_bounds_what_is_in_flight,
    jobs_of_a_suspended_tenant_wait,
    the_queue_before_the_workers_stays_short,
);

async fn enqueue_many(bench: &Bench, tenant: TenantId, label: &str, count: usize, act: Act) -> Vec<JobId> {
    let tx = bench.write(tenant).await;
    let mut jobs = Vec::new();
    for _ in 0..count {
        jobs.push(tx.enqueue(Probe::new(label, act.clone())).await.expect("enqueued").job_id());
    }
    tx.commit().await.expect("committed");
    jobs
}

/// Runs begun with this label among the first `first`.
fn among(bench: &Bench, first: usize, label: &str) -> usize {
    bench.stage.runs().iter().take(first).filter(|run| *run == label).count()
}

async fn a_tenant_with_many_jobs_does_not_hold_up_one_with_few(bench: &Bench) {
    enqueue_many(bench, bench.north, "north", 300, Act::Mark).await;
    let few = enqueue_many(bench, bench.south, "south", 10, Act::Mark).await;
    let process = bench.start(2);
    for job in few {
        bench.until(job, State::Succeeded).await;
    }
    assert_eq!(among(bench, 30, "south"), 10, "{:?}", bench.stage.runs());
    process.stop().await;
}

async fn shares_follow_the_weights(bench: &Bench) {
    bench.set_tenant(bench.north, "north", 3, None, Status::Active).await;
    enqueue_many(bench, bench.north, "north", 60, Act::Take { millis: 20 }).await;
    enqueue_many(bench, bench.south, "south", 60, Act::Take { millis: 20 }).await;
    let process = bench.start(1);
    bench.stage.began("north", 30).await;
    let north = among(bench, 40, "north");
    assert!((27..=33).contains(&north), "{north} of 40, {:?}", bench.stage.runs());
    process.stop().await;
}

async fn shares_are_of_service_time_not_of_jobs(bench: &Bench) {
    enqueue_many(bench, bench.north, "long", 10, Act::Take { millis: 500 }).await;
    enqueue_many(bench, bench.south, "short", 60, Act::Take { millis: 50 }).await;
    let process = bench.start(1);
    bench.stage.began("short", 40).await;
    // 40 short ones are worth 4 long ones. At the beginning nobody knows how long they are.
    let runs = bench.stage.runs();
    let long = runs.iter().filter(|run| *run == "long").count();
    assert!((3..=7).contains(&long), "{long} long ones: {runs:?}");
    process.stop().await;
}

async fn nobody_else_waiting_one_tenant_gets_everything(bench: &Bench) {
    let jobs = enqueue_many(bench, bench.north, "held", 4, Act::Hold).await;
    let process = bench.start(4);
    bench.stage.began("held", 4).await;
    bench.stage.cue("held");
    for job in jobs {
        bench.until(job, State::Succeeded).await;
    }
    process.stop().await;
}

async fn a_quota_bounds_what_is_in_flight(bench: &Bench) {
    bench.set_tenant(bench.north, "north", 1, Some(1), Status::Active).await;
    let jobs = enqueue_many(bench, bench.north, "north", 3, Act::Hold).await;
    let free = enqueue_many(bench, bench.south, "south", 3, Act::Mark).await;
    let process = bench.start(4);
    bench.stage.began("north", 1).await;
    for job in free {
        bench.until(job, State::Succeeded).await;
    }
    let mut states = Vec::new();
    for job in &jobs {
        states.push(bench.job(*job).await.state);
    }
    assert_eq!(states, [State::Running, State::Waiting, State::Waiting]);
    bench.stage.cue("north");
    for job in jobs {
        bench.until(job, State::Succeeded).await;
    }
    process.stop().await;
}

async fn jobs_of_a_suspended_tenant_wait(bench: &Bench) {
    bench.set_tenant(bench.north, "north", 1, None, Status::Suspended).await;
    let held = enqueue_many(bench, bench.north, "north", 1, Act::Mark).await;
    let free = enqueue_many(bench, bench.south, "south", 1, Act::Mark).await;
    let process = bench.start(2);
    bench.until(free[0], State::Succeeded).await;
    assert_eq!(bench.job(held[0]).await.state, State::Waiting);
    bench.set_tenant(bench.north, "north", 1, None, Status::Active).await;
    bench.while_time_passes(bench.until(held[0], State::Succeeded)).await;
    process.stop().await;
}

async fn the_queue_before_the_workers_stays_short(bench: &Bench) {
    let jobs = enqueue_many(bench, bench.north, "held", 20, Act::Hold).await;
    let process = bench.start(3);
    bench.stage.began("held", 3).await;
    let out = Filter { states: vec![State::Dispatched, State::Running], ..Filter::default() };
    let in_flight = bench.desk().list(&bench.operator(), &out, 100).await.expect("a list");
    assert_eq!(in_flight.len(), 6, "two for each slot");
    let oldest: BTreeSet<_> = jobs[..6].iter().copied().collect();
    assert_eq!(in_flight.iter().map(|row| row.job_id).collect::<BTreeSet<_>>(), oldest);
    bench.stage.cue("held");
    for job in jobs {
        bench.until(job, State::Succeeded).await;
    }
    process.stop().await;
}
