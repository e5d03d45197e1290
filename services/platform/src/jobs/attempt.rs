//! One attempt from claim to end: run the job, keep its lease, record what came of it.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use super::claim::{LEASE, Renewed, renew};
use super::context::{Attempt, JobContext};
use super::figures::End;
use super::finish::{self, Held, Move};
use super::job::{Completed, JobError, Reason};
use super::rows::Model;
use super::state::{Verdict, after_failure};
use super::system::Parts;
use super::{CANCEL, Call};
use crate::db::{TenantTx, Wake};
use crate::error::Result;
use crate::lifecycle::panic_text;
use crate::telemetry::span::{Key, Kind, Span};
use crate::tenancy::{Cause, Work};
use crate::trace::{self, Trace};

/// How often progress goes to the row.
const PROGRESS: Duration = Duration::from_secs(1);

/// How long a kind may take to react to a failure. It holds a write transaction, for which others wait on SQLite.
const TELL: Duration = Duration::from_secs(20);

/// Runs the claimed job of `row` to the end of this attempt. `release` cuts it off and gives the job back.
pub(super) async fn run(parts: Arc<Parts>, row: Model, release: CancellationToken) {
    let parent = Trace::parse(&row.trace);
    let trace = parent.step(&parts.random);
    let logged = tracing::info_span!(
        "job",
        service = parts.db.service(),
        kind = row.kind,
        tenant = %row.tenant_id,
        job = %row.job_id,
        attempt = row.fence,
        trace = trace.id()
    );
    let mut span = Span::begin(Kind::Consumer, || format!("job {}", row.kind), &trace, &parent, &parts.clock);
    about(&mut span, &parts, &row);
    let work = trace::within(trace, attempt(&parts, &row, &release)).instrument(logged);
    let end = Box::pin(work).await;
    span.tell(Key::Outcome, end.map_or("lost", End::as_str));
    if !matches!(end, Some(End::Succeeded | End::Cancelled | End::Released)) {
        span.fail();
    }
}

pub(super) fn about(span: &mut Span, parts: &Parts, row: &Model) {
    span.tell(Key::Service, parts.db.service());
    span.tell(Key::Tenant, row.tenant_id);
    span.tell(Key::Job, row.job_id);
    span.tell(Key::JobKind, &row.kind);
    span.tell(Key::Lane, row.lane);
    span.count(Key::Attempt, row.fence);
}

/// Returns what it came to; `None` when the job is another's by now.
async fn attempt(parts: &Arc<Parts>, row: &Model, release: &CancellationToken) -> Option<End> {
    let ctx = context(parts, row);
    let watch = parts.clock.stopwatch();
    let ended = tokio::select! {
        biased;
        ended = execute(parts, row, &ctx), if !release.is_cancelled() => ended,
        () = release.cancelled() => {
            record_until_told(parts, row, &ctx, &Move::Release).await;
            return Some(End::Released);
        }
        () = keep(parts, &ctx) => Err(JobError(Reason::Lost)),
    };
    parts.figures.ran(row.lane, watch.elapsed());
    let step = match ended {
        Ok(Completed(())) => {
            parts.figures.ended(row.lane, row.tenant_id, &Move::Succeed);
            return Some(End::Succeeded);
        }
        Err(JobError(reason)) => next_step(parts, row, &ctx, reason)?,
    };
    record_until_told(parts, row, &ctx, &step).await;
    Some(End::from(&step))
}

fn context(parts: &Parts, row: &Model) -> JobContext {
    JobContext(Arc::new(Attempt {
        db: parts.db.clone(),
        clock: parts.clock.clone(),
        feed: Arc::clone(&parts.feed),
        work: Work::new(row.tenant_id, Cause::Job(row.job_id)),
        held: Held::of(row),
        failures: row.failures,
        crashes: row.crashes,
        progress: Mutex::default(),
        cancel: CancellationToken::new(),
        lost: CancellationToken::new(),
    }))
}

/// Runs the job in a task of its own, so that one that does not yield holds up nobody but itself.
async fn execute(parts: &Parts, row: &Model, ctx: &JobContext) -> Result<Completed, JobError> {
    let Some(kind) = parts.registry.get(&row.kind) else {
        return Err(JobError::retry(format!("no worker here knows jobs of kind \"{}\"", row.kind)));
    };
    let job = trace::within(trace::current(), kind.run(row, ctx.clone()));
    let job = AssertUnwindSafe(job).catch_unwind();
    let task = AbortOnDropHandle::new(tokio::spawn(job.in_current_span()));
    match parts.clock.timeout(kind.time_limit, task).await {
        Some(Ok(Ok(ended))) => ended,
        Some(Ok(Err(panic))) => Err(JobError::retry(format!("panicked: {}", panic_text(&*panic)))),
        Some(Err(_)) => Err(JobError::retry("was cut off")),
        None => Err(JobError::retry(format!("took longer than {} s", kind.time_limit.as_secs()))),
    }
}

