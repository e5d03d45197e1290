//! A job is a row in the transaction of whoever wants it.

use std::time::Duration;

use platform::jobs::{Enqueued, Filter, NewJob, Outcome, State};
use sea_orm::{ColumnTrait, EntityTrait};

use super::bench::Bench;
use super::probe::{Act, Close, Probe};

super::on_both_databases!(
    a_job_of_a_transaction_that_was_rolled_back_never_was,
    a_job_and_its_effect_happen_once,
    a_unique_key_counts_jobs_that_have_not_started,
    a_unique_key_is_free_again_after_a_cancel,
    unique_keys_of_tenants_do_not_meet,
    higher_priority_goes_first_then_the_older,
    a_job_for_later_waits_for_its_time,
    an_older_payload_is_upgraded,
    a_payload_that_cannot_be_read_fails_for_good,
    another_tenants_job_is_not_found,
);

async fn a_job_of_a_transaction_that_was_rolled_back_never_was(bench: &Bench) {
    let process = bench.start(1);
    let tx = bench.write(bench.north).await;
    let lost = tx.enqueue(Probe::new("lost", Act::Mark)).await.expect("enqueued").job_id();
    drop(tx);
    let kept = bench.enqueue(bench.north, Probe::new("kept", Act::Mark)).await;
    bench.until(kept, State::Succeeded).await;
    let error = bench.desk().get(&bench.operator(), lost).await.expect_err("it is not there");
    assert_eq!(error.reason(), "JOB_UNKNOWN");
    assert_eq!(bench.stage.runs(), ["kept"]);
    process.stop().await;
}

async fn a_job_and_its_effect_happen_once(bench: &Bench) {
    let process = bench.start(4);
    let mut jobs = Vec::new();
    for label in ["a", "b", "c", "d", "e", "f", "g"] {
        jobs.push(bench.enqueue(bench.north, Probe::new(label, Act::Mark)).await);
    }
    for job in jobs {
        let row = bench.until(job, State::Succeeded).await;
        assert_eq!((row.failures, row.crashes, row.fence), (0, 0, 1));
        let attempts = bench.desk().attempts(&bench.operator(), job).await.expect("attempts");
        assert_eq!(attempts.len(), 1);
        assert_eq!(attempts[0].outcome, Some(Outcome::Succeeded));
        assert_eq!(attempts[0].worker_id, process.system.worker_id());
    }
    let mut marks = bench.marks(bench.north).await;
    marks.sort();
    assert_eq!(marks, ["a", "b", "c", "d", "e", "f", "g"]);
    process.stop().await;
}

async fn a_unique_key_counts_jobs_that_have_not_started(bench: &Bench) {
    let probe = || NewJob::from(Probe::new("only", Act::Hold)).unique("season/2023");
    let tx = bench.write(bench.north).await;
    let first = tx.enqueue(probe()).await.expect("enqueued");
    assert!(matches!(first, Enqueued::New(_)));
    assert_eq!(tx.enqueue(probe()).await.expect("enqueued"), Enqueued::Waiting(first.job_id()));
    tx.commit().await.expect("committed");
    let tx = bench.write(bench.north).await;
    assert_eq!(tx.enqueue(probe()).await.expect("enqueued"), Enqueued::Waiting(first.job_id()));
    drop(tx);

    let process = bench.start(2);
    bench.stage.began("only", 1).await;
    let tx = bench.write(bench.north).await;
    let second = tx.enqueue(probe()).await.expect("enqueued");
    assert!(matches!(second, Enqueued::New(_)), "the first one has started");
    tx.commit().await.expect("committed");
    bench.stage.began("only", 2).await;
    bench.stage.cue("only");
    bench.until(first.job_id(), State::Succeeded).await;
    bench.until(second.job_id(), State::Succeeded).await;
    process.stop().await;
}

async fn a_unique_key_is_free_again_after_a_cancel(bench: &Bench) {
    let probe = || NewJob::from(Probe::new("only", Act::Mark)).unique("key");
    let first = bench.enqueue(bench.north, probe()).await;
    bench.cancel(first).await;
    assert_ne!(bench.enqueue(bench.north, probe()).await, first);
}

async fn unique_keys_of_tenants_do_not_meet(bench: &Bench) {
    let probe = || NewJob::from(Probe::new("only", Act::Mark)).unique("key");
    let north = bench.enqueue(bench.north, probe()).await;
    assert_ne!(bench.enqueue(bench.south, probe()).await, north);
}

