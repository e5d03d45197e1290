//! Waiting for jobs, as their owners do.

use platform::transport::Connection;
use proto::platform::v1::job_service_client::JobServiceClient;
use proto::platform::v1::{Job, WatchJobRequest};

use super::wait::PATIENCE;

/// Watches a job until it has ended, and gives it as it is then.
pub async fn ended(caller: Connection, service: &str, job_id: &str) -> Job {
    let request = WatchJobRequest { service: service.to_owned(), job_id: job_id.to_owned() };
    let mut last = None;
    let watching = async {
        let seen = JobServiceClient::new(caller).watch_job(request).await.expect("a job");
        let mut seen = seen.into_inner();
        while let Some(told) = seen.message().await.expect("news of the job") {
            last = told.job;
        }
    };
    let watched = tokio::time::timeout(PATIENCE, watching).await;
    let job = last.expect("a watched job is told of at once");
    assert!(watched.is_ok(), "the job did not end: {job:?}");
    job
}
