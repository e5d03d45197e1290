//! What gets lost comes back, and what runs twice takes effect once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use platform::Result;
use platform::db::Database;
use platform::ids::{Ids, JobId, TenantId};
use platform::jobs::hand_off::{Delivery, HandOff, InProcess, Message};
use platform::jobs::{JobSettings, Lane, Outcome, State};
use platform::random::Random;

use super::bench::{Bench, Process, START};
use super::probe::{Act, Probe};

super::on_both_databases!(
    a_job_whose_worker_vanished_runs_again_and_takes_effect_once,
    an_attempt_that_lost_its_lease_cannot_commit,
    a_job_that_kills_its_workers_fails_in_the_end,
    duplicate_and_foreign_messages_are_harmless,
    a_lost_message_is_published_again,
    alone_with_its_database_a_process_does_not_wait_for_leases,
    a_soft_stop_lets_jobs_end,
    what_does_not_end_in_time_goes_back_unharmed,
);

async fn outcomes(bench: &Bench, job: JobId) -> Vec<Option<Outcome>> {
    let attempts = bench.desk().attempts(&bench.operator(), job).await.expect("attempts");
    attempts.iter().map(|attempt| attempt.outcome).collect()
}

async fn a_job_whose_worker_vanished_runs_again_and_takes_effect_once(bench: &Bench) {
    let first = bench.start(1);
    let job = bench.enqueue(bench.north, Probe::new("tough", Act::InParts)).await;
    bench.stage.began("tough", 1).await;
    first.vanish().await;
    assert_eq!(bench.job(job).await.state, State::Running);
    let second = bench.start(1);
    bench.while_time_passes(bench.stage.began("tough", 2)).await;
    bench.stage.cue("tough");
    let row = bench.until(job, State::Succeeded).await;
    assert_eq!((row.failures, row.crashes, row.fence), (0, 1, 2));
    assert_eq!(outcomes(bench, job).await, [Some(Outcome::Crashed), Some(Outcome::Succeeded)]);
    let marks = bench.marks(bench.north).await;
    assert_eq!(marks.iter().filter(|mark| *mark == "tough").count(), 1, "{marks:?}");
    second.stop().await;
}

/// A worker whose clock stands still does not notice that its lease is over.
async fn an_attempt_that_lost_its_lease_cannot_commit(bench: &Bench) {
    let frozen = platform::Clock::manual(START);
    let ids = Ids::new(frozen.clock(), Random::system());
    let db = Database::connect(&bench.config, bench.db.service(), ids).await.expect("the database opens");
    let sleepy = Process::new(bench.system_on(&db), &db);
    sleepy.work(1);
    let leader = Process::new(bench.system(), &bench.db);
    leader.lead();
    let job = bench.enqueue(bench.north, Probe::new("contested", Act::Deaf)).await;
    bench.while_time_passes(bench.stage.began("contested", 1)).await;

    let awake = Process::new(bench.system(), &bench.db);
    awake.work(1);
    bench.while_time_passes(bench.stage.began("contested", 2)).await;
    // Now both attempts go on to their ends at once.
    bench.stage.cue("contested");
    let row = bench.until(job, State::Succeeded).await;
    assert_eq!((row.crashes, row.fence), (1, 2));
    assert_eq!(bench.stage.refused("contested").await, "the lease of the job was lost");
    assert_eq!(bench.marks(bench.north).await, ["contested"]);
    assert_eq!(outcomes(bench, job).await, [Some(Outcome::Crashed), Some(Outcome::Succeeded)]);
    leader.stop().await;
    awake.stop().await;
    sleepy.stop().await;
    db.close().await;
}

async fn a_job_that_kills_its_workers_fails_in_the_end(bench: &Bench) {
    let settings = JobSettings { max_crashes: 2, ..JobSettings::default() };
    let bench = &bench.with_settings(settings);
    let job = bench.enqueue(bench.north, Probe::new("deadly", Act::Deaf)).await;
    for times in 1..=2 {
        let process = bench.start(1);
        bench.while_time_passes(bench.stage.began("deadly", times)).await;
        process.vanish().await;
    }
    let last = bench.start(1);
    let row = bench.while_time_passes(bench.until(job, State::Failed)).await;
    assert_eq!((row.failures, row.crashes), (0, 2));
    assert_eq!(row.error.as_deref(), Some("the worker of attempt 2 vanished"));
    assert_eq!(bench.marks(bench.north).await, ["deadly failed: the worker of attempt 2 vanished"]);
    last.stop().await;
}

