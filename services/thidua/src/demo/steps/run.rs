//! Waiting for the run that the schedule starts, with its job's progress.

use std::time::Duration;

use proto::platform::v1::job_service_client::JobServiceClient;
use proto::platform::v1::{Job, JobState, WatchJobRequest};
use proto::scoring::v1::run_service_client::RunServiceClient;
use proto::scoring::v1::{ListRunFaultsRequest, ListRunsRequest, Run, RunState};
use tonic::Request;

use super::schedule::{self, SCORING};
use crate::demo::call::{Failure, PAGE, Result};
use crate::demo::stage::Stage;

/// The pause between two looks whether the schedule has come due.
const LOOK: Duration = Duration::from_millis(100);
/// The longest time without a job. A platform whose leader was killed on PostgreSQL needs the time of a lease.
const PATIENCE: Duration = Duration::from_secs(180);
/// Faults of a campaign that are told.
const TOLD: u32 = 20;

/// The run of the season that is published, else the newest that the demo's schedule has started: those that other people
/// have started are theirs.
pub(super) async fn own(stage: &Stage) -> Result<Option<Run>> {
    let request = ListRunsRequest { season: stage.season(), page_size: PAGE, ..ListRunsRequest::default() };
    let rpc = async |c, r| RunServiceClient::new(c).list_runs(r).await;
    let mut runs = stage.ask(stage.admin()?, request, rpc).await?.runs;
    if let Some(published) = runs.iter().position(|run| run.state() == RunState::Published) {
        return Ok(Some(runs.swap_remove(published)));
    }
    let scheduled = schedule::runs(stage).await?;
    Ok(runs.into_iter().find(|run| scheduled.iter().any(|started| started.job_id == run.job_id)))
}

/// Until the season has a draft or a published run.
pub(super) async fn wait(stage: &Stage) -> Result<()> {
    let waiting = stage.clock.stopwatch();
    loop {
        match own(stage).await? {
            Some(run) => match run.state() {
                RunState::Draft | RunState::Published => return Ok(()),
                RunState::Failed => return Err(failed(stage, &run).await?),
                RunState::Rejected => {
                    let why = format!("run {} was rejected: {}", run.number, run.rejection_reason);
                    return Err(Failure::new(why));
                }
                RunState::Queued | RunState::Running | RunState::Unspecified => {
                    watch(stage, run.job_id).await?;
                }
            },
            None => match started_by_schedule(stage).await? {
                Some(job) => watch(stage, job).await?,
                None if waiting.elapsed() > PATIENCE => {
                    let why = "the schedule has started nothing; is a leader of scoring at work?";
                    return Err(Failure::new(why));
                }
                None => {}
            },
        }
        stage.clock.sleep(LOOK).await;
    }
}

/// The job that the schedule made.
async fn started_by_schedule(stage: &Stage) -> Result<Option<String>> {
    match schedule::get(stage).await? {
        Some(schedule) if schedule.paused => {
            Err(Failure::new(format!("the schedule {} is paused", schedule.name)))
        }
        _ => {
            let runs = schedule::runs(stage).await?;
            Ok(runs.into_iter().map(|run| run.job_id).find(|job| !job.is_empty()))
        }
    }
}

/// Shows the job until it has ended, or its stream has.
async fn watch(stage: &Stage, job_id: String) -> Result<()> {
    let admin = stage.actors.by(stage.admin()?).await?;
    let request = WatchJobRequest { service: SCORING.to_owned(), job_id };
    let mut client = JobServiceClient::new(admin.connection.clone());
    let answer = client.watch_job(Request::new(request)).await;
    let mut changes = answer.map_err(|status| admin.refused::<WatchJobRequest>(&status))?.into_inner();
    // A stream that breaks is no matter: the run is looked at again.
    while let Ok(Some(change)) = changes.message().await {
        if let Some(job) = change.job {
            stage.row.job(&text(&job));
        }
    }
    Ok(())
}

fn text(job: &Job) -> String {
    let name = format!("{} {}", job.kind, job.subject.get("season").map_or("", String::as_str));
    let progress = job.progress.as_ref().filter(|progress| !progress.phase.is_empty());
    match (job.state(), progress) {
        (JobState::Waiting, _) => match job.queue_place {
            Some(place) if place > 0 => format!("{name}: waits behind {place} others"),
            _ => format!("{name}: waits"),
        },
        (JobState::Running, Some(progress)) if progress.total > 0 => {
            format!("{name}: {} {}/{}", progress.phase, progress.done, progress.total)
        }
        (JobState::Running, Some(progress)) => format!("{name}: {}", progress.phase),
        (JobState::Running, None) => format!("{name}: runs"),
        (JobState::Succeeded, _) => format!("{name}: done"),
        _ => format!("{name}: {}", job.last_error),
    }
}

/// Why a run failed, with the faults of its campaign.
async fn failed(stage: &Stage, run: &Run) -> Result<Failure> {
    let mut why = format!("run {} failed", run.number);
    if !run.error.is_empty() {
        why += &format!(": {}; try again with: thidua job replay", run.error);
    }
    if run.faults > 0 {
        let request =
            ListRunFaultsRequest { run_id: run.id.clone(), page_size: TOLD, page_token: String::new() };
        let rpc = async |c, r| RunServiceClient::new(c).list_run_faults(r).await;
        why += &format!(": the campaign has {} faults", run.faults);
        for fault in stage.ask(stage.admin()?, request, rpc).await?.faults {
            why += &format!("\n  {}: {}", fault.pointer, fault.message);
        }
    }
    Ok(Failure::new(why))
}
