//! The baseline: a server that gives back what it is asked with, and does nothing else.

use std::error::Error;
use std::io::{BufRead as _, BufReader, Write as _};
use std::pin::Pin;
use std::process::{Child, Command, Stdio};

use proto::platform::v1::job_service_server::{JobService, JobServiceServer};
use proto::platform::v1::*;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

struct Echo;

type Never = Pin<Box<dyn futures::Stream<Item = Result<WatchJobResponse, Status>> + Send>>;

#[tonic::async_trait]
impl JobService for Echo {
    type WatchJobStream = Never;

    async fn get_job(&self, request: Request<GetJobRequest>) -> Result<Response<GetJobResponse>, Status> {
        let GetJobRequest { service, job_id } = request.into_inner();
        let job = Job { id: job_id, service, ..Job::default() };
        Ok(Response::new(GetJobResponse { job: Some(job), attempts: Vec::new() }))
    }

    async fn watch_job(&self, _: Request<WatchJobRequest>) -> Result<Response<Never>, Status> {
        Err(Status::unimplemented("it only gives back"))
    }

    async fn list_jobs(&self, _: Request<ListJobsRequest>) -> Result<Response<ListJobsResponse>, Status> {
        Err(Status::unimplemented("it only gives back"))
    }

    async fn cancel_job(&self, _: Request<CancelJobRequest>) -> Result<Response<CancelJobResponse>, Status> {
        Err(Status::unimplemented("it only gives back"))
    }

    async fn replay_job(&self, _: Request<ReplayJobRequest>) -> Result<Response<ReplayJobResponse>, Status> {
        Err(Status::unimplemented("it only gives back"))
    }
}

/// `echo-server`: prints its address and serves until its input ends.
pub(crate) fn serve() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Runtime::new()?;
    let incoming = runtime.block_on(async { TcpIncoming::bind(([127, 0, 0, 1], 0).into()) })?;
    println!("{}", incoming.local_addr()?);
    std::io::stdout().flush()?;
    let server = tonic::transport::Server::builder().add_service(JobServiceServer::new(Echo));
    runtime.spawn(server.serve_with_incoming(incoming.with_nodelay(Some(true))));
    for line in std::io::stdin().lock().lines() {
        line?;
    }
    Ok(())
}

/// That server in a process of its own.
pub(super) struct Server {
    process: Child,
    pub(super) url: String,
}

impl Server {
    pub(super) fn start() -> Result<Self, Box<dyn Error>> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg("echo-server")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().ok_or("its output cannot be read")?).read_line(&mut line)?;
        Ok(Self { process, url: format!("http://{}", line.trim()) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
