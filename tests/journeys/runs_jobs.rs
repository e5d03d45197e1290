//! Runs are jobs: they come from schedules, are cancelled and replayed.

use std::time::Duration;

use platform::Timestamp;
use proto::platform::v1::job_service_client::JobServiceClient;
use proto::platform::v1::schedule::Timing;
use proto::platform::v1::schedule_service_client::ScheduleServiceClient;
use proto::platform::v1::*;
use proto::scoring::v1::{RunFailed, RunState};
use tonic::Code;
use tonic_types::StatusExt as _;

use super::runs::scored;
use super::season::SEASON;
use super::sheets::Scene;
use crate::support::jobs;
use crate::support::refusal::{refusal, violations};
use crate::support::wait::{as_time_passes, eventually};
use crate::support::world::{World, journeys};

journeys!(
    a_schedule_makes_a_run,
    a_schedule_of_what_is_not_there_is_refused,
    a_scheduled_run_waits_for_the_one_before,
    a_scheduled_run_that_waits_in_vain_has_failed_and_is_told,
    a_cancelled_run_has_failed_and_makes_room,
    a_cancelled_job_that_is_replayed_does_its_run,
);

const SCHEDULE: &str = "year-end-2023";

fn schedule(kind: &str, once_at: Timestamp) -> PutScheduleRequest {
    let schedule = Schedule {
        service: "scoring".to_owned(),
        name: SCHEDULE.to_owned(),
        job_kind: kind.to_owned(),
        subject: [("season".to_owned(), SEASON.to_owned())].into(),
        timing: Some(Timing::OnceAt(once_at.into())),
        ..Schedule::default()
    };
    PutScheduleRequest { schedule: Some(schedule), ..PutScheduleRequest::default() }
}

/// Puts the schedule, due in five seconds.
async fn put_schedule(scene: &Scene<'_>, world: &World) {
    let admin = scene.federation.competition(&scene.federation.admin);
    let due = world.time.clock().now().plus(Duration::from_secs(5));
    let put = ScheduleServiceClient::new(admin).put_schedule(schedule("classify", due)).await.expect("put");
    assert_eq!(put.into_inner().schedule.expect("a schedule").next_at, Some(due.into()));
}

/// The job that the schedule has made, as time passes.
async fn scheduled_job(scene: &Scene<'_>, world: &World) -> String {
    let request = ListScheduleRunsRequest {
        service: "scoring".to_owned(),
        name: SCHEDULE.to_owned(),
        ..ListScheduleRunsRequest::default()
    };
    as_time_passes(&world.time, "the schedule comes due", async || {
        let admin = scene.federation.competition(&scene.federation.admin);
        let runs = ScheduleServiceClient::new(admin).list_schedule_runs(request.clone()).await;
        let run = runs.expect("a page").into_inner().runs.into_iter().next()?;
        assert_eq!(run.outcome(), ScheduleRunOutcome::Enqueued);
        Some(run.job_id)
    })
    .await
}

async fn a_schedule_makes_a_run(world: &World) {
    let scene = scored(world).await;
    let due = world.time.clock().now().plus(Duration::from_secs(5));
    let admin = || scene.federation.competition(&scene.federation.admin);
    let wrong = ScheduleServiceClient::new(admin()).put_schedule(schedule("clasify", due)).await;
    assert_eq!(violations(wrong), ["schedule.job_kind JOB_KIND_UNKNOWN"]);
    put_schedule(&scene, world).await;
    let job = scheduled_job(&scene, world).await;
    let job = jobs::ended(admin(), "scoring", &job).await;
    assert_eq!((job.state(), job.schedule.as_str()), (JobState::Succeeded, SCHEDULE));
    assert_eq!(scene.numbers(RunState::Draft).await, [1]);
    let list = proto::scoring::v1::ListRunsRequest::default();
    let runs = scene.runs_of_admin().list_runs(list).await.expect("a page").into_inner().runs;
    let started = runs[0].started.clone().expect("when");
    assert_eq!((runs[0].job_id.as_str(), started.account_id.as_str()), (job.id.as_str(), ""));
}

