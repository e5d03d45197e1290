use std::collections::{BTreeMap, BTreeSet};

use platform::db::TenantTx;
use platform::input::Faults;
use platform::paging::Page;
use platform::{Error, Result, auth};
use prost::Message as _;
use proto::scoring::v1::{CompareRunsRequest, CompareRunsResponse, UnitMove};
use tonic::Request;

use super::Results;
use super::source::Chosen;
use crate::domain::records::{KeptSet, Seen, UnitRecord, between};
use crate::domain::runs::{Run, RunId, State};
use crate::error;
use crate::store::{publications, run_blocs, run_sets, run_units, runs};

/// Units of a page, when the request does not say, and at most.
const USUAL: u32 = 50;
const MOST: u32 = 100;

pub(super) async fn compare_runs(
    service: &Results,
    request: Request<CompareRunsRequest>,
) -> Result<CompareRunsResponse> {
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let from: Option<Option<RunId>> = match asked.from_run_id.as_str() {
        "" => Some(None),
        id => faults.id("from_run_id", id).map(Some),
    };
    let to: Option<RunId> = faults.id("to_run_id", &asked.to_run_id);
    let (from, to) = faults.finish(from.zip(to))?;

    let tx = service.db.read(auth::principal(&request)?).await?;
    let to = runs::get(&tx, to).await?;
    let current = publications::current(&tx, &to.season).await?;
    let from = match from {
        Some(from) => runs::get(&tx, from).await?,
        None => published_before(&tx, &to, current).await?,
    };
    if from.season != to.season {
        return Err(error::run_of_another_season(&from, &to.season));
    }
    let from = Chosen::of(&tx, from, current).await?;
    let to = Chosen::of(&tx, to, current).await?;
    let ids = [from.run.id.to_string(), to.run.id.to_string()];
    let size = if asked.page_size == 0 { USUAL } else { asked.page_size.min(MOST) };
    let page = Page::parse("CompareRuns", &[&ids[0], &ids[1]], size, &asked.page_token)?;

    let moved = moved_units(service, &tx, &from.run, &to.run).await?;
    let total_moves = u32::try_from(moved.len()).map_err(Error::internal)?;
    let (units, next_page_token) = page.cut(moved, String::as_str);
    let units: Vec<&str> = units.iter().map(String::as_str).collect();
    let before = Side::of(&tx, from.run.id, Some(&units)).await?;
    let after = Side::of(&tx, to.run.id, Some(&units)).await?;
    let moves = moves(&before, &after);
    let (from, to) = (Some(from.origin()), Some(to.origin()));
    Ok(CompareRunsResponse { from, to, moves, total_moves, next_page_token })
}

/// The published run; where `to` is that one, the run that was published before.
async fn published_before(tx: &TenantTx, to: &Run, current: Option<RunId>) -> Result<Run> {
    let current = current.ok_or_else(|| error::nothing_published(&to.season))?;
    if current != to.id {
        return runs::get(tx, current).await;
    }
    let mut all = runs::of(tx, Some(&to.season)).await?;
    all.retain(|run| run.state == State::Published && run.number < to.number);
    all.into_iter().max_by_key(|run| run.number).ok_or_else(|| error::first_published(to))
}

/// The codes of the units that moved. Neither run changes, so they are kept.
async fn moved_units(service: &Results, tx: &TenantTx, from: &Run, to: &Run) -> Result<Vec<String>> {
    let key = format!("moved/{}/{}", from.id, to.id);
    let kept = service.cache.get_or_load(tx.tenant_id(), &key, async || {
        let before = Side::of(tx, from.id, None).await?;
        let after = Side::of(tx, to.id, None).await?;
        let work = move || moves(&before, &after);
        let moves = tokio::task::spawn_blocking(work).await.map_err(Error::internal)?;
        let units = moves.into_iter().map(|one| UnitMove { unit: one.unit, ..UnitMove::default() });
        let moved = CompareRunsResponse { moves: units.collect(), ..CompareRunsResponse::default() };
        Ok(moved.encode_to_vec().into())
    });
    let kept = CompareRunsResponse::decode(kept.await?).map_err(Error::internal)?;
    Ok(kept.moves.into_iter().map(|one| one.unit).collect())
}

/// One of the two runs.
struct Side {
    units: BTreeMap<String, UnitRecord>,
    /// By bloc.
    sets: BTreeMap<String, KeptSet>,
}

impl Side {
    /// With these units, or with all.
    async fn of(tx: &TenantTx, run: RunId, units: Option<&[&str]>) -> Result<Self> {
        let units = match units {
            Some(units) => run_units::of(tx, run, units).await?,
            None => run_units::all(tx, run).await?,
        };
        let sets = run_sets::all(tx, run).await?;
        let blocs = run_blocs::all(tx, run).await?.into_iter();
        let sets = blocs.filter_map(|bloc| Some((bloc.code, sets.get(&bloc.criteria_set)?.clone())));
        Ok(Self {
            units: units.into_iter().map(|unit| (unit.standing.unit.clone(), unit)).collect(),
            sets: sets.collect(),
        })
    }

    fn seen(&self, unit: &str) -> Option<Seen<'_>> {
        let record = self.units.get(unit)?;
        Some(Seen { record, set: self.sets.get(&record.standing.bloc) })
    }
}

/// By code.
fn moves(before: &Side, after: &Side) -> Vec<UnitMove> {
    let units: BTreeSet<&String> = before.units.keys().chain(after.units.keys()).collect();
    units.into_iter().filter_map(|unit| between(before.seen(unit), after.seen(unit))).collect()
}
