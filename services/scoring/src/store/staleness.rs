//! What a change makes stale: live standings, which a job computes again, and runs, which stay as they are.

use std::time::Duration;

use platform::db::TenantTx;
use platform::jobs::NewJob;
use platform::{Result, Timestamp};

use super::live_standings::Marks;
use super::{heard_changes, live_members, live_standings, run_freshness};
use crate::domain::live::LiveBloc;
use crate::domain::runs::RunId;

/// Changes come in bursts: so long standings wait for the next one before they are computed again.
const SETTLE: Duration = Duration::from_secs(2);

/// Sheets of these blocs that count have changed in this transaction.
pub(crate) async fn sheets_changed<'b>(
    tx: &TenantTx,
    blocs: impl IntoIterator<Item = &'b LiveBloc>,
) -> Result<()> {
    let at = tx.database().ids().clock().now();
    for bloc in blocs {
        live_standings::sheet_changed(tx, bloc, at).await?;
        run_freshness::sheet_changed(tx, &bloc.season, at).await?;
        compute_again(tx, bloc).await?;
    }
    Ok(())
}

/// Competition changed what these blocs rest on, or all of the season where none is named.
pub(crate) async fn campaign_changed(
    tx: &TenantTx,
    season: &str,
    revision: u64,
    blocs: &[String],
    at: Timestamp,
) -> Result<()> {
    let mut stale = if blocs.is_empty() {
        live_standings::known(tx, Some(season)).await?
    } else {
        let bloc = |bloc: &String| LiveBloc { season: season.to_owned(), bloc: bloc.clone() };
        blocs.iter().map(bloc).collect()
    };
    stale.sort_unstable();
    for bloc in &stale {
        if live_standings::campaign_changed(tx, bloc, revision, at).await? {
            compute_again(tx, bloc).await?;
        }
    }
    heard_changes::note(tx, season, revision, at).await?;
    run_freshness::campaign_changed(tx, season, revision, at).await
}

/// Organizations changed these units, or any where none is named.
pub(crate) async fn units_changed(
    tx: &TenantTx,
    revision: u64,
    units: &[String],
    at: Timestamp,
) -> Result<()> {
    let stale = if units.is_empty() {
        live_standings::known(tx, None).await?
    } else {
        live_members::blocs_of(tx, units).await?
    };
    for bloc in &stale {
        if live_standings::units_changed(tx, bloc, revision, at).await? {
            compute_again(tx, bloc).await?;
        }
    }
    heard_changes::note(tx, heard_changes::UNITS, revision, at).await?;
    run_freshness::units_changed(tx, revision, at).await
}

async fn compute_again(tx: &TenantTx, bloc: &LiveBloc) -> Result<()> {
    compute_after(tx, bloc, SETTLE).await
}

/// Has the standings of a bloc computed after so long, if nobody has asked for that yet.
pub(crate) async fn compute_after(tx: &TenantTx, bloc: &LiveBloc, wait: Duration) -> Result<()> {
    let at = tx.database().ids().clock().now().plus(wait);
    let key = format!("{}/{}", bloc.season, bloc.bloc);
    tx.enqueue(NewJob::from(bloc.clone()).unique(key).run_at(at)).await?;
    Ok(())
}

/// Notes what a run gathered, and whether something has changed between that and this transaction, after which every
/// change finds the note. `marks` were read together with the sheets.
pub(crate) async fn begin_run(
    tx: &TenantTx,
    run: RunId,
    gathered: &run_freshness::Gathered<'_>,
    marks: &Marks,
) -> Result<()> {
    let now = live_standings::held_sheet_marks(tx, gathered.season).await?;
    let sheets = now.iter().filter(|(bloc, (mark, _))| {
        let before = marks.get(*bloc).map_or(0, |(before, _)| *before);
        before != *mark
    });
    let sheets = sheets.map(|(_, (_, at))| *at).min();
    let season = heard_changes::later_than(tx, gathered.season, gathered.season_revision).await?;
    let units = heard_changes::later_than(tx, heard_changes::UNITS, gathered.units_revision).await?;
    let stale_since = [sheets, season, units].into_iter().flatten().min();
    run_freshness::add(tx, run, gathered, stale_since).await
}
