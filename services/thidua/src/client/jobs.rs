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
    status.code() == Code::NotFound || reason(status).as_deref() == Some("SERVICE_UNKNOWN")
}

/// Tells on standard error how the job goes on, until it has ended. When the token of the connection expires meanwhile, it
/// goes on with a new one: whoever has keys outlives the quarter of an hour of a token.
pub(crate) async fn watch(
    connect: impl AsyncFn() -> Result<Connection, AnyError>,
    service: &str,
    id: &str,
) -> Result<Job, AnyError> {
    let mut told = String::new();
    loop {
        let request = WatchJobRequest { service: service.to_owned(), job_id: id.to_owned() };
        let mut client = JobServiceClient::new(connect().await?);
        let mut answers = client.watch_job(request).await?.into_inner();
        let mut last = None;
        loop {
            match answers.message().await {
                Ok(Some(answer)) => {
                    let job = answer.job.unwrap_or_default();
                    let line = line(&job);
                    if line != told {
                        writeln!(io::stderr(), "{line}")?;
                        told = line;
                    }
                    last = Some(job);
                }
                Ok(None) => return Ok(last.ok_or("the server says nothing of the job")?),
                Err(status) if last.is_some() && reason(&status).as_deref() == Some("TOKEN_EXPIRED") => break,
                Err(status) => return Err(status.into()),
            }
        }
    }
}

fn reason(status: &Status) -> Option<String> {
    status.get_error_details().error_info().map(|info| info.reason.clone())
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
    use std::collections::HashMap;
    use std::convert::Infallible;
    use std::pin::Pin;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use proto::platform::v1::job_service_server::{JobService, JobServiceServer};
    use proto::platform::v1::*;
    use tonic::{Request, Response};
    use tonic_types::ErrorDetails;
    use tower::ServiceExt;

    use super::*;

    /// A server whose streams end with an expired token so often.
    #[derive(Clone, Default)]
    struct Forgetful {
        watched: Arc<AtomicUsize>,
        expires: usize,
    }

    type Answers = Pin<Box<dyn futures::Stream<Item = Result<WatchJobResponse, Status>> + Send>>;

    #[tonic::async_trait]
    impl JobService for Forgetful {
        type WatchJobStream = Answers;

        async fn watch_job(&self, _: Request<WatchJobRequest>) -> Result<Response<Answers>, Status> {
            let expires = self.watched.fetch_add(1, Ordering::SeqCst) < self.expires;
            let state = if expires { JobState::Running } else { JobState::Succeeded };
            let job = Job { state: state.into(), ..Job::default() };
            let mut answers = vec![Ok(WatchJobResponse { job: Some(job) })];
            if expires {
                let details = ErrorDetails::with_error_info("TOKEN_EXPIRED", "thidua", HashMap::new());
                answers.push(Err(Status::with_error_details(Code::Unauthenticated, "expired", details)));
            }
            Ok(Response::new(Box::pin(futures::stream::iter(answers))))
        }

        async fn list_jobs(&self, _: Request<ListJobsRequest>) -> Result<Response<ListJobsResponse>, Status> {
            Err(Status::unimplemented(""))
        }

        async fn get_job(&self, _: Request<GetJobRequest>) -> Result<Response<GetJobResponse>, Status> {
            Err(Status::unimplemented(""))
        }

        async fn cancel_job(
            &self,
            _: Request<CancelJobRequest>,
        ) -> Result<Response<CancelJobResponse>, Status> {
            Err(Status::unimplemented(""))
        }

        async fn replay_job(
            &self,
            _: Request<ReplayJobRequest>,
        ) -> Result<Response<ReplayJobResponse>, Status> {
            Err(Status::unimplemented(""))
        }
    }

    #[tokio::test]
    async fn a_watch_outlives_its_token() {
        let server = Forgetful { expires: 2, ..Forgetful::default() };
        let served = ServiceExt::<tonic::codegen::http::Request<tonic::body::Body>>::map_err(
            JobServiceServer::new(server.clone()),
            |never: Infallible| match never {},
        );
        let connection = Connection::new(served);
        let signed_in = AtomicUsize::new(0);
        let connect = async || {
            signed_in.fetch_add(1, Ordering::SeqCst);
            Ok(connection.clone())
        };
        let job = watch(connect, "scoring", "some").await.expect("watched to its end");
        assert_eq!(job.state(), JobState::Succeeded);
        assert_eq!(signed_in.load(Ordering::SeqCst), 3, "a new token each time");
    }

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
