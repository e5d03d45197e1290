//! The administrator puts the year-end schedule, due in a few seconds. The platform does the rest.

use std::time::Duration;

use proto::platform::v1::schedule::Timing;
use proto::platform::v1::schedule_service_client::ScheduleServiceClient;
use proto::platform::v1::{
    GetScheduleRequest, ListScheduleRunsRequest, MissedRuns, PutScheduleRequest, Schedule, ScheduleRun,
};

use crate::demo::call::{PAGE, Result};
use crate::demo::stage::Stage;

/// How long after the schedule was put it is due.
const DUE_IN: Duration = Duration::from_secs(3);

/// The service that classifies, and its kind of job.
pub(super) const SCORING: &str = "scoring";
const CLASSIFY: &str = "classify";

fn name(stage: &Stage) -> String {
    format!("year-end-{}", stage.season())
}

pub(super) async fn put(stage: &Stage) -> Result<()> {
    if get(stage).await?.is_some() {
        return Ok(());
    }
    let schedule = Schedule {
        service: SCORING.to_owned(),
        name: name(stage),
        job_kind: CLASSIFY.to_owned(),
        subject: [("season".to_owned(), stage.season())].into(),
        timing: Some(Timing::OnceAt(stage.clock.now().plus(DUE_IN).into())),
        missed_runs: MissedRuns::Once.into(),
        ..Schedule::default()
    };
    let request = PutScheduleRequest { tenant: String::new(), schedule: Some(schedule) };
    let rpc = async |c, r| ScheduleServiceClient::new(c).put_schedule(r).await;
    stage.act(stage.admin()?, request, rpc).await?;
    Ok(())
}

/// The schedule; nothing when it was not put.
pub(super) async fn get(stage: &Stage) -> Result<Option<Schedule>> {
    let request =
        GetScheduleRequest { service: SCORING.to_owned(), name: name(stage), tenant: String::new() };
    let rpc = async |c, r| ScheduleServiceClient::new(c).get_schedule(r).await;
    match stage.ask(stage.admin()?, request, rpc).await {
        Ok(answer) => Ok(answer.schedule),
        Err(failure) if failure.is_not_found() => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// What the schedule did when it came due, the newest first.
pub(super) async fn runs(stage: &Stage) -> Result<Vec<ScheduleRun>> {
    let request = ListScheduleRunsRequest {
        service: SCORING.to_owned(),
        name: name(stage),
        page_size: PAGE,
        ..ListScheduleRunsRequest::default()
    };
    let rpc = async |c, r| ScheduleServiceClient::new(c).list_schedule_runs(r).await;
    Ok(stage.ask(stage.admin()?, request, rpc).await?.runs)
}
