//! Live standings of a bloc: computed from what the services have now, by the job that follows a change, and by whoever
//! asks before the first such job has ended.

use std::sync::Arc;

use platform::db::TenantTx;
use platform::tenancy::TenantScope;
use platform::{Error, Result};
use proto::scoring::v1::GetBlocStandingsResponse;

use crate::domain::campaign::Sheet;
use crate::domain::gathered::Gathered;
use crate::domain::live::{self, Lifted, LiveBloc};
use crate::domain::runs;
use crate::peers::Peers;
use crate::store::sheets::Counted;
use crate::store::{live_standings, sheets};

/// How often a bloc may change while it is gathered.
const ROUNDS: usize = 10;

/// The bloc as it was at one moment.
#[derive(Debug)]
pub(crate) struct Computed {
    /// What was known of changes before anything was read; 0: nothing.
    pub(crate) mark: u64,
    pub(crate) season_revision: u64,
    pub(crate) units_revision: u64,
    pub(crate) members: Vec<String>,
    /// The standings, or the first fault of the bloc's campaign.
    pub(crate) outcome: Result<GetBlocStandingsResponse, String>,
}

/// Gathers the bloc alone and computes its standings.
pub(crate) async fn compute(peers: &Peers, scope: &impl TenantScope, of: &LiveBloc) -> Result<Computed> {
    let (db, tenant) = (peers.database(), scope.tenant()?);
    let tx = TenantTx::read(db, scope).await?;
    let mark = live_standings::get(&tx, of).await?.map_or(0, |live| live.mark);
    drop(tx);
    let mut gathered = peers.gather_whole(tenant, &of.season, &of.bloc).await?;
    for _ in 0..ROUNDS {
        let tx = TenantTx::read(db, scope).await?;
        let members: Vec<&str> = members(&gathered).iter().map(String::as_str).collect();
        let counted = sheets::submitted_of(&tx, &of.season, &members).await?;
        drop(tx);
        if !peers.gather_again(tenant, &of.bloc, &mut gathered).await? {
            return computed(mark, gathered, counted.into_values().flatten().collect()).await;
        }
    }
    Err(Error::unavailable(format!("{of} changes all the time: try again"), "the bloc cannot be gathered"))
}

fn members(gathered: &Gathered) -> &[String] {
    gathered.blocs.first().map(|bloc| bloc.members.as_slice()).unwrap_or_default()
}

/// Computes beside the tasks that answer calls.
async fn computed(mark: u64, mut gathered: Gathered, sheets: Vec<Counted>) -> Result<Computed> {
    let lifted = gathered.policy.as_mut().map(live::lift_federation_quotas);
    let gathered = Arc::new(gathered);
    let outcome = match lifted {
        Some(lifted) => {
            let gathered = Arc::clone(&gathered);
            let work = move || classify(&gathered, &sheets, &lifted);
            tokio::task::spawn_blocking(work).await.map_err(Error::internal)??
        }
        None => Err(format!("season {:?} has no policy yet", gathered.season.code)),
    };
    Ok(Computed {
        mark,
        season_revision: gathered.season.revision,
        units_revision: gathered.units_revision,
        members: members(&gathered).to_vec(),
        outcome,
    })
}

fn classify(
    gathered: &Gathered,
    sheets: &[Counted],
    lifted: &Lifted,
) -> Result<Result<GetBlocStandingsResponse, String>> {
    let sheets = sheets.iter().map(|sheet| Sheet {
        unit: &sheet.unit,
        layer: &sheet.layer,
        scorer: &sheet.scorer,
        lines: sheet.lines.iter().map(|line| line.of_campaign()).collect(),
    });
    let campaign = gathered.campaign(sheets.collect()).map_err(Error::internal)?;
    let classification = runs::classify(&campaign, None, &|_| ());
    Ok(match classification.outcome {
        Ok(drafted) => Ok(live::standings(drafted.records, lifted)),
        Err(faults) => Err(faults.first().map(ToString::to_string).unwrap_or_default()),
    })
}
