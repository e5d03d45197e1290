//! `thidua schedule`: what the platform starts by itself, and when.

use std::io;
use std::process::ExitCode;
use std::str::FromStr;

use clap::{ArgGroup, Args, Subcommand};
use jiff::Timestamp;
use platform::transport::Connection;
use proto::platform::v1::schedule::Timing;
use proto::platform::v1::schedule_service_client::ScheduleServiceClient;
use proto::platform::v1::*;

use super::job::subject;
use crate::app::{AnyError, ServiceName};
use crate::client::{self, Aside, Reach, jobs, pages};
use crate::show::{Cell, Column, Table, act, facts, moment, word};

/// Schedules: what the platform starts by itself, and when
#[derive(Debug, Args)]
pub(crate) struct ScheduleCommand {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// All schedules, by service, federation and name
    List {
        /// Of this service alone
        #[arg(long, value_enum)]
        service: Option<ServiceName>,
        /// Of the federation with this code alone
        #[arg(long, default_value = "", hide_default_value = true)]
        tenant: String,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// One schedule, with what it has started
    Show(Named),
    /// Create a schedule, or replace it
    Put(Box<Put>),
    /// Stop a schedule until it is resumed
    Pause(Named),
    /// Let a paused schedule go on
    Resume(Named),
}

#[derive(Debug, Args)]
struct Named {
    /// Its name
    name: String,
    /// Code of its federation; with a member's token it is the member's own
    #[arg(long, default_value = "", hide_default_value = true)]
    tenant: String,
    /// Its service
    #[arg(long, value_enum, default_value_t = ServiceName::Scoring)]
    service: ServiceName,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("timing").required(true).args(["cron", "at"])))]
struct Put {
    #[command(flatten)]
    named: Named,
    /// What it starts
    #[arg(long, default_value = "classify")]
    kind: String,
    /// What that is about, such as season=2023; may be given again
    #[arg(long = "subject", value_name = "NAME=VALUE", value_parser = pair)]
    subject: Vec<(String, String)>,
    /// Again and again: minute, hour, day, month, day of the week; with six fields, seconds first
    #[arg(long, value_name = "EXPRESSION")]
    cron: Option<String>,
    /// Once, at this moment, such as 2023-12-20T08:00:00+07:00
    #[arg(long, value_name = "MOMENT")]
    at: Option<Timestamp>,
    /// IANA time zone of the expression; without it, the federation's
    #[arg(long, default_value = "", hide_default_value = true)]
    zone: String,
    /// About missed times: start once, skip them, or start for each of the latest NUMBER
    #[arg(long, default_value = "once", value_name = "once|skip|NUMBER")]
    missed: Missed,
    /// Within so many seconds of the time, each federation at its own moment
    #[arg(long, default_value_t = 0, value_name = "SECONDS")]
    spread: u32,
}

#[derive(Clone, Copy, Debug)]
struct Missed(MissedRuns, u32);

impl FromStr for Missed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "once" => Ok(Self(MissedRuns::Once, 0)),
            "skip" => Ok(Self(MissedRuns::Skip, 0)),
            number => match number.parse() {
                Ok(bound) => Ok(Self(MissedRuns::All, bound)),
                Err(_) => Err("must be once, skip or a number".to_owned()),
            },
        }
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("must be NAME=VALUE, such as season=2023")?;
    Ok((name.to_owned(), value.to_owned()))
}

impl ScheduleCommand {
    pub(crate) fn run(self) -> ExitCode {
        let Self { action, reach } = self;
        client::run(&reach, Aside::Nothing, async |client| action.act(client.operator()?).await)
    }
}

impl Action {
    async fn act(self, connection: Connection) -> Result<(), AnyError> {
        let mut client = ScheduleServiceClient::new(connection);
        let schedule = match self {
            Self::List { service, tenant, json } => return list(&client, service, &tenant, json).await,
            Self::Show(Named { name, tenant, service }) => {
                let service = service.to_string();
                let request = GetScheduleRequest {
                    service: service.clone(),
                    tenant: tenant.clone(),
                    name: name.clone(),
                };
                let schedule = client.get_schedule(request).await?.into_inner().schedule;
                show(&schedule.unwrap_or_default())?;
                let request =
                    ListScheduleRunsRequest { service, tenant, name, ..ListScheduleRunsRequest::default() };
                return runs(&client.list_schedule_runs(request).await?.into_inner().runs);
            }
            Self::Put(put) => client.put_schedule(put.request()).await?.into_inner().schedule,
            Self::Pause(Named { name, tenant, service }) => {
                let request = PauseScheduleRequest { service: service.to_string(), tenant, name };
                client.pause_schedule(request).await?.into_inner().schedule
            }
            Self::Resume(Named { name, tenant, service }) => {
                let request = ResumeScheduleRequest { service: service.to_string(), tenant, name };
                client.resume_schedule(request).await?.into_inner().schedule
            }
        };
        show(&schedule.unwrap_or_default())
    }
}

