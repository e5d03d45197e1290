//! `thidua export`: the documents of a run, byte for byte as they were hashed.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use platform::transport::Connection;
use proto::scoring::v1::document_service_client::DocumentServiceClient;
use proto::scoring::v1::*;

use crate::app::AnyError;
use crate::client::{self, Aside, Membership, Reach, runs};
use crate::output::Output;

/// Write the campaign of a run, from which `thidua classify` computes its results again
///
/// The file is there whole or not at all. The run and its two hashes are told on standard error.
#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(flatten)]
    member: Membership,
    /// Code of the season
    #[arg(long)]
    season: String,
    /// Number or id of a run; without it, the published one
    #[arg(long)]
    run: Option<String>,
    /// The results of the run in place of its campaign
    #[arg(long)]
    results: bool,
    /// Where the document goes; standard output when not given
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    reach: Reach,
}

impl Export {
    pub(crate) fn run(self) -> ExitCode {
        client::run(&self.reach, Aside::Nothing, async |client| {
            let connection = self.member.connect(client, self.rpc()).await?;
            let run = match &self.run {
                Some(run) => Some(runs::id(&connection, &self.season, run).await?),
                None => None,
            };
            if self.results {
                self.results(connection, run).await
            } else {
                self.campaign(connection, run).await
            }
        })
    }

    fn rpc(&self) -> &'static str {
        match self.results {
            true => "/thidua.scoring.v1.DocumentService/ExportResults",
            false => "/thidua.scoring.v1.DocumentService/ExportCampaign",
        }
    }

    async fn campaign(&self, connection: Connection, run: Option<String>) -> Result<(), AnyError> {
        use export_campaign_request::Which;
        use export_campaign_response::Part;
        let season = || Which::Season(self.season.clone());
        let request = ExportCampaignRequest { which: Some(run.map_or_else(season, Which::RunId)) };
        let mut client = DocumentServiceClient::new(connection);
        let mut answers = client.export_campaign(request).await?.into_inner();
        let mut document = Received::new(self)?;
        while let Some(answer) = answers.message().await? {
            match answer.part {
                Some(Part::Head(head)) => document.head = Some(head),
                Some(Part::Chunk(bytes)) => document.take(&bytes)?,
                None => {}
            }
        }
        document.finish()
    }

    async fn results(&self, connection: Connection, run: Option<String>) -> Result<(), AnyError> {
        use export_results_request::Which;
        use export_results_response::Part;
        let season = || Which::Season(self.season.clone());
        let request = ExportResultsRequest { which: Some(run.map_or_else(season, Which::RunId)) };
        let mut client = DocumentServiceClient::new(connection);
        let mut answers = client.export_results(request).await?.into_inner();
        let mut document = Received::new(self)?;
        while let Some(answer) = answers.message().await? {
            match answer.part {
                Some(Part::Head(head)) => document.head = Some(head),
                Some(Part::Chunk(bytes)) => document.take(&bytes)?,
                None => {}
            }
        }
        document.finish()
    }
}

/// A document as it comes.
struct Received<'a> {
    export: &'a Export,
    head: Option<DocumentHead>,
    received: u64,
    output: Output,
}

impl<'a> Received<'a> {
    fn new(export: &'a Export) -> Result<Self, AnyError> {
        let output = Output::open(export.output.as_deref()).map_err(|error| not_written(export, &error))?;
        Ok(Self { export, head: None, received: 0, output })
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), AnyError> {
        self.received += u64::try_from(bytes.len())?;
        self.output.write_all(bytes).map_err(|error| not_written(self.export, &error))
    }

    /// The whole document takes its place, and its hashes are told.
    fn finish(self) -> Result<(), AnyError> {
        let head = self.head.ok_or("the server does not say what the document is")?;
        if self.received != head.size {
            let text = format!("the document was cut off: {} of {} bytes came", self.received, head.size);
            return Err(text.into());
        }
        self.output.finish().map_err(|error| not_written(self.export, &error))?;
        let mut told = io::stderr();
        writeln!(told, "run              {} ({})", head.run_number, head.run_id)?;
        writeln!(told, "campaign SHA-256 {}", head.campaign_sha256)?;
        if !head.results_sha256.is_empty() {
            writeln!(told, "results SHA-256  {}", head.results_sha256)?;
        }
        Ok(())
    }
}

fn not_written(export: &Export, error: &io::Error) -> AnyError {
    match &export.output {
        Some(path) => format!("cannot write {}: {error}", path.display()).into(),
        None => format!("cannot write the document: {error}").into(),
    }
}
