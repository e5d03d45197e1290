//! Schedules make jobs when their time comes: once each, in their zone, at their tenant's own offset.

use std::time::Duration;

use platform::Timestamp;
use platform::db::TenantTx;
use platform::ids::TenantId;
use platform::jobs::{Filter, JobRow, NewJob, State, Subject};
use platform::schedules::{Missed, NewSchedule, RunOutcome, ScheduleRow, ScheduleRun, Timing, plan};
use platform::tenants::Status;

use super::bench::{Bench, START};
use super::probe::Close;

super::on_both_databases!(
    a_schedule_fires_in_its_zone_and_again,
    an_instant_fires_once,
    the_offset_of_a_tenant_is_added,
    missed_runs_are_run_once,
    missed_runs_are_skipped,
    missed_runs_are_all_run_up_to_the_bound,
    a_job_that_still_waits_stands_for_the_next_occurrence,
    a_paused_schedule_fires_when_it_is_resumed,
    two_leaders_fire_an_occurrence_once,
    a_suspended_tenant_gets_no_job,
    a_wrong_schedule_is_refused_with_all_its_faults,
    a_replaced_schedule_follows_its_new_plan,
    a_schedule_of_which_no_job_can_be_made_is_paused_and_others_fire,
    what_has_fired_does_not_fire_again_when_it_is_put_again,
    a_schedule_that_is_put_again_misses_nothing,
    schedules_of_another_tenant_are_not_seen,
);

const HOUR: Duration = Duration::from_secs(3600);

/// Each full hour. The test begins 13 minutes and 20 seconds after one.
fn hourly() -> NewSchedule {
    NewSchedule {
        name: "close".to_owned(),
        job_kind: "close".to_owned(),
        subject: Subject::from([("season".to_owned(), "2023".to_owned())]),
        timing: Timing::Cron { cron: "0 * * * *".to_owned(), zone: String::new() },
        missed: Missed::RunOnce,
        spread_seconds: 0,
    }
}

async fn put(bench: &Bench, tenant: TenantId, schedule: &NewSchedule) -> ScheduleRow {
    let tx = bench.write(tenant).await;
    let row = bench.system().schedules().put(&tx, tenant, schedule, None).await.expect("put");
    tx.commit().await.expect("committed");
    row
}

async fn schedule(bench: &Bench, tenant: TenantId) -> ScheduleRow {
    let tx = TenantTx::read(&bench.db, &bench.member(tenant)).await.expect("a transaction");
    bench.system().schedules().get(&tx, tenant, "close").await.expect("it is there")
}

/// What came due, the oldest first.
async fn runs(bench: &Bench, tenant: TenantId) -> Vec<ScheduleRun> {
    let tx = TenantTx::read(&bench.db, &bench.member(tenant)).await.expect("a transaction");
    let mut runs = bench.system().schedules().runs(&tx, tenant, "close", 100, None).await.expect("runs");
    runs.reverse();
    runs
}

/// Waits until so many occurrences have come due.
async fn came_due(bench: &Bench, tenant: TenantId, count: usize) -> Vec<ScheduleRun> {
    loop {
        let runs = runs(bench, tenant).await;
        if runs.len() >= count {
            return runs;
        }
        tokio::task::yield_now().await;
    }
}

/// Waits until the latest occurrence has this outcome.
async fn came_due_so(bench: &Bench, tenant: TenantId, outcome: RunOutcome) -> Vec<ScheduleRun> {
    loop {
        let runs = runs(bench, tenant).await;
        if runs.last().is_some_and(|run| run.outcome == outcome) {
            return runs;
        }
        tokio::task::yield_now().await;
    }
}

async fn jobs(bench: &Bench) -> Vec<JobRow> {
    let mut rows = bench.desk().list(&bench.operator(), &Filter::default(), 1000).await.expect("a list");
    rows.reverse();
    rows
}

fn hour(count: u32) -> Timestamp {
    // 22:13:20 UTC is 800 s past the hour.
    START.minus(Duration::from_secs(800)).plus(HOUR * count)
}

