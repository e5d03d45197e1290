//! Runs: one row each. What a run has computed is never changed; only its state goes on.

use platform::db::{DbResultExt as _, TenantTx};
use platform::ids::{AccountId, JobId, TenantId};
use platform::{Error, Result, Timestamp};
use sea_orm::IntoActiveModel as _;
use sea_orm::entity::prelude::*;

use super::run_jobs;
use super::sheets::number;
use crate::domain::runs::{Finished, Run, RunId, Started, State};
use crate::domain::sheets::By;
use crate::error;

platform::id_columns!(RunId);

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "runs")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: RunId,
    pub season: String,
    pub number: i64,
    pub job_id: JobId,
    pub state: String,
    pub started_by: Option<AccountId>,
    pub started_name: String,
    pub started_title: String,
    pub started_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    pub season_revision: i64,
    pub campaign_sha256: String,
    pub results_sha256: String,
    pub campaign_size: i64,
    pub results_size: i64,
    pub units: i64,
    pub ranked: i64,
    pub faults: i64,
    pub error: String,
    pub rejected_by: Option<AccountId>,
    pub rejected_name: String,
    pub rejected_title: String,
    pub rejected_at: Option<Timestamp>,
    pub rejection_reason: String,
    pub published_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// The run; `RUN_UNKNOWN` when there is none.
pub(crate) async fn get(tx: &TenantTx, id: RunId) -> Result<Run> {
    let row = tx.find::<Entity>().filter(Column::RunId.eq(id)).one().await?;
    row.map(run).transpose()?.ok_or_else(|| error::run_unknown(id))
}

/// The runs of a season, or of all, in no order.
pub(crate) async fn of(tx: &TenantTx, season: Option<&str>) -> Result<Vec<Run>> {
    let find = tx.find::<Entity>().filter_some(season, |season| Column::Season.eq(season));
    find.all().await?.into_iter().map(run).collect()
}

/// As [`of`] one season, and nobody else changes a run of it until the transaction ends.
pub(crate) async fn held(tx: &TenantTx, season: &str) -> Result<Vec<Run>> {
    let find = tx.find::<Entity>().filter(Column::Season.eq(season)).order_by_asc(Column::RunId);
    find.for_update().all().await?.into_iter().map(run).collect()
}

/// The run that a job is to do.
pub(crate) async fn pending_of(tx: &TenantTx, job: JobId) -> Result<Option<Run>> {
    let pending = tx
        .find::<Entity>()
        .filter(Column::JobId.eq(job))
        .filter(Column::State.eq(State::Pending.as_str()))
        .for_update();
    pending.one().await?.map(run).transpose()
}

/// Adds the next run of a season, pending; `RUN_IN_PROGRESS` while another one is.
pub(crate) async fn begin(tx: &TenantTx, season: &str, job: JobId, started: Started) -> Result<Run> {
    let all = held(tx, season).await?;
    let number = next_number(&all);
    for run in all.into_iter().filter(|run| run.state == State::Pending) {
        let job = run_jobs::states(tx, &[run.job]).await?.remove(&run.job);
        if run.is_alive(job) {
            return Err(error::run_in_progress(season, Some(&run)));
        }
        // Its job was cancelled, which nobody could tell the run.
        change(tx, &run.given_up(started.at)).await?;
    }
    let run = Run {
        id: RunId(tx.database().ids().next()),
        season: season.to_owned(),
        number,
        job,
        state: State::Pending,
        started,
        finished_at: None,
        finished: Finished::default(),
        rejected: None,
        published_at: None,
    };
    add(tx, &run).await?;
    Ok(run)
}

/// Adds the next run of a season, whose job failed before the run could begin, as failed.
pub(crate) async fn add_failed(
    tx: &TenantTx,
    season: &str,
    job: JobId,
    started: Started,
    finished: Finished,
) -> Result<Run> {
    held(tx, season).await?;
    // What was added while others were held shows only now.
    let number = next_number(&of(tx, Some(season)).await?);
    let run = Run {
        id: RunId(tx.database().ids().next()),
        season: season.to_owned(),
        number,
        job,
        state: State::Failed,
        finished_at: Some(started.at),
        started,
        finished,
        rejected: None,
        published_at: None,
    };
    add(tx, &run).await?;
    Ok(run)
}