/// Renews the lease, writes progress and hears of cancelling; ends when the lease is lost.
async fn keep(parts: &Parts, ctx: &JobContext) {
    let mut cancels = parts.db.listen(CANCEL);
    let job = ctx.job_id().to_string();
    let mut lease_until = parts.clock.now().plus(LEASE);
    let mut written = ctx.progress_now();
    loop {
        let asked = tokio::select! {
            () = parts.clock.sleep(PROGRESS) => false,
            wake = cancels.next() => match wake {
                Wake::Said(id) if id != job => continue,
                _ => true,
            },
        };
        let (now, progress) = (parts.clock.now(), ctx.progress_now());
        if !asked && progress == written && now.plus(LEASE * 2 / 3) < lease_until {
            continue;
        }
        match renewed(parts, ctx, &progress).await {
            Ok(Renewed::Lost) => break,
            Ok(told) => {
                if told == Renewed::CancelAsked {
                    ctx.0.cancel.cancel();
                }
                (lease_until, written) = (now.plus(LEASE), progress);
            }
            Err(error) => {
                tracing::warn!(job, %error, "the lease of a job could not be renewed");
                if parts.clock.now() >= lease_until {
                    break;
                }
            }
        }
    }
    ctx.0.lost.cancel();
}

async fn renewed(parts: &Parts, ctx: &JobContext, progress: &super::Progress) -> Result<Renewed> {
    let tx = ctx.write().await?;
    let told = renew(&tx, ctx.0.held, progress, parts.clock.now()).await?;
    tx.commit().await?;
    Ok(told)
}

/// What a failed attempt means for the job. `None`: nothing, it is another's by now.
fn next_step(parts: &Parts, row: &Model, ctx: &JobContext, reason: Reason) -> Option<Move> {
    let (failures, crashes) = (row.failures + 1, row.crashes);
    match reason {
        Reason::Lost => None,
        Reason::Cancelled => Some(Move::Cancel),
        _ if ctx.0.cancel.is_cancelled() => Some(Move::Cancel),
        Reason::Fail { text: error } => Some(Move::Fail { error, failures, crashes }),
        Reason::Retry { after, text: error } => {
            Some(match after_failure(failures, row.max_failures, &parts.random) {
                Verdict::Spent => Move::Fail { error, failures, crashes },
                Verdict::Again(wait) => {
                    let at = parts.clock.now().plus(after.unwrap_or(wait));
                    Move::Retry { at, error, failures }
                }
            })
        }
    }
}

/// Records the step, again after an error of the database while the lease lasts; then the rescuer sees to the job.
async fn record_until_told(parts: &Parts, row: &Model, ctx: &JobContext, step: &Move) {
    for _ in 0..5 {
        match record(parts, row, ctx, step).await {
            Ok(()) => return,
            Err(error) => {
                tracing::warn!(job = %row.job_id, %error, cause = error.cause(), "the end of an attempt was not recorded");
            }
        }
        parts.clock.sleep(Duration::from_secs(1)).await;
    }
}

async fn record(parts: &Parts, row: &Model, ctx: &JobContext, step: &Move) -> Result<()> {
    let tx = ctx.write().await?;
    let Some(step) = ended(parts, ctx, &tx, step).await? else { return Ok(()) };
    let tx = match step {
        Move::Fail { error, .. } => match told(parts, row, tx, error).await {
            Some(tx) => tx,
            None => {
                let tx = ctx.write().await?;
                if ended(parts, ctx, &tx, step).await?.is_none() {
                    return Ok(());
                }
                tx
            }
        },
        _ => tx,
    };
    let waits = matches!(step, Move::Retry { .. } | Move::Release);
    ctx.news_on_commit(&tx, if waits { Call::Anywhere(row.tenant_id) } else { Call::Places });
    tx.commit().await?;
    parts.figures.ended(row.lane, row.tenant_id, step);
    Ok(())
}

/// Makes the step within `tx` and returns it; `None` when the attempt was over. A job that somebody has asked to cancel
/// does not go back to waiting, even if the attempt has not heard of it: it is cancelled.
async fn ended<'a>(
    parts: &Parts,
    ctx: &JobContext,
    tx: &TenantTx,
    step: &'a Move,
) -> Result<Option<&'a Move>> {
    let (held, now, progress) = (ctx.0.held, parts.clock.now(), ctx.progress_now());
    let goes_on = matches!(step, Move::Retry { .. } | Move::Release);
    let terms = finish::Terms { progress: Some(&progress), unless_cancelled: goes_on, ..Default::default() };
    if finish::end(tx, held, step, terms, now).await? {
        return Ok(Some(step));
    }
    let terms = finish::Terms { unless_cancelled: false, ..terms };
    let cancelled = goes_on && finish::end(tx, held, &Move::Cancel, terms, now).await?;
    Ok(cancelled.then_some(&Move::Cancel))
}

/// Lets the kind react to the failure within `tx`. `None`: it could not, and `tx` is rolled back.
pub(super) async fn told(parts: &Parts, row: &Model, tx: TenantTx, error: &str) -> Option<TenantTx> {
    let Some(kind) = parts.registry.get(&row.kind) else { return Some(tx) };
    let failed = AssertUnwindSafe(kind.failed(row, &tx, error)).catch_unwind();
    match parts.clock.timeout(TELL, failed).await {
        Some(Ok(Ok(()))) => return Some(tx),
        Some(Ok(Err(error))) => {
            tracing::error!(job = %row.job_id, kind = row.kind, %error, cause = error.cause(), "nobody was told of a failed job");
        }
        Some(Err(panic)) => {
            let panic = panic_text(&*panic);
            tracing::error!(job = %row.job_id, kind = row.kind, panic, "nobody was told of a failed job");
        }
        None => {
            tracing::error!(job = %row.job_id, kind = row.kind, "telling of a failed job took too long");
        }
    }
    None
}