async fn a_schedule_fires_in_its_zone_and_again(bench: &Bench) {
    let daily = NewSchedule {
        timing: Timing::Cron { cron: "0 6 * * *".to_owned(), zone: String::new() },
        ..hourly()
    };
    let row = put(bench, bench.north, &daily).await;
    // Six in the morning in Viet Nam is 23:00 UTC of the day before.
    assert_eq!(row.next_at.map(|at| at.to_string()), Some("2023-11-14T23:00:00Z".to_owned()));
    let process = bench.start(1);
    bench.hand.advance_to(row.next_at.expect("it is planned"));
    let first = bench.while_time_passes(came_due(bench, bench.north, 1)).await;
    assert_eq!(first[0].outcome, RunOutcome::Enqueued);
    let job = bench.until(first[0].job_id.expect("a job"), State::Succeeded);
    let job = bench.while_time_passes(job).await;
    assert_eq!((job.schedule.as_deref(), job.subject()), (Some("close"), daily.subject));
    let row = schedule(bench, bench.north).await;
    assert_eq!(row.next_at.map(|at| at.to_string()), Some("2023-11-15T23:00:00Z".to_owned()));
    assert_eq!(row.last_at.map(|at| at.to_string()), Some("2023-11-14T23:00:00Z".to_owned()));
    process.stop().await;
    bench.hand.advance_to(row.next_at.expect("it is planned"));
    let process = bench.start(1);
    let both = bench.while_time_passes(came_due(bench, bench.north, 2)).await;
    bench.while_time_passes(bench.until(both[1].job_id.expect("a job"), State::Succeeded)).await;
    assert_eq!(bench.marks(bench.north).await, ["close 2023", "close 2023"]);
    process.stop().await;
}

async fn an_instant_fires_once(bench: &Bench) {
    let process = bench.start(1);
    let at = bench.hand.clock().now().plus(Duration::from_secs(3));
    put(bench, bench.north, &NewSchedule { timing: Timing::Once(at), spread_seconds: 3600, ..hourly() })
        .await;
    let runs = bench.while_time_passes(came_due(bench, bench.north, 1)).await;
    assert_eq!(runs[0].due_at, at, "an instant has no offset");
    bench.until(runs[0].job_id.expect("a job"), State::Succeeded).await;
    assert_eq!(schedule(bench, bench.north).await.next_at, None);
    process.stop().await;
}

async fn the_offset_of_a_tenant_is_added(bench: &Bench) {
    let spread = NewSchedule { spread_seconds: 3000, ..hourly() };
    for tenant in [bench.north, bench.south] {
        let next_at = put(bench, tenant, &spread).await.next_at.expect("it is planned");
        let own = plan::offset(tenant, Duration::from_secs(3000));
        assert!([0, 1].map(|count| hour(count).plus(own)).contains(&next_at), "{next_at}");
    }
}

async fn missed_runs_are_run_once(bench: &Bench) {
    put(bench, bench.north, &hourly()).await;
    bench.hand.advance(HOUR * 5);
    let process = bench.start(1);
    let runs = bench.while_time_passes(came_due(bench, bench.north, 1)).await;
    assert_eq!((runs.len(), runs[0].due_at, runs[0].outcome), (1, hour(5), RunOutcome::Enqueued));
    assert_eq!(jobs(bench).await.len(), 1);
    assert_eq!(schedule(bench, bench.north).await.next_at, Some(hour(6)));
    process.stop().await;
}

async fn missed_runs_are_skipped(bench: &Bench) {
    put(bench, bench.north, &NewSchedule { missed: Missed::Skip, ..hourly() }).await;
    bench.hand.advance(HOUR * 5);
    let process = bench.start(1);
    let skipped = bench.while_time_passes(came_due(bench, bench.north, 1)).await;
    assert_eq!((skipped.len(), skipped[0].outcome, skipped[0].job_id), (1, RunOutcome::Skipped, None));
    assert_eq!(jobs(bench).await.len(), 0);
    bench.hand.advance_to(hour(6));
    let runs = bench.while_time_passes(came_due(bench, bench.north, 2)).await;
    assert_eq!((runs[1].due_at, runs[1].outcome), (hour(6), RunOutcome::Enqueued));
    process.stop().await;
}

async fn missed_runs_are_all_run_up_to_the_bound(bench: &Bench) {
    put(bench, bench.north, &NewSchedule { missed: Missed::RunAll { bound: 3 }, ..hourly() }).await;
    bench.hand.advance(HOUR * 5);
    let process = bench.start(1);
    let runs = bench.while_time_passes(came_due(bench, bench.north, 3)).await;
    assert_eq!(runs.iter().map(|run| run.due_at).collect::<Vec<_>>(), [hour(3), hour(4), hour(5)]);
    for run in runs {
        bench.while_time_passes(bench.until(run.job_id.expect("a job"), State::Succeeded)).await;
    }
    assert_eq!(bench.marks(bench.north).await.len(), 3);
    process.stop().await;
}

