//! The figure of the year-end job: a whole tenant read from its rows, classified and stored, against the engine on a file.

use std::error::Error;
use std::fs;

use platform::transport::Connection;
use proto::platform::v1::job_service_client::JobServiceClient;
use proto::platform::v1::{GetJobRequest, Job, JobState, WatchJobRequest};
use proto::scoring::v1::StartRunRequest;
use proto::scoring::v1::run_service_client::RunServiceClient;
use tempfile::TempDir;

use crate::campaign::document;
use crate::figure::{Figure, Goal, Outcome};
use crate::meter::read;
use crate::serve::{Server, migrate};
use crate::tenant::{SEASON, enter};

const RUNS: usize = 5;
const UNITS: u64 = 3_000;

pub(crate) fn run() -> Outcome {
    let directory = TempDir::new()?;
    let data = directory.path().join("data");
    migrate(&data)?;
    let text = document(UNITS)?;
    let file = directory.path().join("campaign.json");
    fs::write(&file, &text)?;
    let file = file.to_str().ok_or("the path is not UTF-8")?;
    let binary = std::env::var("THIDUA_BENCH_BINARY").unwrap_or_else(|_| "target/release/thidua".to_owned());

    let server = Server::start(&data)?;
    server.wait_until_ready()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let url = format!("http://{}", server.grpc);
    let admin = runtime.block_on(enter(&url, &data, &serde_json::from_str(&text)?))?;
    let mut readings = Vec::new();
    for run in 0..=RUNS {
        let (job, _) = runtime.block_on(classified(&admin))?;
        let engine = read(&[&binary, "classify", file])?;
        if run > 0 {
            readings.push(seconds(&job)? / engine.wall_seconds);
        }
    }
    server.stop()?;
    Ok(vec![Figure { name: "run.job", unit: " x", goal: Goal::AtMost(5.0), readings }])
}

/// A run of the season, from the order to its end, and its id.
pub(crate) async fn classified(admin: &Connection) -> Result<(Job, String), Box<dyn Error>> {
    let request = StartRunRequest { season: SEASON.to_owned() };
    let run = RunServiceClient::new(admin.clone()).start_run(request).await?.into_inner().run;
    let run = run.ok_or("no run")?;
    let (service, job_id) = ("scoring".to_owned(), run.job_id);
    let mut jobs = JobServiceClient::new(admin.clone());
    let watch = WatchJobRequest { service: service.clone(), job_id: job_id.clone() };
    let mut news = jobs.watch_job(watch).await?.into_inner();
    while news.message().await?.is_some() {}
    let job = jobs.get_job(GetJobRequest { service, job_id }).await?.into_inner().job.ok_or("no job")?;
    if job.state() != JobState::Succeeded {
        return Err(format!("the run ended {:?}: {}", job.state(), job.last_error).into());
    }
    Ok((job, run.id))
}

/// From the moment when it was enqueued to its end.
fn seconds(job: &Job) -> Result<f64, Box<dyn Error>> {
    let (from, to) = (job.enqueued_at.ok_or("not enqueued")?, job.finished_at.ok_or("not finished")?);
    let whole = i32::try_from(to.seconds - from.seconds)?;
    Ok(f64::from(whole) + f64::from(to.nanos - from.nanos) / 1e9)
}
