//! `thidua demo`: five federations' campaigns, from the first unit to what was published.

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use platform::config::Telemetry;

use super::fail;
use crate::app::AnyError;
use crate::client::{self, Aside, Client, Reach};
use crate::demo::data::{self, Campaign};
use crate::demo::{Board, Failure, Platform, Published, perform};

/// Play the campaigns of five federations: onboarded, entered by their persons, classified on schedule, published
///
/// Without --server, a server that runs from the data directory is used; else all services start in this process and
/// keep everything in the data directory. With --server, the platform must know the signing keys that lie in the data
/// directory: the demo signs a token for each person with them. What is there already stays as it is, so the demo can be
/// broken off at any moment and started again.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    #[command(flatten)]
    reach: Reach,
    /// Campaign files in place of those that the executable carries
    #[arg(long, value_name = "DIRECTORY")]
    campaigns: Option<PathBuf>,
    /// Only these federations, by code
    #[arg(long, value_name = "CODE", num_args = 1.., value_delimiter = ',')]
    only: Vec<String>,
}

impl Demo {
    pub(crate) fn run(self) -> ExitCode {
        match self.demo() {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(error) => fail(error),
        }
    }

    fn demo(self) -> Result<bool, AnyError> {
        let campaigns = self.campaigns()?;
        client::runtime()?.block_on(async {
            let client = Box::pin(self.reach.with_keys(Aside::Everything)).await?;
            let told = play(&client, campaigns).await;
            let directory = client.keys()?.data_dir.path().to_owned();
            client.close().await?;
            let directory = std::path::absolute(&directory).unwrap_or(directory);
            tell(&told?, &directory, self.reach.server())
        })
    }

    fn campaigns(&self) -> Result<Vec<Campaign>, AnyError> {
        let mut campaigns = match &self.campaigns {
            Some(directory) => data::from_directory(directory)?,
            None => data::embedded()?,
        };
        let there: BTreeSet<String> = campaigns.iter().map(|c| c.federation.code.to_string()).collect();
        let unknown: Vec<_> = self.only.iter().filter(|code| !there.contains(*code)).collect();
        if !unknown.is_empty() {
            let there: Vec<_> = there.iter().map(String::as_str).collect();
            return Err(format!("--only {unknown:?}: there are campaigns of {}", there.join(", ")).into());
        }
        if !self.only.is_empty() {
            campaigns
                .retain(|campaign| self.only.iter().any(|code| code == campaign.federation.code.as_str()));
        }
        Ok(campaigns)
    }
}

type Told = Vec<(String, Result<Published, Failure>)>;

async fn play(client: &Client, campaigns: Vec<Campaign>) -> Result<Told, AnyError> {
    let platform = Platform::of(client)?;
    let board = Board::of_terminal();
    let work = perform(&platform, campaigns, &board);
    let Some(running) = client.running() else { return Ok(work.await) };
    // What goes wrong within the services has nobody else to tell it.
    platform::telemetry::start(&Telemetry { filter: "error".to_owned(), ..Telemetry::default() })?;
    writeln!(io::stdout(), "{running}\n")?;
    running.stop_on_signals()?;
    let told = running.stopping().run_until_cancelled(work).await;
    told.ok_or_else(|| "it was broken off; start it again to go on".into())
}

/// Whether every campaign came to its end.
fn tell(told: &Told, directory: &Path, server: Option<&str>) -> Result<bool, AnyError> {
    let mut out = io::stdout().lock();
    let published: Vec<&Published> = told.iter().filter_map(|(_, outcome)| outcome.as_ref().ok()).collect();
    for published in &published {
        for line in &published.lines {
            writeln!(out, "{line}")?;
        }
        match published.changes {
            0 => writeln!(out, "  everything was already there; nothing was changed")?,
            changes => writeln!(out, "  {changes} changes were entered")?,
        }
        writeln!(out)?;
    }
    if !published.is_empty() {
        match server {
            Some(url) => writeln!(out, "The data lie with the platform at {url}")?,
            None => writeln!(out, "The data lie in {}", directory.display())?,
        }
        writeln!(out, "Results (SHA-256):")?;
        for Published { tenant, season, run_number, results_sha256, .. } in &published {
            writeln!(out, "  {results_sha256}  {tenant} {season}, run {run_number}")?;
        }
        writeln!(out, "To prove one again from nothing but its exported snapshot:")?;
        for published in &published {
            writeln!(out, "  {}", proof(published, directory, server))?;
        }
    }
    out.flush()?;
    for (federation, outcome) in told {
        if let Err(failure) = outcome {
            fail(format_args!("{federation}: {failure}"));
        }
    }
    Ok(published.len() == told.len())
}

/// The command that writes the snapshot of the published run and computes its results again.
fn proof(published: &Published, directory: &Path, server: Option<&str>) -> String {
    let Published { tenant, season, account, .. } = published;
    let (program, keys) = (program(), format!("--data-dir {}", directory.display()));
    let (token, from) = match server {
        Some(url) => (
            format!(
                "THIDUA_TOKEN=$({program} token issue --server {url} {keys} --tenant {tenant} --account {account}) "
            ),
            format!("--server {url}"),
        ),
        None => (String::new(), keys),
    };
    let file = format!("{tenant}-{season}.json");
    let export = format!("{token}{program} export {from} --tenant {tenant} --season {season} > {file}");
    format!("{export} && {program} classify {file}")
}

/// How this program is called from the directory where it was called.
fn program() -> String {
    let program = std::env::current_exe().ok();
    let here = std::env::current_dir().ok();
    let below = program.as_deref().zip(here.as_deref()).and_then(|(p, here)| p.strip_prefix(here).ok());
    let path = below.or(program.as_deref()).map(|path| path.display().to_string());
    path.unwrap_or_else(|| "thidua".to_owned())
}