async fn a_schedule_of_what_is_not_there_is_refused(world: &World) {
    let scene = scored(world).await;
    let due = world.time.clock().now().plus(Duration::from_secs(5));
    let about = |kind: &str, subject: &[(&str, &str)]| {
        let mut put = schedule(kind, due);
        let subject = subject.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        put.schedule.as_mut().expect("a schedule").subject = subject.collect();
        put
    };
    let admin = scene.federation.competition(&scene.federation.admin);
    for (mut schedules, tenant) in
        [(ScheduleServiceClient::new(admin), ""), (ScheduleServiceClient::new(world.operator()), "vinh-long")]
    {
        let mut refused = async |kind: &str, subject: &[(&str, &str)]| {
            let put = PutScheduleRequest { tenant: tenant.to_owned(), ..about(kind, subject) };
            violations(schedules.put_schedule(put).await)
        };
        let season = [("season", "1999")];
        assert_eq!(refused("classify", &season).await, ["schedule.subject.season SEASON_UNKNOWN"]);
        let season = [("season", "")];
        assert_eq!(refused("classify", &season).await, ["schedule.subject.season FIELD_REQUIRED"]);
        assert_eq!(refused("classify", &[]).await, ["schedule.subject INVALID_ARGUMENT"]);
        let more = [("season", SEASON), ("unit", "vl-01")];
        assert_eq!(refused("classify", &more).await, ["schedule.subject.unit INVALID_ARGUMENT"]);
        let bloc = [("season", SEASON), ("bloc", "cum-9")];
        assert_eq!(refused("standings", &bloc).await, ["schedule.subject.bloc BLOC_UNKNOWN"]);
    }
    let mut wrong = about("deliver", &[("event", "newest")]);
    wrong.schedule.as_mut().expect("a schedule").service = "notifications".to_owned();
    let admin = scene.federation.competition(&scene.federation.admin);
    let refused = ScheduleServiceClient::new(admin).put_schedule(wrong).await;
    assert_eq!(violations(refused), ["schedule.subject.event INVALID_ARGUMENT"]);

    let mut wrong = about("classify", &[("season", "1999")]);
    wrong.schedule.as_mut().expect("a schedule").spread_seconds = 5_000;
    let admin = scene.federation.competition(&scene.federation.admin);
    let refused = ScheduleServiceClient::new(admin).put_schedule(wrong).await.expect_err("refused");
    let details = refused.get_error_details();
    let told = &details.bad_request().expect("what is wrong").field_violations;
    assert_eq!(told.len(), 2, "all faults at once");
    let season = told.iter().find(|one| one.field == "schedule.subject.season").expect("the season");
    assert!(season.description.contains("1999"), "{}", season.description);
}

async fn a_scheduled_run_that_waits_in_vain_has_failed_and_is_told(world: &World) {
    let scene = scored(world).await;
    let tenant = scene.federation.tenant();
    world.hold_jobs("scoring", tenant, true).await;
    let run = scene.start().await.expect("started");
    world.outage.begins("/thidua.competition.v1.GatherService/GatherSeason", Code::Unavailable);
    world.hold_jobs("scoring", tenant, false).await;
    begins(&scene, world, &run.job_id).await;
    put_schedule(&scene, world).await;
    let scheduled = scheduled_job(&scene, world).await;
    eventually("its patience is over", async || {
        let states = [state(&scene, &scheduled).await, state(&scene, &run.job_id).await];
        // Twenty minutes pass while nothing is at work, so that nothing seems to hang: less at a time than a job that has
        // just begun may take to tell of its failure.
        if states == [JobState::Waiting, JobState::Waiting] {
            world.time.advance(Duration::from_secs(12));
        }
        (states[0] == JobState::Failed).then_some(())
    })
    .await;
    assert_eq!(scene.numbers(RunState::Failed).await, [2]);

    let told: Vec<RunFailed> = scene.federation.heard(1).await;
    let met = format!("run 1 of season \"{SEASON}\" waits or is at work since ");
    assert!(told[0].summary.starts_with(&met), "{}", told[0].summary);
    assert_eq!((told[0].run_number, told[0].faults), (2, 0));
    let failed = scene.run(&told[0].run_id).await;
    assert_eq!((failed.job_id.as_str(), failed.error.as_str()), (&*scheduled, &*told[0].summary));
    assert!(failed.finished_at.is_some());
    assert_eq!(scene.job_of(&failed).await.state(), JobState::Failed);

    world.outage.ends();
    eventually("the run that was met has ended", async || {
        let state = state(&scene, &run.job_id).await;
        if state == JobState::Waiting {
            world.time.advance(Duration::from_secs(20));
        }
        (state == JobState::Succeeded).then_some(())
    })
    .await;
    assert_eq!(scene.numbers(RunState::Draft).await, [1]);
}