fn next_number(all: &[Run]) -> u32 {
    all.iter().map(|run| run.number).max().unwrap_or(0).saturating_add(1)
}

/// Adds a run; `RUN_IN_PROGRESS` when another call was quicker.
async fn add(tx: &TenantTx, run: &Run) -> Result<()> {
    let refusal = || error::run_in_progress(&run.season, None);
    let added = tx.insert::<Entity, ActiveModel>(row(tx.tenant_id(), run)?.into_active_model()).await;
    match added {
        Err(refused) if refused.unique() == Some("runs_season_number_key") => Err(refusal()),
        other => other.on_unique("runs_season_key", refusal),
    }
}

/// Writes a run that is held.
pub(crate) async fn change(tx: &TenantTx, run: &Run) -> Result<()> {
    let row: ActiveModel = row(tx.tenant_id(), run)?.into_active_model();
    if tx.update_row::<Entity, _>(row.reset_all()).await? {
        return Ok(());
    }
    Err(Error::internal(format!("run {} is held and not there", run.id)))
}

fn row(tenant_id: TenantId, run: &Run) -> Result<Model> {
    let Finished { campaign_sha256, results_sha256, error, .. } = run.finished.clone();
    let rejected = run.rejected.clone();
    let (by, reason) = rejected.map_or((None, String::new()), |(by, reason)| (Some(by), reason));
    Ok(Model {
        tenant_id,
        run_id: run.id,
        season: run.season.clone(),
        number: i64::from(run.number),
        job_id: run.job,
        state: run.state.as_str().to_owned(),
        started_by: run.started.account,
        started_name: run.started.name.clone(),
        started_title: run.started.title.clone(),
        started_at: run.started.at,
        finished_at: run.finished_at,
        season_revision: number(run.finished.season_revision)?,
        campaign_sha256,
        results_sha256,
        campaign_size: number(run.finished.campaign_size)?,
        results_size: number(run.finished.results_size)?,
        units: i64::from(run.finished.units),
        ranked: i64::from(run.finished.ranked),
        faults: i64::from(run.finished.faults),
        error,
        rejected_by: by.as_ref().map(|by| by.account),
        rejected_at: by.as_ref().map(|by| by.at),
        rejected_name: by.as_ref().map(|by| by.name.clone()).unwrap_or_default(),
        rejected_title: by.map(|by| by.title).unwrap_or_default(),
        rejection_reason: reason,
        published_at: run.published_at,
    })
}

fn run(row: Model) -> Result<Run> {
    let state = State::ALL.into_iter().find(|state| state.as_str() == row.state);
    let small = |value: i64| u32::try_from(value).map_err(Error::internal);
    let large = |value: i64| u64::try_from(value).map_err(Error::internal);
    let rejected = row.rejected_by.zip(row.rejected_at).map(|(account, at)| {
        (By { account, name: row.rejected_name, title: row.rejected_title, at }, row.rejection_reason)
    });
    Ok(Run {
        id: row.run_id,
        season: row.season,
        number: small(row.number)?,
        job: row.job_id,
        state: state.ok_or_else(|| Error::internal(format!("a run has the state {:?}", row.state)))?,
        started: Started {
            account: row.started_by,
            name: row.started_name,
            title: row.started_title,
            at: row.started_at,
        },
        finished_at: row.finished_at,
        finished: Finished {
            season_revision: large(row.season_revision)?,
            campaign_sha256: row.campaign_sha256,
            results_sha256: row.results_sha256,
            campaign_size: large(row.campaign_size)?,
            results_size: large(row.results_size)?,
            units: small(row.units)?,
            ranked: small(row.ranked)?,
            faults: small(row.faults)?,
            error: row.error,
        },
        rejected,
        published_at: row.published_at,
    })
}
