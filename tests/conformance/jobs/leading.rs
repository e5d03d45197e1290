//! One process tends the jobs of the service, and another takes over.

use platform::jobs::State;

use super::bench::Bench;
use super::probe::{Act, Probe};

super::on_both_databases!(
    another_process_takes_over_when_the_leader_vanishes,
    a_leader_that_stops_hands_over_at_once,
    two_leaders_for_a_moment_do_no_harm,
);

async fn another_process_takes_over_when_the_leader_vanishes(bench: &Bench) {
    let first = bench.start(1);
    let job = bench.enqueue(bench.north, Probe::new("before", Act::Mark)).await;
    bench.until(job, State::Succeeded).await;
    let second = bench.start(1);
    first.vanish().await;
    let job = bench.enqueue(bench.north, Probe::new("after", Act::Mark)).await;
    bench.while_time_passes(bench.until(job, State::Succeeded)).await;
    assert_eq!(bench.marks(bench.north).await, ["before", "after"]);
    second.stop().await;
}

async fn a_leader_that_stops_hands_over_at_once(bench: &Bench) {
    let first = bench.start(1);
    let job = bench.enqueue(bench.north, Probe::new("before", Act::Mark)).await;
    bench.until(job, State::Succeeded).await;
    let second = bench.start(1);
    let before = bench.hand.clock().now();
    first.stop().await;
    let job = bench.enqueue(bench.north, Probe::new("after", Act::Mark)).await;
    bench.until(job, State::Succeeded).await;
    assert_eq!(bench.hand.clock().now(), before, "no time had to pass");
    second.stop().await;
}

async fn two_leaders_for_a_moment_do_no_harm(bench: &Bench) {
    let (one, two) = (bench.start(2), bench.start(2));
    // Whichever leads, the other now does its work as well.
    let both = [one.system.clone(), two.system.clone()];
    let usurpers: Vec<_> = both
        .into_iter()
        .map(|system| tokio::spawn(async move { Box::pin(system.maintain()).await }))
        .collect();
    let mut jobs = Vec::new();
    for _ in 0..40 {
        jobs.push(bench.enqueue(bench.north, Probe::new("shared", Act::Mark)).await);
    }
    for job in jobs {
        assert_eq!(bench.until(job, State::Succeeded).await.fence, 1);
    }
    assert_eq!(bench.stage.runs_of("shared"), 40);
    assert_eq!(bench.marks(bench.north).await.len(), 40);
    usurpers.iter().for_each(tokio::task::JoinHandle::abort);
    one.stop().await;
    two.stop().await;
}
