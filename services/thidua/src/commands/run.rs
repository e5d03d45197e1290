//! `thidua run`: classification runs, from their start to their publication.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use platform::transport::Connection;
use proto::scoring::v1::run_service_client::RunServiceClient;
use proto::scoring::v1::*;

use crate::app::AnyError;
use crate::client::{self, Aside, Client, Membership, Reach, jobs, pages, runs};
use crate::show::{Cell, Column, Table, act, facts, moment, word};

const GET_RUN: &str = "/thidua.scoring.v1.RunService/GetRun";

/// Classification runs of a season: start, look, approve, reject
#[derive(Debug, Args)]
pub(crate) struct RunCommand {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Start a run, which computes in the background
    ///
    /// A server does that. Where none runs from the data directory, the run waits until one does (`thidua start --all`)
    /// or a command with --wait or `thidua job watch` does the work, and this command says so on standard error.
    Start {
        #[command(flatten)]
        season: Season,
        /// Wait until it has computed; where no server runs from the data directory, it does so within this command
        #[arg(long)]
        wait: bool,
    },
    /// The runs of a season, the newest first
    List {
        #[command(flatten)]
        season: Season,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// One run, with the faults of its campaign
    Show(Named),
    /// Approve a draft; the second approval, by another person, publishes it
    ///
    /// Without --account it is approved by the first account of the standing committee that has not approved it yet.
    Approve {
        #[command(flatten)]
        named: Named,
        /// SHA-256 of the results that the approver has seen
        #[arg(long, value_name = "HASH")]
        results_sha256: String,
        /// What the approver says to it
        #[arg(long, default_value = "", hide_default_value = true)]
        note: String,
    },
    /// Drop a draft; its results stay readable
    Reject {
        #[command(flatten)]
        named: Named,
        /// Why
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Args)]
struct Season {
    #[command(flatten)]
    member: Membership,
    /// Code of the season
    #[arg(long)]
    season: String,
}

#[derive(Debug, Args)]
struct Named {
    /// Its number within the season, or its id
    run: String,
    #[command(flatten)]
    season: Season,
}

impl RunCommand {
    pub(crate) fn run(self) -> ExitCode {
        let aside = match self.action {
            Action::Start { wait: true, .. } => Aside::Work,
            _ => Aside::Nothing,
        };
        client::run(&self.reach, aside, async |client| {
            let connection = self.action.connect(client).await?;
            self.action.act(client, &connection).await
        })
    }
}

impl Action {
    fn season(&self) -> &Season {
        match self {
            Self::Start { season, .. } | Self::List { season, .. } => season,
            Self::Show(named) | Self::Approve { named, .. } | Self::Reject { named, .. } => &named.season,
        }
    }

    fn rpc(&self) -> &'static str {
        match self {
            Self::Start { .. } => "/thidua.scoring.v1.RunService/StartRun",
            Self::List { .. } => "/thidua.scoring.v1.RunService/ListRuns",
            Self::Show(_) => GET_RUN,
            Self::Approve { .. } => "/thidua.scoring.v1.RunService/ApproveRun",
            Self::Reject { .. } => "/thidua.scoring.v1.RunService/RejectRun",
        }
    }

    /// The platform as who may do this calls it. The second approval is another's than the first.
    async fn connect(&self, client: &Client) -> Result<Connection, AnyError> {
        let member = &self.season().member;
        let mut approved = Vec::new();
        if let Self::Approve { named, .. } = self
            && member.is_open(client)
        {
            let reader = member.connect(client, GET_RUN).await?;
            let run = get(&mut RunServiceClient::new(reader.clone()), named.id(&reader).await?).await?;
            approved.extend(run.approvals.into_iter().filter_map(|one| one.act).map(|act| act.account_id));
        }
        member.connect_except(client, self.rpc(), &approved).await
    }

