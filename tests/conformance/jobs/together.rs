//! Small jobs of a tenant are claimed, done and ended together, and fall apart without harm.

use std::time::Duration;

use platform::ids::{JobId, TenantId};
use platform::jobs::{LEASE, Outcome, State};

use super::bench::{Bench, Process};
use super::probe::Voice;

super::on_both_databases!(
    due_jobs_of_a_tenant_are_done_together,
    one_that_fails_falls_out_alone,
    a_panic_takes_no_other_along,
    one_that_is_cancelled_leaves_the_others,
    those_that_wait_for_their_turn_keep_their_leases,
    together_they_have_no_more_than_half_a_lease,
    a_vanished_worker_leaves_no_effect_behind,
    a_soft_stop_gives_all_back,
);

/// A process that knows how little such jobs take.
async fn warm(bench: &Bench, slots: u16) -> Process {
    let process = bench.start(slots);
    let job = bench.enqueue(bench.north, Voice::new("warm")).await;
    bench.until(job, State::Succeeded).await;
    // Only what the dispatcher has seen the end of counts as known.
    let next = bench.enqueue(bench.north, Voice::new("up")).await;
    bench.until(next, State::Succeeded).await;
    process
}

async fn sing(bench: &Bench, tenant: TenantId, labels: &[&str]) -> Vec<JobId> {
    bench.enqueue_all(tenant, labels.iter().map(|label| Voice::new(label)).collect()).await
}

async fn all_succeed(bench: &Bench, jobs: &[JobId]) {
    for job in jobs {
        bench.until(*job, State::Succeeded).await;
    }
}

/// The marks of the north but for those of [`warm`].
async fn marks(bench: &Bench) -> Vec<String> {
    let mut marks = bench.marks(bench.north).await;
    marks.retain(|mark| !["warm", "up"].contains(&mark.as_str()));
    marks.sort();
    marks
}

async fn outcomes(bench: &Bench, job: JobId) -> Vec<Option<Outcome>> {
    let attempts = bench.desk().attempts(&bench.operator(), job).await.expect("attempts");
    attempts.iter().map(|attempt| attempt.outcome).collect()
}

async fn due_jobs_of_a_tenant_are_done_together(bench: &Bench) {
    let process = warm(bench, 1).await;
    let jobs = sing(bench, bench.north, &["a", "b", "c", "d", "e", "f", "g"]).await;
    let south = sing(bench, bench.south, &["x", "y"]).await;
    all_succeed(bench, &jobs).await;
    all_succeed(bench, &south).await;
    let runs = bench.stage.runs();
    for together in ["a+b+c+d+e", "f+g", "x+y"] {
        assert!(runs.iter().any(|run| run == together), "{together} in {runs:?}");
    }
    assert_eq!(marks(bench).await, ["a", "b", "c", "d", "e", "f", "g"]);
    assert_eq!(outcomes(bench, jobs[0]).await, [Some(Outcome::Succeeded)]);
    let row = bench.job(jobs[0]).await;
    assert_eq!((row.fence, row.worker_id, row.lease_until), (1, None, None));
    assert!(row.finished_at.is_some());
    process.stop().await;
}

async fn one_that_fails_falls_out_alone(bench: &Bench) {
    let process = warm(bench, 1).await;
    let jobs = sing(bench, bench.north, &["a", "bad", "c"]).await;
    let row = bench.until(jobs[1], State::Failed).await;
    assert_eq!((row.failures, row.error.as_deref()), (1, Some("out of tune")));
    all_succeed(bench, &[jobs[0], jobs[2]]).await;
    assert_eq!(marks(bench).await, ["a", "c"], "once each");
    assert_eq!(bench.stage.runs_of("a+bad+c"), 1);
    assert_eq!(outcomes(bench, jobs[0]).await, [Some(Outcome::Succeeded)], "its first attempt");
    process.stop().await;
}

