//! `thidua job`: what waits, runs and ended.

use std::collections::BTreeMap;
use std::io;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use platform::transport::Connection;
use proto::platform::v1::job_service_client::JobServiceClient;
use proto::platform::v1::*;

use crate::app::{AnyError, ServiceName};
use crate::client::{self, Aside, Client, Reach, jobs, pages};
use crate::show::{Cell, Column, Table, act, facts, moment, word};

/// Jobs of the services: what waits, runs and ended
#[derive(Debug, Args)]
pub(crate) struct JobCommand {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Jobs, the newest first
    List(List),
    /// One job with its attempts
    Show(Named),
    /// Tell how a job goes on until it has ended; with 1 unless it succeeded
    ///
    /// Where no server runs from the data directory, its jobs run within this command meanwhile.
    Watch(Named),
    /// Put a failed or cancelled job back into the queue
    Replay(Named),
    /// Cancel a job; one at work is asked to stop
    Cancel(Named),
}

#[derive(Debug, Args)]
struct List {
    /// Of this service alone
    #[arg(long, value_enum)]
    service: Option<ServiceName>,
    /// Of the federation with this code alone
    #[arg(long, default_value = "", hide_default_value = true)]
    tenant: String,
    /// In this state alone; may be given again
    #[arg(long = "state", value_enum)]
    states: Vec<State>,
    /// Of this kind alone, such as classify
    #[arg(long, default_value = "", hide_default_value = true)]
    kind: String,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Named {
    /// Its id
    id: String,
    /// Its service; without it, every one is asked
    #[arg(long, value_enum)]
    service: Option<ServiceName>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum State {
    Waiting,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

impl JobCommand {
    pub(crate) fn run(self) -> ExitCode {
        let aside = match self.action {
            Action::Watch(_) => Aside::Work,
            _ => Aside::Nothing,
        };
        client::run(&self.reach, aside, async |client| self.action.act(client, client.operator()?).await)
    }
}

impl Action {
    async fn act(&self, client: &Client, connection: Connection) -> Result<(), AnyError> {
        let (Self::Show(named) | Self::Watch(named) | Self::Replay(named) | Self::Cancel(named)) = self
        else {
            let Self::List(list) = self else { return Ok(()) };
            return list.print(&connection).await;
        };
        let found = jobs::find(&connection, named.service, &named.id).await?;
        let (service, job_id) = (found.job.clone().unwrap_or_default().service, named.id.clone());
        let (keys, idle) = (client, client.idle());
        let mut client = JobServiceClient::new(connection.clone());
        let job = match self {
            Self::Watch(_) => {
                let job = jobs::watch(async || keys.operator(), &service, &job_id).await?;
                if job.state() != JobState::Succeeded {
                    return Err(format!("the job {job_id} has not succeeded").into());
                }
                return Ok(());
            }
            Self::Replay(_) => {
                client.replay_job(ReplayJobRequest { service, job_id }).await?.into_inner().job
            }
            Self::Cancel(_) => {
                client.cancel_job(CancelJobRequest { service, job_id }).await?.into_inner().job
            }
            Self::List(_) | Self::Show(_) => found.job,
        };
        show(&job.unwrap_or_default())?;
        match self {
            Self::Show(_) => attempts(&found.attempts),
            Self::Replay(_) => jobs::tell_idle(idle, "the job", &named.id),
            Self::List(_) | Self::Watch(_) | Self::Cancel(_) => Ok(()),
        }
    }
}

impl List {
    async fn print(&self, connection: &Connection) -> Result<(), AnyError> {
        let mut table = Table::new([
            Column::text("Id"),
            Column::text("Service"),
            Column::text("Kind"),
            Column::text("Tenant"),
            Column::text("Subject"),
            Column::text("State"),
            Column::text("Enqueued at"),
            Column::text("Finished at"),
            Column::for_scripts("Last error"),
        ]);
        let services = self.service.map_or(ServiceName::ALL.to_vec(), |service| vec![service]);
        for service in &services {
            let client = JobServiceClient::new(connection.clone());
            let listed = pages(async |page_token| {
                let request = self.request(*service, page_token);
                match client.clone().list_jobs(request).await {
                    Ok(page) => {
                        let page = page.into_inner();
                        Ok((page.jobs, page.next_page_token))
                    }
                    Err(status) if services.len() > 1 && jobs::is_elsewhere(&status) => {
                        Ok(Default::default())
                    }
                    Err(status) => Err(status.into()),
                }
            });
            for job in listed.await? {
                table.row([
                    job.id.clone().into(),
                    job.service.clone().into(),
                    job.kind.clone().into(),
                    job.tenant.clone().into(),
                    subject(&job.subject).into(),
                    Cell::of(jobs::line(&job), jobs::state(&job)),
                    Cell::moment(job.enqueued_at.as_ref()),
                    Cell::moment(job.finished_at.as_ref()),
                    job.last_error.clone().into(),
                ]);
            }
        }
        Ok(table.print(self.json)?)
    }

    fn request(&self, service: ServiceName, page_token: String) -> ListJobsRequest {
        let state = |state: &State| match state {
            State::Waiting => JobState::Waiting,
            State::Running => JobState::Running,
            State::Succeeded => JobState::Succeeded,
            State::Failed => JobState::Failed,
            State::Cancelled => JobState::Cancelled,
        };
        ListJobsRequest {
            service: service.to_string(),
            tenant: self.tenant.clone(),
            states: self.states.iter().map(|wanted| state(wanted).into()).collect(),
            kind: self.kind.clone(),
            page_token,
            ..ListJobsRequest::default()
        }
    }
}

fn show(job: &Job) -> Result<(), AnyError> {
    let crashes = if job.crashes > 0 { job.crashes.to_string() } else { String::new() };
    let known = [
        ("id", job.id.clone()),
        ("service", job.service.clone()),
        ("kind", job.kind.clone()),
        ("subject", subject(&job.subject)),
        ("tenant", job.tenant.clone()),
        ("lane", word(job.lane().as_str_name(), "LANE_")),
        ("state", jobs::line(job)),
        ("failures", format!("{} of {}", job.failures, job.max_failures)),
        ("crashes", crashes),
        ("schedule", job.schedule.clone()),
        ("enqueued by", act(job.enqueued_by.as_ref())),
        ("enqueued at", moment(job.enqueued_at.as_ref())),
        ("not before", moment(job.run_at.as_ref())),
        ("started at", moment(job.started_at.as_ref())),
        ("finished at", moment(job.finished_at.as_ref())),
    ];
    Ok(facts(&mut io::stdout(), known)?)
}

fn attempts(attempts: &[Attempt]) -> Result<(), AnyError> {
    let mut table = Table::new([
        Column::number("Attempt"),
        Column::text("Started at"),
        Column::text("Finished at"),
        Column::text("Error"),
    ]);
    for attempt in attempts {
        let crashed = attempt.crashed.then(|| "its worker died".to_owned());
        table.row([
            attempt.number.into(),
            Cell::moment(attempt.started_at.as_ref()),
            Cell::moment(attempt.finished_at.as_ref()),
            crashed.unwrap_or_else(|| attempt.error.clone()).into(),
        ]);
    }
    Ok(table.print(false)?)
}

/// What a job is about: `season=2023`.
pub(super) fn subject(subject: &BTreeMap<String, String>) -> String {
    let words: Vec<_> = subject.iter().map(|(name, value)| format!("{name}={value}")).collect();
    words.join(" ")
}
