//! How attempts end, and what that means for the job.

use platform::jobs::{NewJob, Outcome, State};
use platform::metrics::Metrics;
use platform::trace::{self, Trace};

use super::bench::{Bench, Process};
use super::probe::{Act, Brief, Probe};
use crate::support::wait::eventually;

super::on_both_databases!(
    what_may_pass_is_tried_again_after_a_back_off,
    a_spent_budget_fails_the_job_and_tells_who_waits,
    a_final_failure_is_not_tried_again,
    a_failure_may_keep_something,
    a_panic_is_a_failure_with_its_text,
    what_takes_too_long_is_cut_off,
    parts_that_were_committed_stay,
    figures_count_what_happened,
    depth_is_shown_by_the_leader_alone,
    a_job_belongs_to_the_trace_of_who_wanted_it,
);

async fn what_may_pass_is_tried_again_after_a_back_off(bench: &Bench) {
    let process = bench.start(1);
    let job = bench.enqueue(bench.north, Probe::new("stumbling", Act::Stumble { times: 2 })).await;
    let once = bench.until_so(job, |row| row.failures == 1).await;
    assert_eq!(once.state, State::Waiting);
    assert!(once.run_at > bench.hand.clock().now(), "it backs off");
    assert_eq!(once.error.as_deref(), Some("stumbled over attempt 1"));
    assert_eq!(bench.stage.runs_of("stumbling"), 1);
    let done = bench.while_time_passes(bench.until(job, State::Succeeded)).await;
    assert_eq!((done.failures, done.crashes, done.error), (2, 0, None));
    let attempts = bench.desk().attempts(&bench.operator(), job).await.expect("attempts");
    let outcomes: Vec<_> = attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [Some(Outcome::Failed), Some(Outcome::Failed), Some(Outcome::Succeeded)]);
    assert_eq!(attempts[1].error.as_deref(), Some("stumbled over attempt 2"));
    assert_eq!(bench.marks(bench.north).await, ["stumbling"]);
    process.stop().await;
}

async fn a_spent_budget_fails_the_job_and_tells_who_waits(bench: &Bench) {
    let process = bench.start(1);
    let job = NewJob::from(Probe::new("hopeless", Act::Stumble { times: 99 })).max_failures(2);
    let job = bench.enqueue(bench.north, job).await;
    let row = bench.while_time_passes(bench.until(job, State::Failed)).await;
    assert_eq!(row.failures, 2);
    assert!(row.finished_at.is_some());
    assert_eq!(bench.stage.runs_of("hopeless"), 2);
    assert_eq!(bench.marks(bench.north).await, ["hopeless failed: stumbled over attempt 2"]);
    process.stop().await;
}

async fn a_final_failure_is_not_tried_again(bench: &Bench) {
    let process = bench.start(1);
    let job = bench.enqueue(bench.north, Probe::new("wrong", Act::Fail)).await;
    let row = bench.until(job, State::Failed).await;
    assert_eq!((row.failures, row.error.as_deref()), (1, Some("it cannot be done")));
    assert_eq!(bench.marks(bench.north).await, ["wrong failed: it cannot be done"]);
    process.stop().await;
}

async fn a_failure_may_keep_something(bench: &Bench) {
    let process = bench.start(1);
    let job = bench.enqueue(bench.north, Probe::new("faulty", Act::Spoil)).await;
    let row = bench.until(job, State::Failed).await;
    assert_eq!(row.error.as_deref(), Some("spoilt"));
    assert_eq!(bench.marks(bench.north).await, ["faulty"]);
    process.stop().await;
}

async fn a_panic_is_a_failure_with_its_text(bench: &Bench) {
    let process = bench.start(1);
    let job = NewJob::from(Probe::new("clumsy", Act::Panic)).max_failures(1);
    let job = bench.enqueue(bench.north, job).await;
    let row = bench.until(job, State::Failed).await;
    assert_eq!(row.error.as_deref(), Some("panicked: the probe fell off the table"));
    let next = bench.enqueue(bench.north, Probe::new("next", Act::Mark)).await;
    bench.until(next, State::Succeeded).await;
    process.stop().await;
}

