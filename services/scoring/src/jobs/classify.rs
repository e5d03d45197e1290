//! A classification run: gathers the campaign as it is, computes, and stores what came out for good.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::TryStreamExt as _;
use platform::db::TenantTx;
use platform::ids::TenantId;
use platform::jobs::{Completed, Job, JobContext, JobError, Lane, Subject};
use platform::tenancy::Actor;
use platform::{Error, Result};
use proto::common::v1::Reason;
use proto::scoring::v1::{RunDrafted, RunFailed};

use crate::domain::campaign::Sheet;
use crate::domain::explain::Explanation;
use crate::domain::gathered::Gathered;
use crate::domain::records::{KeptExplanation, Records, SheetOfUnit};
use crate::domain::runs::{self, Classification, Classify, Finished, Run, RunId, Started, State};
use crate::peers::Peers;
use crate::store::live_standings::Marks;
use crate::store::run_documents::{Kind, Packed};
use crate::store::sheets::Counted;
use crate::store::{
    live_standings, run_blocs, run_documents, run_explanations, run_faults, run_freshness, run_sets,
    run_units, runs as rows, sheets, staleness,
};

/// How often a season may change while it is gathered.
const ROUNDS: usize = 10;

/// How long a scheduled run waits for the run that is at work before it looks again.
const BUSY: Duration = Duration::from_secs(60);

/// So many faults of a campaign are kept.
const FAULTS_KEPT: usize = 10_000;

/// A classified campaign, packed for its rows.
struct Ready {
    classification: Classification<Result<Packed>>,
    explanations: run_explanations::Packed,
    season_revision: u64,
    units_revision: u64,
}

impl Job for Classify {
    const KIND: &'static str = "classify";
    const LANE: Lane = Lane::Recalculation;
    /// Two hours of other services that do not answer, or of another run of the season.
    const MAX_FAILURES: i64 = 20;
    type Deps = Peers;

    fn subject(&self) -> Subject {
        Subject::from([("season".to_owned(), self.season.clone())])
    }

    async fn check(&self, peers: &Peers, tenant: TenantId) -> Result<()> {
        peers.check_season(tenant, &self.season).await
    }

    async fn run(self, ctx: JobContext, peers: Peers) -> Result<Completed, JobError> {
        begin(&ctx, &self.season).await?;
        ctx.phase("gather");
        let (gathered, marks, sheets) = gather(&ctx, &peers, &self.season).await?;
        ctx.check()?;
        ctx.phase("classify");
        let ready = computed(Arc::new(gathered), Arc::new(sheets)).await?;
        ctx.check()?;
        ctx.phase("store");
        store(&ctx, ready, &marks).await
    }

    async fn failed(&self, tx: &TenantTx, _: &Peers, error: &str) -> Result<()> {
        let Actor::Job(job) = tx.actor() else { return Ok(()) };
        let finished = Finished { error: error.to_owned(), ..Finished::default() };
        let run = match rows::pending_of(tx, *job).await? {
            Some(run) => {
                let run = ended(tx, run, State::Failed, finished);
                rows::change(tx, &run).await?;
                run
            }
            // It has met another run of the season until its budget was spent.
            None => rows::add_failed(tx, &self.season, *job, by_schedule(tx), finished).await?,
        };
        tell_failed(tx, &run, error);
        Ok(())
    }
}

/// Sees to it that the job has a run: that of a schedule, and a replayed one, make it here.
async fn begin(ctx: &JobContext, season: &str) -> Result<(), JobError> {
    let tx = ctx.write().await?;
    if rows::pending_of(&tx, ctx.job_id()).await?.is_none() {
        match rows::begin(&tx, season, ctx.job_id(), by_schedule(&tx)).await {
            Err(busy) if busy.reason() == Reason::RunInProgress.code() => {
                return Err(JobError::retry_after(BUSY, busy.message()));
            }
            begun => begun?,
        };
    }
    ctx.commit(tx).await
}

/// Nobody, now.
fn by_schedule(tx: &TenantTx) -> Started {
    let at = tx.database().ids().clock().now();
    Started { account: None, name: String::new(), title: String::new(), at }
}

/// The whole campaign as it was at one moment: the sheets are read in one transaction, and competition and
/// organizations say afterwards that nothing has changed since they were asked before it.
async fn gather(
    ctx: &JobContext,
    peers: &Peers,
    season: &str,
) -> Result<(Gathered, Marks, Vec<Counted>), JobError> {
    let mut gathered = peers.gather_whole(ctx.tenant_id(), season, "").await?;
    for _ in 0..ROUNDS {
        let (marks, sheets) = counted(ctx, season).await?;
        if !peers.gather_again(ctx.tenant_id(), "", &mut gathered).await? {
            return Ok((gathered, marks, sheets));
        }
        ctx.check()?;
    }
    Err(JobError::retry(format!("season {season:?} changes all the time while it is gathered")))
}

/// Every sheet of the season that counts, read in one transaction with what tells whether one changes afterwards.
async fn counted(ctx: &JobContext, season: &str) -> Result<(Marks, Vec<Counted>)> {
    let mut tx = ctx.read().await?;
    let marks = live_standings::sheet_marks(&tx, season).await?;
    Ok((marks, sheets::stream_submitted(&mut tx, season).await?.try_collect().await?))
}

