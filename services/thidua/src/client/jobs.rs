//! Jobs as people name them, and how they are watched.

use std::io::{self, Write as _};
use std::path::Path;

use platform::transport::Connection;
use proto::platform::v1::job_service_client::JobServiceClient;
use proto::platform::v1::{GetJobRequest, GetJobResponse, Job, JobState, WatchJobRequest};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::app::{AnyError, ServiceName};
use crate::show::word;

/// The job with this id, of this service or of whichever has it.
pub(crate) async fn find(
    connection: &Connection,
    service: Option<ServiceName>,
    id: &str,
) -> Result<GetJobResponse, AnyError> {
    let mut client = JobServiceClient::new(connection.clone());
    let services = service.map_or(ServiceName::ALL.to_vec(), |service| vec![service]);
    for asked in &services {
        let request = GetJobRequest { service: asked.to_string(), job_id: id.to_owned() };
        match client.get_job(request).await {
            Ok(found) => return Ok(found.into_inner()),
            Err(status) if services.len() > 1 && is_elsewhere(&status) => {}
            Err(status) => return Err(status.into()),
        }
    }
    Err(format!("no service has a job {id}").into())
}

/// Another service may have it: this one does not, or is not served at this address.
pub(crate) fn is_elsewhere(status: &Status) -> bool {
    let reason = status.get_error_details().error_info().map(|info| info.reason.clone());
    status.code() == Code::NotFound || reason.as_deref() == Some("SERVICE_UNKNOWN")
}

/// Tells on standard error how the job goes on, until it has ended.
pub(crate) async fn watch(connection: &Connection, service: &str, id: &str) -> Result<Job, AnyError> {
    let request = WatchJobRequest { service: service.to_owned(), job_id: id.to_owned() };
    let mut client = JobServiceClient::new(connection.clone());
    let mut answers = client.watch_job(request).await?.into_inner();
    let (mut last, mut told) = (None, String::new());
    while let Some(answer) = answers.message().await? {
        let job = answer.job.unwrap_or_default();
        let line = line(&job);
        if line != told {
            writeln!(io::stderr(), "{line}")?;
            told = line;
        }
        last = Some(job);
    }
    Ok(last.ok_or("the server says nothing of the job")?)
}

/// Says on standard error that a job which was just put into the queue waits, where nothing works on jobs.
pub(crate) fn tell_idle(idle: Option<&Path>, what: &str, job: &str) -> Result<(), AnyError> {
    let Some(directory) = idle.map(Path::display) else { return Ok(()) };
    writeln!(
        io::stderr(),
        "no server runs from {directory}, so {what} waits until one does: thidua start --all --data-dir {directory}\n\
         or within a command: thidua job watch {job} --data-dir {directory}"
    )?;
    Ok(())
}

/// The job's state in one line.
pub(crate) fn line(job: &Job) -> String {
    let mut line = state(job);
    if let (JobState::Waiting, Some(place)) = (job.state(), job.queue_place) {
        line.push_str(&format!(", {place} before it"));
    }
    if let (JobState::Running, Some(progress)) = (job.state(), &job.progress) {
        line.push_str(&format!(", {}", progress.phase));
        if progress.total > 0 {
            line.push_str(&format!(" {} of {}", progress.done, progress.total));
        }
    }
    if !job.last_error.is_empty() {
        line.push_str(&format!(", {}", job.last_error));
    }
    line
}

pub(crate) fn state(job: &Job) -> String {
    word(job.state().as_str_name(), "JOB_STATE_")
}

#[cfg(test)]
mod tests {
    use proto::platform::v1::Progress;

    use super::*;

    #[test]
    fn a_line_says_where_the_job_is() {
        let waiting = Job { state: JobState::Waiting.into(), queue_place: Some(2), ..Job::default() };
        assert_eq!(line(&waiting), "waiting, 2 before it");
        let progress = Progress { phase: "gather".to_owned(), done: 3, total: 25 };
        let mut running = Job { state: JobState::Running.into(), progress: Some(progress), ..Job::default() };
        assert_eq!(line(&running), "running, gather 3 of 25");
        running.set_state(JobState::Failed);
        running.last_error = "the season has no policy".to_owned();
        assert_eq!(line(&running), "failed, the season has no policy");
    }
}