    async fn act(&self, client: &Client, connection: &Connection) -> Result<(), AnyError> {
        let (keys, idle) = (client, client.idle());
        let mut client = RunServiceClient::new(connection.clone());
        let run = match self {
            Self::Start { season, wait } => {
                let request = StartRunRequest { season: season.season.clone() };
                let run = client.start_run(request).await?.into_inner().run.unwrap_or_default();
                if !wait {
                    show(&run)?;
                    return jobs::tell_idle(idle, "the run", &run.job_id);
                }
                let again = async || season.member.connect(keys, GET_RUN).await;
                jobs::watch(again, "scoring", &run.job_id).await?;
                // The run may have outlived the token with which it was started.
                let mut client = RunServiceClient::new(again().await?);
                let run = get(&mut client, run.id).await?;
                show(&run)?;
                faults(&client, &run).await?;
                let failed = run.state() == RunState::Failed;
                return if failed { Err(format!("run {} has failed", run.number).into()) } else { Ok(()) };
            }
            Self::List { season, json } => return list(connection, &season.season, *json).await,
            Self::Show(named) => {
                let run = get(&mut client, named.id(connection).await?).await?;
                show(&run)?;
                return faults(&client, &run).await;
            }
            Self::Approve { named, results_sha256, note } => {
                let request = ApproveRunRequest {
                    run_id: named.id(connection).await?,
                    results_sha256: results_sha256.clone(),
                    note: note.clone(),
                };
                client.approve_run(request).await?.into_inner().run
            }
            Self::Reject { named, reason } => {
                let request =
                    RejectRunRequest { run_id: named.id(connection).await?, reason: reason.clone() };
                client.reject_run(request).await?.into_inner().run
            }
        };
        show(&run.unwrap_or_default())
    }
}

impl Named {
    async fn id(&self, connection: &Connection) -> Result<String, AnyError> {
        runs::id(connection, &self.season.season, &self.run).await
    }
}

async fn get(client: &mut RunServiceClient<Connection>, run_id: String) -> Result<Run, AnyError> {
    Ok(client.get_run(GetRunRequest { run_id }).await?.into_inner().run.unwrap_or_default())
}

async fn list(connection: &Connection, season: &str, json: bool) -> Result<(), AnyError> {
    let mut table = Table::new([
        Column::number("Run"),
        Column::text("State"),
        Column::number("Units"),
        Column::number("Approvals"),
        Column::text("Finished at"),
        Column::text("Results SHA-256"),
        Column::text("Id"),
    ]);
    for run in runs::of(connection, season).await? {
        table.row([
            run.number.into(),
            state(&run).into(),
            run.units.into(),
            run.approvals.len().into(),
            Cell::moment(run.finished_at.as_ref()),
            run.results_sha256.into(),
            run.id.into(),
        ]);
    }
    Ok(table.print(json)?)
}

fn show(run: &Run) -> Result<(), AnyError> {
    let count = |number: u32| if number > 0 { number.to_string() } else { String::new() };
    let mut known = vec![
        ("run", run.number.to_string()),
        ("id", run.id.clone()),
        ("season", run.season.clone()),
        ("state", state(run)),
        ("error", run.error.clone()),
        ("faults", count(run.faults)),
        ("units", count(run.units)),
        ("job", run.job_id.clone()),
        ("started by", act(run.started.as_ref())),
        ("finished at", moment(run.finished_at.as_ref())),
        ("campaign SHA-256", run.campaign_sha256.clone()),
        ("results SHA-256", run.results_sha256.clone()),
    ];
    known.extend(run.approvals.iter().map(|approval| {
        let note = if approval.note.is_empty() { String::new() } else { format!("; {}", approval.note) };
        ("approved by", format!("{}{note}", act(approval.act.as_ref())))
    }));
    known.extend([
        ("rejected by", act(run.rejected.as_ref())),
        ("rejected for", run.rejection_reason.clone()),
        ("published at", moment(run.published_at.as_ref())),
    ]);
    Ok(facts(&mut io::stdout(), known)?)
}

/// The faults of a failed run's campaign, as `thidua classify` tells them.
async fn faults(client: &RunServiceClient<Connection>, run: &Run) -> Result<(), AnyError> {
    if run.faults == 0 {
        return Ok(());
    }
    let faults = pages(async |page_token| {
        let request =
            ListRunFaultsRequest { run_id: run.id.clone(), page_token, ..ListRunFaultsRequest::default() };
        let page = client.clone().list_run_faults(request).await?.into_inner();
        Ok((page.faults, page.next_page_token))
    });
    let faults = faults.await?;
    let mut out = io::stdout().lock();
    for fault in faults {
        writeln!(out, "{}: {}", fault.pointer, fault.message)?;
    }
    Ok(())
}

fn state(run: &Run) -> String {
    word(run.state().as_str_name(), "RUN_STATE_")
}
