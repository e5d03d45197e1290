//! What every change leaves behind: the season's next revision, an event, an audit entry.

use platform::Result;
use platform::audit::Act;
use platform::db::TenantTx;
use proto::competition::v1::{CampaignChanged, SeasonChanged};

use crate::domain::seasons::Season;
use crate::store::{bloc_members, seasons};

/// Which live standings a change makes stale.
pub(crate) enum Stale {
    Nothing,
    /// Those of these blocs; none is nothing.
    Blocs(Vec<String>),
    Everything,
}

impl Stale {
    /// What a change of something of a unit makes stale: the standings of its bloc, if it is in one.
    pub(crate) async fn of_unit(tx: &TenantTx, season: &str, unit: &str) -> Result<Self> {
        Ok(Self::Blocs(bloc_members::bloc_of(tx, season, unit).await?.into_iter().collect()))
    }
}

/// The season itself, its phases or its sets changed. Returns it as it is now.
pub(crate) async fn season_changed(tx: &TenantTx, code: &str, stale: Stale, act: Act) -> Result<Season> {
    let revision = changed(tx, code, stale, act).await?;
    let season = Season { revision, ..seasons::get(tx, code).await? };
    tx.publish(&SeasonChanged { season: Some(season.to_proto()) });
    Ok(season)
}

/// Something in the season that classification runs gather changed. Returns the season's revision after it.
pub(crate) async fn changed(tx: &TenantTx, season: &str, stale: Stale, act: Act) -> Result<u64> {
    let revision = seasons::count_revision(tx, season).await?;
    let blocs = match stale {
        Stale::Blocs(blocs) if !blocs.is_empty() => Some(blocs),
        Stale::Everything => Some(Vec::new()),
        Stale::Blocs(_) | Stale::Nothing => None,
    };
    if let Some(blocs) = blocs {
        tx.publish(&CampaignChanged { season: season.to_owned(), revision, blocs });
    }
    tx.record(act.with("season", season));
    Ok(revision)
}