async fn what_takes_too_long_is_cut_off(bench: &Bench) {
    let process = bench.start(1);
    let job = bench.enqueue(bench.north, Brief {}).await;
    bench.stage.began("brief", 1).await;
    let row = bench.while_time_passes(bench.until(job, State::Failed)).await;
    assert_eq!(row.error.as_deref(), Some("took longer than 5 s"));
    process.stop().await;
}

async fn parts_that_were_committed_stay(bench: &Bench) {
    let process = bench.start(1);
    let job = bench.enqueue(bench.north, Probe::new("long", Act::InParts)).await;
    bench.stage.began("long", 1).await;
    bench.stage.cue("long");
    bench.until(job, State::Succeeded).await;
    assert_eq!(bench.marks(bench.north).await, ["long began", "long"]);
    process.stop().await;
}

async fn figures_count_what_happened(bench: &Bench) {
    let process = bench.start(1);
    for (label, act, state) in [("good", Act::Mark, State::Succeeded), ("bad", Act::Fail, State::Failed)] {
        let job = bench.enqueue(bench.north, Probe::new(label, act)).await;
        bench.until(job, state).await;
    }
    let later = bench.hand.clock().now().plus(std::time::Duration::from_secs(3600));
    bench.enqueue(bench.north, NewJob::from(Probe::new("later", Act::Mark)).run_at(later)).await;
    process.stop().await;
    bench.enqueue(bench.north, Probe::new("due", Act::Mark)).await;
    let figures = process.system.figures().await.expect("figures");
    let fast = figures[0];
    assert_eq!((fast.waiting, fast.in_flight), (1, 0));
    assert_eq!((fast.started, fast.ended, fast.succeeded, fast.failed, fast.retried), (2, 2, 1, 1, 0));
    assert_eq!((figures[1].started, figures[1].waiting), (0, 0));
}

async fn depth_is_shown_by_the_leader_alone(bench: &Bench) {
    let (leads, works) = (bench.start(0), Process::new(bench.system(), &bench.db));
    works.work(1);
    let [of_leader, of_worker] = [&leads, &works].map(|process| {
        let metrics = Metrics::new();
        metrics.watch(process.system.clone());
        metrics
    });
    let depth = "thidua_jobs_waiting{service=\"probe_jobs\",lane=\"fast\"} 0";
    eventually("the leader shows it", async || {
        of_leader.read().await.expect("a text").contains(depth).then_some(())
    })
    .await;
    let job = bench.enqueue(bench.north, Probe::new("counted", Act::Mark)).await;
    bench.until(job, State::Succeeded).await;
    leads.stop().await;
    works.stop().await;
    let text = of_leader.read().await.expect("a text");
    assert!(!text.contains("thidua_jobs_waiting{") && !text.contains("thidua_events_waiting{"), "{text}");
    let text = of_worker.read().await.expect("a text");
    assert!(!text.contains("thidua_jobs_waiting{"), "{text}");
    let ended = "thidua_jobs_ended_total{service=\"probe_jobs\",lane=\"fast\",tenant=\"north\",outcome=\"succeeded\"} 1";
    assert!(text.contains(ended), "{text}");
}

async fn a_job_belongs_to_the_trace_of_who_wanted_it(bench: &Bench) {
    let process = bench.start(1);
    let trace = Trace::start([7; 16], [8; 8]);
    let enqueue = bench.enqueue(bench.north, Probe::new("traced", Act::Mark));
    let job = trace::within(trace.clone(), Box::pin(enqueue)).await;
    bench.until(job, State::Succeeded).await;
    let [seen] = &bench.stage.traces()[..] else { panic!("it ran once") };
    assert_eq!(seen.id(), trace.id());
    assert_ne!(seen.span_id(), trace.span_id(), "it is a step of its own");
    process.stop().await;
}
