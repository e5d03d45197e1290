//! What has ended is kept for a while, and then deleted with its history.

use std::time::Duration;

use platform::ids::JobId;
use platform::jobs::{Filter, State};

use super::bench::Bench;
use super::probe::{Act, Probe};

super::on_both_databases!(ended_jobs_are_deleted_after_their_time_and_failed_ones_much_later);

const DAY: Duration = Duration::from_secs(86_400);

async fn ended_jobs_are_deleted_after_their_time_and_failed_ones_much_later(bench: &Bench) {
    let process = bench.start(1);
    let done = bench.enqueue(bench.north, Probe::new("done", Act::Mark)).await;
    let failed = bench.enqueue(bench.north, Probe::new("failed", Act::Fail)).await;
    bench.until(done, State::Succeeded).await;
    bench.until(failed, State::Failed).await;
    process.stop().await;
    let waiting = bench.enqueue(bench.north, Probe::new("waiting", Act::Mark)).await;

    bench.hand.advance(DAY * 29);
    assert_eq!(left(bench).await, [waiting, failed, done]);
    bench.hand.advance(DAY * 2);
    assert_eq!(left(bench).await, [waiting, failed]);
    assert_eq!(bench.desk().attempts(&bench.operator(), done).await.expect("attempts"), []);
    bench.hand.advance(DAY * 340);
    assert_eq!(left(bench).await, [waiting]);
}

/// The jobs that are left, the newest first.
async fn left(bench: &Bench) -> Vec<JobId> {
    bench.system().prune().await.expect("pruned");
    let rows = bench.desk().list(&bench.operator(), &Filter::default(), 100).await.expect("a list");
    rows.iter().map(|row| row.job_id).collect()
}
