//! People stop jobs, and put them back.

use platform::db::SystemUse;
use platform::jobs::{Outcome, State};

use super::bench::Bench;
use super::probe::{Act, Probe};

super::on_both_databases!(
    a_waiting_job_is_cancelled_at_once,
    a_running_job_hears_that_it_is_cancelled,
    a_job_that_does_not_listen_cannot_commit_after_a_cancel,
    a_cancelled_job_does_not_go_back_when_its_process_ends,
    what_has_ended_cannot_be_cancelled,
    a_failed_job_is_replayed_with_a_fresh_budget,
    a_cancelled_job_is_replayed_and_others_are_not,
);

async fn a_waiting_job_is_cancelled_at_once(bench: &Bench) {
    let job = bench.enqueue(bench.north, Probe::new("unwanted", Act::Mark)).await;
    bench.cancel(job).await;
    assert_eq!(bench.job(job).await.state, State::Cancelled);
    let process = bench.start(1);
    let next = bench.enqueue(bench.north, Probe::new("wanted", Act::Mark)).await;
    bench.until(next, State::Succeeded).await;
    assert_eq!(bench.stage.runs(), ["wanted"]);
    process.stop().await;
}

async fn a_running_job_hears_that_it_is_cancelled(bench: &Bench) {
    let process = bench.start(1);
    let job = bench.enqueue(bench.north, Probe::new("unwanted", Act::Hold)).await;
    bench.stage.began("unwanted", 1).await;
    bench.cancel(job).await;
    let row = bench.until(job, State::Cancelled).await;
    assert_eq!((row.failures, row.crashes), (0, 0));
    let attempts = bench.desk().attempts(&bench.operator(), job).await.expect("attempts");
    assert_eq!(attempts[0].outcome, Some(Outcome::Cancelled));
    assert_eq!(bench.marks(bench.north).await, Vec::<String>::new());
    process.stop().await;
}

async fn a_job_that_does_not_listen_cannot_commit_after_a_cancel(bench: &Bench) {
    let process = bench.start(1);
    let job = bench.enqueue(bench.north, Probe::new("deaf", Act::Deaf)).await;
    bench.stage.began("deaf", 1).await;
    bench.cancel(job).await;
    assert_eq!(bench.job(job).await.state, State::Running);
    bench.stage.cue("deaf");
    bench.until(job, State::Cancelled).await;
    assert_eq!(bench.marks(bench.north).await, Vec::<String>::new());
    process.stop().await;
}

async fn a_cancelled_job_does_not_go_back_when_its_process_ends(bench: &Bench) {
    let process = bench.start(1);
    let job = bench.enqueue(bench.north, Probe::new("deaf", Act::Deaf)).await;
    bench.stage.began("deaf", 1).await;
    bench.cancel(job).await;
    process.begin_stop();
    bench.while_time_passes(process.ended()).await;
    assert_eq!(bench.job(job).await.state, State::Cancelled);
    let attempts = bench.desk().attempts(&bench.operator(), job).await.expect("attempts");
    assert_eq!(attempts[0].outcome, Some(Outcome::Cancelled));
}

async fn what_has_ended_cannot_be_cancelled(bench: &Bench) {
    let process = bench.start(1);
    let job = bench.enqueue(bench.north, Probe::new("done", Act::Mark)).await;
    bench.until(job, State::Succeeded).await;
    let tx = bench.write(bench.north).await;
    let error = bench.desk().cancel(&tx, job).await.expect_err("it is over");
    assert_eq!(error.reason(), "JOB_STATE");
    assert!(error.to_string().contains("is succeeded"), "{error}");
    process.stop().await;
}

async fn a_failed_job_is_replayed_with_a_fresh_budget(bench: &Bench) {
    let process = bench.start(1);
    let job = bench.enqueue(bench.north, Probe::new("second wind", Act::Stumble { times: 3 })).await;
    let row = bench.while_time_passes(bench.until(job, State::Failed)).await;
    assert_eq!(row.failures, 3);
    bench.replay(job).await;
    let row = bench.until(job, State::Succeeded).await;
    assert_eq!((row.failures, row.fence), (0, 4));
    let attempts = bench.desk().attempts(&bench.operator(), job).await.expect("attempts");
    assert_eq!(attempts.len(), 4, "the history stays");
    process.stop().await;
}

async fn a_cancelled_job_is_replayed_and_others_are_not(bench: &Bench) {
    let job = bench.enqueue(bench.north, Probe::new("wanted after all", Act::Mark)).await;
    let tx = bench.db.system_write(SystemUse::JobOperations).await.expect("a transaction");
    let error = bench.desk().replay(&tx, job).await.expect_err("it waits");
    assert_eq!(error.reason(), "JOB_STATE");
    drop(tx);
    bench.cancel(job).await;
    bench.replay(job).await;
    let process = bench.start(1);
    bench.until(job, State::Succeeded).await;
    assert_eq!(bench.marks(bench.north).await, ["wanted after all"]);
    process.stop().await;
}