async fn a_job_that_still_waits_stands_for_the_next_occurrence(bench: &Bench) {
    put(bench, bench.north, &hourly()).await;
    let leader = super::bench::Process::new(bench.system(), &bench.db);
    leader.lead();
    bench.hand.advance_to(hour(1));
    let first = bench.while_time_passes(came_due(bench, bench.north, 1)).await;
    bench.hand.advance_to(hour(2));
    let runs = bench.while_time_passes(came_due(bench, bench.north, 2)).await;
    assert_eq!((runs[1].outcome, runs[1].job_id), (RunOutcome::AlreadyWaiting, first[0].job_id));
    assert_eq!(jobs(bench).await.len(), 1);
    leader.stop().await;
}

async fn a_paused_schedule_fires_when_it_is_resumed(bench: &Bench) {
    put(bench, bench.north, &hourly()).await;
    let schedules = bench.system().schedules();
    let tx = bench.write(bench.north).await;
    assert!(schedules.pause(&tx, bench.north, "close", None).await.expect("paused").paused);
    tx.commit().await.expect("committed");
    let process = bench.start(1);
    bench.hand.advance(HOUR * 2);
    // Another schedule shows that the leader has looked.
    let at = bench.hand.clock().now();
    put(bench, bench.south, &NewSchedule { timing: Timing::Once(at), ..hourly() }).await;
    bench.while_time_passes(came_due(bench, bench.south, 1)).await;
    assert_eq!(runs(bench, bench.north).await, []);
    let tx = bench.write(bench.north).await;
    assert!(!schedules.resume(&tx, bench.north, "close", None).await.expect("resumed").paused);
    tx.commit().await.expect("committed");
    let runs = bench.while_time_passes(came_due(bench, bench.north, 1)).await;
    assert_eq!((runs.len(), runs[0].due_at), (1, hour(2)));
    process.stop().await;
}

async fn two_leaders_fire_an_occurrence_once(bench: &Bench) {
    let missed = Missed::RunAll { bound: 100 };
    put(bench, bench.north, &NewSchedule { missed, ..hourly() }).await;
    let systems = [bench.system(), bench.system()];
    let leaders: Vec<_> = systems
        .into_iter()
        .map(|system| tokio::spawn(async move { Box::pin(system.maintain()).await }))
        .collect();
    for count in 1..=5 {
        bench.hand.advance_to(hour(count));
        bench.while_time_passes(came_due(bench, bench.north, usize::try_from(count).expect("small"))).await;
    }
    leaders.iter().for_each(tokio::task::JoinHandle::abort);
    let jobs = jobs(bench).await;
    assert_eq!(jobs.len(), 5, "{jobs:?}");
}

async fn a_suspended_tenant_gets_no_job(bench: &Bench) {
    put(bench, bench.north, &hourly()).await;
    bench.set_tenant(bench.north, "north", 1, None, Status::Suspended).await;
    let process = bench.start(1);
    bench.hand.advance_to(hour(1));
    let runs = bench.while_time_passes(came_due(bench, bench.north, 1)).await;
    assert_eq!((runs[0].outcome, runs[0].job_id), (RunOutcome::Suspended, None));
    process.stop().await;
}

async fn a_wrong_schedule_is_refused_with_all_its_faults(bench: &Bench) {
    let wrong = NewSchedule {
        name: "Năm 2023".to_owned(),
        job_kind: "close".to_owned(),
        subject: Subject::from([("year".to_owned(), "2023".to_owned())]),
        timing: Timing::Cron { cron: "0 25 * * *".to_owned(), zone: "Asia/Sai_Gon".to_owned() },
        missed: Missed::Skip,
        spread_seconds: 3601,
    };
    let schedules = bench.system().schedules();
    let tx = bench.write(bench.north).await;
    let error = schedules.put(&tx, bench.north, &wrong, None).await.expect_err("refused");
    let mut fields: Vec<_> = error.violations().iter().map(|fault| fault.field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["cron", "name", "spread_seconds", "subject", "zone"]);
    let unknown = NewSchedule { job_kind: "closing".to_owned(), ..hourly() };
    let error = schedules.put(&tx, bench.north, &unknown, None).await.expect_err("refused");
    assert_eq!(error.reason(), "JOB_KIND_UNKNOWN");
    assert!(error.to_string().contains("brief, close, probe"), "{error}");
}

async fn a_replaced_schedule_follows_its_new_plan(bench: &Bench) {
    put(bench, bench.north, &hourly()).await;
    let yearly = Timing::Cron { cron: "0 0 15 12 *".to_owned(), zone: "UTC".to_owned() };
    put(bench, bench.north, &NewSchedule { timing: yearly, ..hourly() }).await;
    let row = schedule(bench, bench.north).await;
    assert_eq!(row.next_at.map(|at| at.to_string()), Some("2023-12-15T00:00:00Z".to_owned()));
}