async fn duplicate_and_foreign_messages_are_harmless(bench: &Bench) {
    let process = bench.start(2);
    let job = bench.enqueue(bench.north, Probe::new("once", Act::Hold)).await;
    bench.stage.began("once", 1).await;
    let later = bench.hand.clock().now().plus(Duration::from_secs(3600));
    let waiting = platform::jobs::NewJob::from(Probe::new("later", Act::Mark)).run_at(later);
    let waiting = bench.enqueue(bench.north, waiting).await;
    let unknown = JobId(bench.db.ids().next());
    for (tenant, job) in [
        (bench.north, job),
        (bench.south, job),
        (bench.north, waiting),
        (bench.north, unknown),
        (TenantId(unknown.0), unknown),
    ] {
        bench.hand_off.publish(Lane::Fast, &[Message { tenant, jobs: vec![job] }]).await.expect("published");
    }
    let last = bench.enqueue(bench.north, Probe::new("last", Act::Mark)).await;
    bench.until(last, State::Succeeded).await;
    bench.stage.cue("once");
    bench.until(job, State::Succeeded).await;
    assert_eq!(bench.stage.runs(), ["once", "last"]);
    assert_eq!(bench.job(waiting).await.state, State::Waiting);
    process.stop().await;
}

/// A hand-off that loses its first message.
struct Lossy(InProcess, AtomicBool);

#[async_trait]
impl HandOff for Lossy {
    async fn publish(&self, lane: Lane, messages: &[Message]) -> Result<()> {
        if self.1.swap(true, Ordering::SeqCst) { self.0.publish(lane, messages).await } else { Ok(()) }
    }

    async fn receive(&self, lane: Lane) -> Result<Delivery> {
        self.0.receive(lane).await
    }
}

async fn a_lost_message_is_published_again(bench: &Bench) {
    let bench = &bench.with_hand_off(Arc::new(Lossy(InProcess::new(), AtomicBool::new(false))));
    let process = bench.start(1);
    let job = bench.enqueue(bench.north, Probe::new("found", Act::Mark)).await;
    bench.until(job, State::Dispatched).await;
    let row = bench.while_time_passes(bench.until(job, State::Succeeded)).await;
    assert_eq!((row.failures, row.crashes, row.fence), (0, 0, 1));
    process.stop().await;
}

async fn alone_with_its_database_a_process_does_not_wait_for_leases(bench: &Bench) {
    let settings = JobSettings { exclusive: true, ..JobSettings::default() };
    let bench = &bench.with_settings(settings);
    let first = bench.start(1);
    let running = bench.enqueue(bench.north, Probe::new("running", Act::Hold)).await;
    let dispatched = bench.enqueue(bench.north, Probe::new("dispatched", Act::Mark)).await;
    bench.stage.began("running", 1).await;
    bench.until(dispatched, State::Dispatched).await;
    first.vanish().await;
    // The queue in memory is gone with the process.
    let bench = &bench.with_hand_off(Arc::new(InProcess::new()));
    let before = bench.hand.clock().now();
    let second = bench.start(2);
    let row = bench.until_so(running, |row| row.crashes == 1).await;
    bench.until(dispatched, State::Succeeded).await;
    assert_eq!(bench.hand.clock().now(), before, "no time had to pass");
    assert_eq!(row.state, State::Waiting);
    bench.stage.cue("running");
    bench.while_time_passes(bench.until(running, State::Succeeded)).await;
    second.stop().await;
}

async fn a_soft_stop_lets_jobs_end(bench: &Bench) {
    let process = bench.start(1);
    let job = bench.enqueue(bench.north, Probe::new("polite", Act::Hold)).await;
    let next = bench.enqueue(bench.north, Probe::new("next", Act::Mark)).await;
    bench.stage.began("polite", 1).await;
    process.begin_stop();
    bench.stage.cue("polite");
    process.ended().await;
    assert_eq!(bench.job(job).await.state, State::Succeeded);
    assert_ne!(bench.job(next).await.state, State::Succeeded);
    assert_eq!(bench.stage.runs(), ["polite"]);
}

async fn what_does_not_end_in_time_goes_back_unharmed(bench: &Bench) {
    let process = bench.start(1);
    let job = bench.enqueue(bench.north, Probe::new("slow", Act::Deaf)).await;
    bench.stage.began("slow", 1).await;
    process.begin_stop();
    bench.while_time_passes(process.ended()).await;
    let row = bench.job(job).await;
    assert_eq!((row.state, row.failures, row.crashes), (State::Waiting, 0, 0));
    assert_eq!(outcomes(bench, job).await, [Some(Outcome::Released)]);
    bench.stage.cue("slow");
    let other = bench.start(1);
    bench.until(job, State::Succeeded).await;
    assert_eq!(bench.marks(bench.north).await, ["slow"]);
    other.stop().await;
}