async fn a_scheduled_run_waits_for_the_one_before(world: &World) {
    let scene = scored(world).await;
    let tenant = scene.federation.tenant();
    put_schedule(&scene, world).await;
    world.hold_jobs("scoring", tenant, true).await;
    let scheduled = scheduled_job(&scene, world).await;
    // Its job comes after that of the schedule, and its run is there already.
    let run = scene.start().await.expect("started");
    world.hold_jobs("scoring", tenant, false).await;
    as_time_passes(&world.time, "both have come to their end", async || {
        (scene.numbers(RunState::Draft).await == [2, 1]).then_some(())
    })
    .await;
    assert_ne!(scheduled, run.job_id);
    assert_eq!((scene.run(&run.id).await.number, run.number), (1, 1));
}

async fn cancel(scene: &Scene<'_>, job: &str) -> Job {
    let admin = scene.federation.competition(&scene.federation.admin);
    let request = CancelJobRequest { service: "scoring".to_owned(), job_id: job.to_owned() };
    JobServiceClient::new(admin)
        .cancel_job(request)
        .await
        .expect("cancelled")
        .into_inner()
        .job
        .expect("a job")
}

async fn replay(scene: &Scene<'_>, job: &str) {
    let admin = scene.federation.competition(&scene.federation.admin);
    let request = ReplayJobRequest { service: "scoring".to_owned(), job_id: job.to_owned() };
    JobServiceClient::new(admin).replay_job(request).await.expect("waiting again");
}

/// A job that was held back begins with one of the looks that the dispatcher takes each second.
pub(super) async fn begins(scene: &Scene<'_>, world: &World, job: &str) {
    as_time_passes(&world.time, "the job begins", async || {
        (state(scene, job).await != JobState::Waiting).then_some(())
    })
    .await;
}

async fn state(scene: &Scene<'_>, job: &str) -> JobState {
    let request = GetJobRequest { service: "scoring".to_owned(), job_id: job.to_owned() };
    let admin = scene.federation.competition(&scene.federation.admin);
    let job = JobServiceClient::new(admin).get_job(request).await.expect("a job");
    job.into_inner().job.expect("a job").state()
}

async fn a_cancelled_run_has_failed_and_makes_room(world: &World) {
    let scene = scored(world).await;
    let tenant = scene.federation.tenant();
    world.hold_jobs("scoring", tenant, true).await;
    let first = scene.start().await.expect("started");
    assert_eq!(cancel(&scene, &first.job_id).await.state(), JobState::Cancelled);
    let shown = scene.run(&first.id).await;
    assert_eq!(shown.state(), RunState::Failed);
    assert_eq!(shown.error, "the job of the run was cancelled");
    let second = scene.start().await.expect("nothing is in its way");
    assert_eq!(second.number, 2);
    world.hold_jobs("scoring", tenant, false).await;
    begins(&scene, world, &second.job_id).await;
    scene.job_of(&second).await;
    assert_eq!(scene.numbers(RunState::Draft).await, [2]);

    // The first run is over; its job does another one.
    replay(&scene, &first.job_id).await;
    assert_eq!(scene.job_of(&first).await.state(), JobState::Succeeded);
    assert_eq!(scene.numbers(RunState::Draft).await, [3, 2]);
    assert_eq!(scene.numbers(RunState::Failed).await, [1]);
    let done = ReplayJobRequest { service: "scoring".to_owned(), job_id: first.job_id };
    let admin = scene.federation.competition(&scene.federation.admin);
    let done = JobServiceClient::new(admin).replay_job(done).await;
    assert_eq!(refusal(done), (Code::FailedPrecondition, "JOB_STATE".to_owned()));
}

async fn a_cancelled_job_that_is_replayed_does_its_run(world: &World) {
    let scene = scored(world).await;
    let tenant = scene.federation.tenant();
    world.hold_jobs("scoring", tenant, true).await;
    let run = scene.start().await.expect("started");
    cancel(&scene, &run.job_id).await;
    replay(&scene, &run.job_id).await;
    assert_eq!(scene.run(&run.id).await.state(), RunState::Queued);
    world.hold_jobs("scoring", tenant, false).await;
    begins(&scene, world, &run.job_id).await;
    let drafted = async || Some(scene.run(&run.id).await).filter(|run| run.state() == RunState::Draft);
    assert_eq!(eventually("the run is a draft", drafted).await.number, 1);
}