async fn a_schedule_of_which_no_job_can_be_made_is_paused_and_others_fire(bench: &Bench) {
    let brief = NewSchedule {
        job_kind: "brief".to_owned(),
        timing: Timing::Once(hour(1)),
        subject: Subject::default(),
        ..hourly()
    };
    put(bench, bench.north, &hourly()).await;
    put(bench, bench.south, &brief).await;
    // This leader does not know the kind of the first one any more.
    let narrow = super::bench::Process::new(bench.system_without_close(), &bench.db);
    narrow.lead();
    bench.hand.advance_to(hour(1));
    let failed = bench.while_time_passes(came_due(bench, bench.north, 1)).await;
    assert_eq!((failed[0].due_at, failed[0].outcome, failed[0].job_id), (hour(1), RunOutcome::Failed, None));
    let fired = bench.while_time_passes(came_due(bench, bench.south, 1)).await;
    assert_eq!(fired[0].outcome, RunOutcome::Enqueued);
    let row = schedule(bench, bench.north).await;
    assert!(row.paused);
    assert!(row.fault.as_deref().is_some_and(|fault| fault.starts_with("JOB_KIND_UNKNOWN: ")), "{row:?}");
    narrow.stop().await;

    // Where it can be made, putting it again is enough: the occurrence that failed was missed, and is run.
    let row = put(bench, bench.north, &hourly()).await;
    assert_eq!((row.paused, row.fault), (false, None));
    let process = bench.start(1);
    let runs = bench.while_time_passes(came_due_so(bench, bench.north, RunOutcome::Enqueued)).await;
    assert_eq!(runs.last().map(|run| run.due_at), Some(hour(1)));
    // The other one's job waits for a cue that does not come.
    bench.while_time_passes(process.stop()).await;
}

async fn what_has_fired_does_not_fire_again_when_it_is_put_again(bench: &Bench) {
    let at = START.plus(Duration::from_secs(3));
    let once = |at| NewSchedule { timing: Timing::Once(at), ..hourly() };
    put(bench, bench.north, &once(at)).await;
    let process = bench.start(1);
    bench.while_time_passes(came_due(bench, bench.north, 1)).await;
    // The same one again, another payload at the same instant, and an instant before it: all are over.
    let other =
        NewSchedule { subject: Subject::from([("season".to_owned(), "2024".to_owned())]), ..once(at) };
    for over in [once(at), other, once(START)] {
        assert_eq!(put(bench, bench.north, &over).await.next_at, None);
    }
    // A later instant is not, though it may have passed.
    bench.hand.advance(HOUR);
    let later = at.plus(Duration::from_secs(1));
    assert_eq!(put(bench, bench.north, &once(later)).await.next_at, Some(later));
    let runs = bench.while_time_passes(came_due(bench, bench.north, 2)).await;
    assert_eq!(runs.iter().map(|run| run.due_at).collect::<Vec<_>>(), [at, later]);
    process.stop().await;
}

async fn a_schedule_that_is_put_again_misses_nothing(bench: &Bench) {
    put(bench, bench.north, &hourly()).await;
    bench.hand.advance(HOUR * 2);
    // Nobody has fired it meanwhile.
    let row = put(bench, bench.north, &NewSchedule { missed: Missed::RunAll { bound: 9 }, ..hourly() }).await;
    assert_eq!(row.next_at, Some(hour(1)));
    let process = bench.start(1);
    let runs = bench.while_time_passes(came_due(bench, bench.north, 2)).await;
    assert_eq!(runs.iter().map(|run| run.due_at).collect::<Vec<_>>(), [hour(1), hour(2)]);
    process.stop().await;
}

async fn schedules_of_another_tenant_are_not_seen(bench: &Bench) {
    put(bench, bench.north, &hourly()).await;
    bench.enqueue(bench.south, NewJob::from(Close { season: "2023".to_owned() })).await;
    let schedules = bench.system().schedules();
    let tx = bench.write(bench.south).await;
    let error = schedules.get(&tx, bench.north, "close").await.expect_err("not its own");
    assert_eq!(error.reason(), "SCHEDULE_UNKNOWN");
    assert_eq!(schedules.list(&tx, None).await.expect("a list"), []);
    assert_eq!(
        schedules.pause(&tx, bench.north, "close", None).await.expect_err("not its own").reason(),
        "SCHEDULE_UNKNOWN"
    );
    drop(tx);
    assert!(!schedule(bench, bench.north).await.paused);
}