async fn higher_priority_goes_first_then_the_older(bench: &Bench) {
    let mut jobs = Vec::new();
    for (label, priority) in [("low", -1), ("usual", 0), ("usual too", 0), ("high", 5)] {
        let job = NewJob::from(Probe::new(label, Act::Mark)).priority(priority);
        jobs.push(bench.enqueue(bench.north, job).await);
    }
    let places = async |job| {
        let row = bench.job(job).await;
        bench.desk().place(&bench.sight_of(bench.north), &row).await.expect("a place")
    };
    assert_eq!(places(jobs[0]).await, Some(3));
    assert_eq!(places(jobs[2]).await, Some(2));
    assert_eq!(places(jobs[3]).await, Some(0));
    let process = bench.start(1);
    for job in jobs {
        bench.until(job, State::Succeeded).await;
    }
    assert_eq!(bench.stage.runs(), ["high", "usual", "usual too", "low"]);
    process.stop().await;
}

async fn a_job_for_later_waits_for_its_time(bench: &Bench) {
    let process = bench.start(1);
    let at = bench.hand.clock().now().plus(Duration::from_secs(90));
    let later = bench.enqueue(bench.north, NewJob::from(Probe::new("later", Act::Mark)).run_at(at)).await;
    let now = bench.enqueue(bench.north, Probe::new("now", Act::Mark)).await;
    bench.until(now, State::Succeeded).await;
    assert_eq!(bench.job(later).await.state, State::Waiting);
    let row = bench.while_time_passes(bench.until(later, State::Succeeded)).await;
    assert!(row.started_at.expect("it began") >= at);
    assert_eq!(bench.stage.runs(), ["now", "later"]);
    process.stop().await;
}

async fn an_older_payload_is_upgraded(bench: &Bench) {
    let job = bench.enqueue(bench.north, Close { season: "2023".to_owned() }).await;
    write_payload(bench, job, 1, r#"{"year": 2021}"#).await;
    let process = bench.start(1);
    bench.until(job, State::Succeeded).await;
    assert_eq!(bench.marks(bench.north).await, ["close 2021"]);
    process.stop().await;
}

async fn a_payload_that_cannot_be_read_fails_for_good(bench: &Bench) {
    let job = bench.enqueue(bench.north, Close { season: "2023".to_owned() }).await;
    write_payload(bench, job, 2, r#"{"season": 2023}"#).await;
    let process = bench.start(1);
    let row = bench.until(job, State::Failed).await;
    let error = row.error.expect("an error");
    assert!(error.contains("payload of close (version 2)"), "{error}");
    process.stop().await;
}

async fn write_payload(bench: &Bench, job: platform::ids::JobId, version: i64, payload: &str) {
    use platform::jobs::Entity;
    type Column = <Entity as EntityTrait>::Column;
    let tx = bench.write(bench.north).await;
    let update = tx.update::<Entity>().filter(Column::JobId.eq(job));
    update.set(Column::Payload, payload).set(Column::PayloadVersion, version).exec().await.expect("written");
    tx.commit().await.expect("committed");
}

async fn another_tenants_job_is_not_found(bench: &Bench) {
    let job = bench.enqueue(bench.north, Probe::new("secret", Act::Mark)).await;
    let (own, other) = (bench.sight_of(bench.north), bench.sight_of(bench.south));
    let desk = bench.desk();
    assert_eq!(desk.get(&own, job).await.expect("its own").job_id, job);
    assert_eq!(desk.get(&other, job).await.expect_err("not its own").reason(), "JOB_UNKNOWN");
    let all = Filter::default();
    assert_eq!(desk.list(&own, &all, 10).await.expect("a list").len(), 1);
    assert_eq!(desk.list(&other, &all, 10).await.expect("a list").len(), 0);
    assert_eq!(desk.list(&bench.operator(), &all, 10).await.expect("a list").len(), 1);
    let tx = bench.write(bench.south).await;
    assert_eq!(desk.cancel(&tx, job).await.expect_err("not its own").reason(), "JOB_UNKNOWN");
    assert_eq!(desk.replay(&tx, job).await.expect_err("not its own").reason(), "JOB_UNKNOWN");
    drop(tx);
    assert!(desk.watch(other, job).await.is_err());
    assert_eq!(bench.job(job).await.state, State::Waiting);
}