impl Put {
    fn request(self) -> PutScheduleRequest {
        let once = self.at.map(|at| {
            let at = prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() };
            Timing::OnceAt(at)
        });
        let Missed(missed, bound) = self.missed;
        PutScheduleRequest {
            tenant: self.named.tenant,
            schedule: Some(Schedule {
                service: self.named.service.to_string(),
                name: self.named.name,
                job_kind: self.kind,
                subject: self.subject.into_iter().collect(),
                timing: self.cron.map(Timing::Cron).or(once),
                zone: self.zone,
                missed_runs: missed.into(),
                missed_bound: bound,
                spread_seconds: self.spread,
                ..Schedule::default()
            }),
        }
    }
}

async fn list(
    client: &ScheduleServiceClient<Connection>,
    service: Option<ServiceName>,
    tenant: &str,
    json: bool,
) -> Result<(), AnyError> {
    let mut table = Table::new([
        Column::text("Service"),
        Column::text("Tenant"),
        Column::text("Name"),
        Column::text("Kind"),
        Column::text("Subject"),
        Column::text("When"),
        Column::text("Next at"),
        Column::for_scripts("Paused"),
    ]);
    let services = service.map_or(ServiceName::ALL.to_vec(), |service| vec![service]);
    for service in &services {
        let listed = pages(async |page_token| {
            let request = ListSchedulesRequest {
                service: service.to_string(),
                tenant: tenant.to_owned(),
                page_token,
                ..ListSchedulesRequest::default()
            };
            match client.clone().list_schedules(request).await {
                Ok(page) => {
                    let page = page.into_inner();
                    Ok((page.schedules, page.next_page_token))
                }
                Err(status) if services.len() > 1 && jobs::is_elsewhere(&status) => Ok(Default::default()),
                Err(status) => Err(status.into()),
            }
        });
        for schedule in listed.await? {
            let subject = subject(&schedule.subject);
            let when = match &schedule.timing {
                Some(Timing::OnceAt(at)) => Cell::moment(Some(at)).shown_as(when(&schedule)),
                _ => when(&schedule).into(),
            };
            let next = if schedule.paused {
                Cell::of("paused", None::<&str>)
            } else {
                Cell::moment(schedule.next_at.as_ref())
            };
            table.row([
                schedule.service.into(),
                schedule.tenant.into(),
                schedule.name.into(),
                schedule.job_kind.into(),
                subject.into(),
                when,
                next,
                Cell::of("", schedule.paused),
            ]);
        }
    }
    Ok(table.print(json)?)
}

fn show(schedule: &Schedule) -> Result<(), AnyError> {
    let missed = match schedule.missed_runs() {
        MissedRuns::Unspecified | MissedRuns::Once => "start once".to_owned(),
        MissedRuns::Skip => "skip".to_owned(),
        MissedRuns::All => format!("start for each of the latest {}", schedule.missed_bound),
    };
    let spread =
        if schedule.spread_seconds > 0 { format!("{} s", schedule.spread_seconds) } else { String::new() };
    let known = [
        ("name", schedule.name.clone()),
        ("service", schedule.service.clone()),
        ("tenant", schedule.tenant.clone()),
        ("kind", schedule.job_kind.clone()),
        ("subject", subject(&schedule.subject)),
        ("when", when(schedule)),
        ("zone", schedule.zone.clone()),
        ("spread", spread),
        ("missed times", missed),
        ("paused", if schedule.paused { "yes".to_owned() } else { String::new() }),
        ("next at", moment(schedule.next_at.as_ref())),
        ("put by", act(schedule.updated.as_ref())),
    ];
    Ok(facts(&mut io::stdout(), known)?)
}

fn runs(runs: &[ScheduleRun]) -> Result<(), AnyError> {
    let mut table = Table::new([Column::text("Due at"), Column::text("Outcome"), Column::text("Job")]);
    for run in runs {
        let outcome = word(run.outcome().as_str_name(), "SCHEDULE_RUN_OUTCOME_");
        table.row([
            Cell::moment(run.due_at.as_ref()),
            outcome.replace('_', " ").into(),
            run.job_id.clone().into(),
        ]);
    }
    Ok(table.print(false)?)
}

fn when(schedule: &Schedule) -> String {
    match &schedule.timing {
        Some(Timing::Cron(expression)) => expression.clone(),
        Some(Timing::OnceAt(at)) => format!("once at {}", moment(Some(at))),
        None => String::new(),
    }
}
