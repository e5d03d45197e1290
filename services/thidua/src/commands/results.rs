//! `thidua results`: standings, explanations, and what moved between two runs.

mod bloc;
mod federation;
mod moved;
mod origin;
mod unit;
mod words;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Args;
use platform::transport::Connection;
use proto::organizations::v1::GetOwnTenantRequest;
use proto::organizations::v1::tenant_service_client::TenantServiceClient;
use proto::scoring::v1::ResultSource;
use proto::scoring::v1::result_source::Source;

use crate::app::AnyError;
use crate::client::{self, Aside, Client, Membership, Reach, runs};
use crate::show::Language;

/// Show the results of a season: standings, one unit's explanation, or what moved
///
/// Without --bloc and --unit: the counts of the federation and its standings. Each answer names the run that it is from
/// and the run's hashes, which `thidua export` and `thidua classify` prove again.
#[derive(Debug, Args)]
pub(crate) struct Results {
    #[command(flatten)]
    member: Membership,
    /// Code of the season
    #[arg(long)]
    season: String,
    /// Code of a bloc: its counts and standings
    #[arg(long, conflicts_with = "unit")]
    bloc: Option<String>,
    /// Code of a unit: why it has its points and its class, line by line
    #[arg(long)]
    unit: Option<String>,
    /// Number or id of a run; without it, the published one
    #[arg(long)]
    run: Option<String>,
    /// The sheets as they are now, in place of a run; for a bloc
    #[arg(long, conflicts_with_all = ["run", "unit"], requires = "bloc")]
    live: bool,
    /// What moved between two runs
    #[arg(long, conflicts_with_all = ["bloc", "unit", "run", "live"])]
    moved: bool,
    /// Number or id of the earlier run; without it, the one that was published before
    #[arg(long, requires = "moved", value_name = "RUN")]
    from: Option<String>,
    /// Number or id of the later run; without it, the published one
    #[arg(long, requires = "moved", value_name = "RUN")]
    to: Option<String>,
    /// Language of what is printed, also of what went wrong
    #[arg(long, value_enum, default_value_t)]
    lang: Language,
    #[command(flatten)]
    reach: Reach,
}

impl Results {
    pub(crate) fn run(self) -> ExitCode {
        client::run_in(self.lang, &self.reach, Aside::Nothing, async |client| self.show(client).await)
    }

    async fn show(&self, client: &Client) -> Result<(), AnyError> {
        let connection = self.member.connect(client, self.rpc()).await?;
        let text = match (&self.bloc, &self.unit) {
            _ if self.moved => moved::text(self, &connection).await?,
            (Some(bloc), _) => bloc::text(self, &connection, bloc).await?,
            (None, Some(unit)) => unit::text(self, &connection, unit).await?,
            (None, None) => federation::text(self, &connection).await?,
        };
        Ok(io::stdout().write_all(&text)?)
    }

    fn rpc(&self) -> &'static str {
        match (&self.bloc, &self.unit) {
            _ if self.moved => "/thidua.scoring.v1.ResultService/CompareRuns",
            (Some(_), _) => "/thidua.scoring.v1.ResultService/GetBlocStandings",
            (None, Some(_)) => "/thidua.scoring.v1.ExplanationService/GetUnitResult",
            (None, None) => "/thidua.scoring.v1.ResultService/ListFederationStandings",
        }
    }

    /// Which results are asked for.
    async fn source(&self, connection: &Connection) -> Result<Option<ResultSource>, AnyError> {
        let source = match &self.run {
            Some(run) => Some(Source::RunId(runs::id(connection, &self.season, run).await?)),
            None => self.live.then_some(Source::Live(true)),
        };
        Ok(source.map(|source| ResultSource { source: Some(source) }))
    }

    /// The name of the federation.
    async fn federation(&self, connection: &Connection) -> Result<String, AnyError> {
        let mut tenants = TenantServiceClient::new(connection.clone());
        let own = tenants.get_own_tenant(GetOwnTenantRequest {}).await?.into_inner().tenant;
        Ok(own.map(|tenant| tenant.name).unwrap_or_default())
    }
}