async fn a_panic_takes_no_other_along(bench: &Bench) {
    let process = warm(bench, 1).await;
    let jobs = sing(bench, bench.north, &["a", "panic", "c"]).await;
    all_succeed(bench, &[jobs[0], jobs[2]]).await;
    let row = bench.until_so(jobs[1], |row| row.failures == 1).await;
    assert_eq!(row.error.as_deref(), Some("panicked: the voice broke"));
    assert_eq!(marks(bench).await, ["a", "c"]);
    process.stop().await;
}

async fn one_that_is_cancelled_leaves_the_others(bench: &Bench) {
    let process = warm(bench, 1).await;
    let jobs = sing(bench, bench.north, &["a", "deaf", "c"]).await;
    bench.stage.began("a+deaf+c", 1).await;
    bench.cancel(jobs[0]).await;
    bench.stage.cue("deaf");
    bench.until(jobs[0], State::Cancelled).await;
    all_succeed(bench, &jobs[1..]).await;
    assert_eq!(marks(bench).await, ["c", "deaf"]);
    process.stop().await;
}

async fn those_that_wait_for_their_turn_keep_their_leases(bench: &Bench) {
    let process = warm(bench, 1).await;
    let jobs = sing(bench, bench.north, &["apart", "b", "c"]).await;
    bench.stage.began("apart", 1).await;
    let until = bench.hand.clock().now().plus(LEASE * 2);
    bench
        .while_time_passes(async {
            let kept =
                async |job| bench.until_so(job, |row| row.lease_until.is_some_and(|at| at >= until)).await;
            kept(jobs[1]).await;
            kept(jobs[2]).await;
        })
        .await;
    bench.stage.cue("apart");
    all_succeed(bench, &jobs).await;
    for job in jobs {
        assert_eq!(outcomes(bench, job).await, [Some(Outcome::Succeeded)]);
    }
    assert_eq!(marks(bench).await, ["apart", "b", "c"]);
    process.stop().await;
}

async fn together_they_have_no_more_than_half_a_lease(bench: &Bench) {
    let process = warm(bench, 1).await;
    let jobs = sing(bench, bench.north, &["a", "deaf", "c"]).await;
    bench.stage.began("a+deaf+c", 1).await;
    bench.while_time_passes(bench.until(jobs[0], State::Succeeded)).await;
    bench.stage.began("deaf", 1).await;
    bench.stage.cue("deaf");
    all_succeed(bench, &jobs).await;
    assert_eq!(marks(bench).await, ["a", "c", "deaf"]);
    assert_eq!(outcomes(bench, jobs[2]).await, [Some(Outcome::Succeeded)]);
    process.stop().await;
}

async fn a_vanished_worker_leaves_no_effect_behind(bench: &Bench) {
    let first = warm(bench, 1).await;
    let jobs = sing(bench, bench.north, &["a", "deaf", "c"]).await;
    bench.stage.began("a+deaf+c", 1).await;
    first.vanish().await;
    let second = bench.start(1);
    bench.while_time_passes(bench.stage.began("deaf", 1)).await;
    bench.stage.cue("deaf");
    bench.while_time_passes(all_succeed(bench, &jobs)).await;
    assert_eq!(marks(bench).await, ["a", "c", "deaf"], "once each");
    assert_eq!(outcomes(bench, jobs[0]).await, [Some(Outcome::Crashed), Some(Outcome::Succeeded)]);
    second.stop().await;
}

async fn a_soft_stop_gives_all_back(bench: &Bench) {
    let settings = platform::jobs::JobSettings { drain: Duration::from_secs(2), ..bench.settings };
    let bench = &bench.with_settings(settings);
    let first = warm(bench, 1).await;
    let jobs = sing(bench, bench.north, &["a", "deaf", "c"]).await;
    bench.stage.began("a+deaf+c", 1).await;
    first.begin_stop();
    bench.while_time_passes(first.ended()).await;
    for job in &jobs {
        let row = bench.job(*job).await;
        assert_eq!((row.state, row.failures, row.crashes), (State::Waiting, 0, 0));
    }
    assert!(marks(bench).await.is_empty());
    bench.stage.cue("deaf");
    let second = bench.start(1);
    bench.while_time_passes(all_succeed(bench, &jobs)).await;
    assert_eq!(marks(bench).await, ["a", "c", "deaf"]);
    second.stop().await;
}
