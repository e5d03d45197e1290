//! Whoever watches a job sees it come, go on and end.

use platform::jobs::{NewJob, Seen, State};

use super::bench::Bench;
use super::probe::{Act, Probe};

super::on_both_databases!(
    a_watcher_sees_every_step_and_the_end,
    a_waiting_job_has_a_place_that_comes_closer,
    a_job_that_has_ended_is_seen_once,
    progress_reaches_the_row,
);

async fn a_watcher_sees_every_step_and_the_end(bench: &Bench) {
    let job = bench.enqueue(bench.north, Probe::new("climber", Act::Steps { total: 3 })).await;
    let mut watch = bench.desk().watch(bench.sight_of(bench.north), job).await.expect("a watch");
    let first = watch.next().await.expect("no error").expect("it is there");
    assert_eq!((first.row.state, first.place), (State::Waiting, Some(0)));
    let process = bench.start(1);
    for step in 1..=3 {
        bench.stage.cue("climber");
        let seen = until(&mut watch, |seen| seen.row.done == step).await;
        assert_eq!((seen.row.phase.as_str(), seen.row.total), ("climb", 3));
    }
    let last = until(&mut watch, |seen| seen.row.state.is_final()).await;
    assert_eq!((last.row.state, last.row.done, last.row.total), (State::Succeeded, 3, 3));
    assert_eq!(watch.next().await.expect("no error"), None);
    process.stop().await;
}

async fn until(watch: &mut platform::jobs::Watch, wanted: impl Fn(&Seen) -> bool) -> Seen {
    loop {
        let seen = watch.next().await.expect("no error").expect("it has not ended");
        if wanted(&seen) {
            return seen;
        }
    }
}

async fn a_waiting_job_has_a_place_that_comes_closer(bench: &Bench) {
    let mut jobs = Vec::new();
    for _ in 0..4 {
        jobs.push(bench.enqueue(bench.north, Probe::new("queue", Act::Hold)).await);
    }
    let last = bench.enqueue(bench.north, NewJob::from(Probe::new("last", Act::Mark)).priority(-1)).await;
    bench.enqueue(bench.south, Probe::new("elsewhere", Act::Mark)).await;
    let mut watch = bench.desk().watch(bench.sight_of(bench.north), last).await.expect("a watch");
    assert_eq!(watch.next().await.expect("no error").map(|seen| seen.place), Some(Some(4)));
    let process = bench.start(1);
    // Two are handed out to the one slot; the place has no news of its own, so it is looked at as time passes.
    let closer = bench.while_time_passes(until(&mut watch, |seen| seen.place < Some(4))).await;
    assert!(closer.place.is_some_and(|place| place >= 1), "{closer:?}");
    bench.stage.cue("queue");
    bench.while_time_passes(until(&mut watch, |seen| seen.row.state == State::Succeeded)).await;
    process.stop().await;
}

async fn a_job_that_has_ended_is_seen_once(bench: &Bench) {
    let process = bench.start(1);
    let job = bench.enqueue(bench.north, Probe::new("done", Act::Mark)).await;
    bench.until(job, State::Succeeded).await;
    let mut watch = bench.desk().watch(bench.operator(), job).await.expect("a watch");
    assert_eq!(watch.next().await.expect("no error").map(|seen| seen.row.state), Some(State::Succeeded));
    assert_eq!(watch.next().await.expect("no error"), None);
    process.stop().await;
}

async fn progress_reaches_the_row(bench: &Bench) {
    let process = bench.start(1);
    let job = bench.enqueue(bench.north, Probe::new("climber", Act::Steps { total: 2 })).await;
    bench.stage.cue("climber");
    let seen = async {
        while bench.job(job).await.done != 1 {
            tokio::task::yield_now().await;
        }
    };
    bench.while_time_passes(seen).await;
    bench.stage.cue("climber");
    bench.until(job, State::Succeeded).await;
    process.stop().await;
}