/// Assembles, classifies, explains and packs, beside the tasks that answer calls.
async fn computed(gathered: Arc<Gathered>, sheets: Arc<Vec<Counted>>) -> Result<Ready, JobError> {
    match tokio::task::spawn_blocking(move || classified(&gathered, &sheets)).await {
        Ok(ready) => ready,
        Err(panic) => Err(Error::internal(panic).into()),
    }
}

fn classified(gathered: &Gathered, sheets: &[Counted]) -> Result<Ready, JobError> {
    let sheets_of_campaign = sheets.iter().map(|sheet| Sheet {
        unit: &sheet.unit,
        layer: &sheet.layer,
        scorer: &sheet.scorer,
        lines: sheet.lines.iter().map(|line| line.of_campaign()).collect(),
    });
    let campaign = gathered.campaign(sheets_of_campaign.collect()).map_err(JobError::fail)?;
    let mut of_unit: HashMap<&str, Vec<&Counted>> = HashMap::new();
    for sheet in sheets {
        of_unit.entry(&sheet.unit).or_default().push(sheet);
    }
    let mut packer = run_explanations::Packer::new()?;
    let mut packed = Ok(());
    let mut explained = |explanation: &Explanation<'_>| {
        let own = of_unit.get(explanation.unit).into_iter().flatten();
        let own =
            own.map(|sheet| SheetOfUnit { layer: &sheet.layer, scorer: &sheet.scorer, lines: &sheet.lines });
        let kept = KeptExplanation::of(explanation, &campaign.policy.layers, own);
        if packed.is_ok() {
            packed = packer.add(explanation.unit, &kept);
        }
    };
    let classification = runs::classify(&campaign, Some(&mut explained), &Packed::pack);
    packed?;
    Ok(Ready {
        classification,
        explanations: packer.finish(),
        season_revision: gathered.season.revision,
        units_revision: gathered.units_revision,
    })
}

/// Writes all that the run leaves and ends the job, in one transaction.
async fn store(ctx: &JobContext, ready: Ready, marks: &Marks) -> Result<Completed, JobError> {
    let Ready { classification, explanations, season_revision, units_revision } = ready;
    let Classification { campaign, campaign_sha256, units, outcome } = classification;
    let mut finished = Finished {
        season_revision,
        campaign_sha256,
        campaign_size: u64::try_from(campaign.size).map_err(Error::internal)?,
        units: u32::try_from(units).map_err(Error::internal)?,
        ..Finished::default()
    };
    let tx = ctx.write().await?;
    let Some(run) = rows::pending_of(&tx, ctx.job_id()).await? else {
        return Err(JobError::fail("the run of this job is gone"));
    };
    run_documents::add(&tx, run.id, Kind::Campaign, &campaign.kept?).await?;
    match outcome {
        Ok(drafted) => {
            finished.results_sha256 = drafted.results_sha256;
            finished.results_size = u64::try_from(drafted.results.size).map_err(Error::internal)?;
            finished.ranked = u32::try_from(drafted.ranked).map_err(Error::internal)?;
            run_documents::add(&tx, run.id, Kind::Results, &drafted.results.kept?).await?;
            add_records(&tx, run.id, drafted.records).await?;
            run_explanations::add(&tx, run.id, explanations).await?;
            let gathered = run_freshness::Gathered { season: &run.season, season_revision, units_revision };
            staleness::begin_run(&tx, run.id, &gathered, marks).await?;
            let run = ended(&tx, run, State::Draft, finished);
            rows::change(&tx, &run).await?;
            tx.publish(&RunDrafted {
                season: run.season,
                run_id: run.id.to_string(),
                run_number: run.number,
                units: run.finished.units,
                ranked: run.finished.ranked,
                results_sha256: run.finished.results_sha256,
            });
            ctx.complete(tx).await
        }
        Err(mut faults) => {
            finished.faults = u32::try_from(faults.len()).map_err(Error::internal)?;
            faults.truncate(FAULTS_KEPT);
            let first = faults.first().map(ToString::to_string).unwrap_or_default();
            let run = ended(&tx, run, State::Failed, finished);
            rows::change(&tx, &run).await?;
            run_faults::add(&tx, run.id, faults).await?;
            tell_failed(&tx, &run, &first);
            let error = format!("the campaign has {} faults, the first: {first}", run.finished.faults);
            ctx.complete_failed(tx, error).await
        }
    }
}

async fn add_records(tx: &TenantTx, run: RunId, records: Records) -> Result<()> {
    run_sets::add(tx, run, records.sets).await?;
    run_blocs::add(tx, run, records.blocs, records.federation).await?;
    run_units::add(tx, run, records.units).await
}

fn ended(tx: &TenantTx, run: Run, state: State, finished: Finished) -> Run {
    Run { state, finished, finished_at: Some(tx.database().ids().clock().now()), ..run }
}

fn tell_failed(tx: &TenantTx, run: &Run, summary: &str) {
    tx.publish(&RunFailed {
        season: run.season.clone(),
        run_id: run.id.to_string(),
        run_number: run.number,
        faults: run.finished.faults,
        summary: summary.to_owned(),
    });
}
