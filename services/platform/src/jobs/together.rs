//! Jobs of a tenant that were handed out together: small ones, done in one transaction.

use std::collections::VecDeque;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt as _;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use super::claim::{LEASE, renew_all};
use super::feed::{Feed, News};
use super::figures::End;
use super::finish::{self, Held, Move};
use super::job::{Completed, JobError, Reason};
use super::registry::Kind;
use super::rows::Model;
use super::system::Parts;
use super::{Call, WAKE, attempt};
use crate::Clock;
use crate::db::{Database, TenantTx};
use crate::error::Result;
use crate::ids::TenantId;
use crate::lifecycle::panic_text;
use crate::telemetry::span::{self, Key, Span};
use crate::tenancy::{Cause, Work};
use crate::trace::{self, Trace};

/// One attempt of each of several jobs of one tenant.
#[derive(Clone)]
pub struct BatchContext(Arc<Batch>);

struct Batch {
    db: Database,
    clock: Clock,
    feed: Arc<dyn Feed>,
    /// Speaks for the first of the jobs.
    work: Work,
    held: Vec<Held>,
}

impl fmt::Debug for BatchContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} jobs of tenant {}", self.0.held.len(), self.tenant_id())
    }
}

impl BatchContext {
    pub fn tenant_id(&self) -> TenantId {
        self.0.work.tenant_id()
    }

    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The right to open transactions of the jobs' tenant. Audit entries name the first of the jobs.
    pub fn work(&self) -> &Work {
        &self.0.work
    }

    pub async fn read(&self) -> Result<TenantTx> {
        TenantTx::read(&self.0.db, &self.0.work).await
    }

    /// Opens the one transaction for the effects of all jobs. End it with [`BatchContext::complete`].
    pub async fn write(&self) -> Result<TenantTx> {
        TenantTx::write(&self.0.db, &self.0.work).await
    }

    /// Marks all jobs as succeeded within `tx` and commits. Nothing of `tx` holds when the lease of one was lost or one
    /// was cancelled meanwhile.
    pub async fn complete(&self, tx: TenantTx) -> Result<Completed, JobError> {
        let Batch { held, clock, feed, .. } = &*self.0;
        if !finish::succeed_all(&tx, held, clock.now()).await? {
            return Err(JobError(Reason::Lost));
        }
        tx.notify(WAKE, &Call::Places.payload());
        let (feed, held) = (Arc::clone(feed), held.clone());
        tx.on_commit(move || {
            for Held { tenant, job, .. } in held {
                feed.publish(News { tenant, job, progress: None });
            }
        });
        tx.commit().await?;
        Ok(Completed(()))
    }
}

/// Runs the claimed jobs of one message to the end of their attempts: together when there are several, and each alone
/// when that does not succeed. `release` cuts them off and gives them back.
pub(super) async fn run(parts: &Arc<Parts>, rows: Vec<Model>, release: &CancellationToken) {
    let kind = rows.first().and_then(|first| {
        let all = rows.len() > 1 && rows.iter().all(|row| row.kind == first.kind);
        parts.registry.get(&first.kind).filter(|kind| all && rows.len() <= kind.together)
    });
    if let Some(kind) = kind
        && release.run_until_cancelled(done(parts, kind, &rows)).await == Some(true)
    {
        return;
    }
    alone(parts, rows, release).await;
}

/// Whether all were done.
async fn done(parts: &Parts, kind: &Kind, rows: &[Model]) -> bool {
    let Some(first) = rows.first() else { return true };
    let trace = Trace::parse(&first.trace).step(&parts.random);
    let logged = tracing::info_span!(
        "jobs",
        service = parts.db.service(),
        kind = first.kind,
        tenant = %first.tenant_id,
        jobs = rows.len(),
        trace = trace.id()
    );
    let watch = parts.clock.stopwatch();
    let spans: Vec<_> = rows.iter().map(|row| begun(parts, row)).collect();
    let ended = trace::within(trace, executed(parts, kind, rows)).instrument(logged).await;
    if let Err(error) = &ended {
        tracing::debug!(kind = first.kind, jobs = rows.len(), %error, "jobs will be done one by one");
        spans.into_iter().for_each(|mut span| span.tell(Key::Outcome, "apart"));
        return false;
    }
    for (row, mut span) in rows.iter().zip(spans) {
        parts.figures.ran(row.lane, watch.elapsed());
        parts.figures.ended(row.lane, row.tenant_id, &Move::Succeed);
        span.tell(Key::Outcome, End::Succeeded.as_str());
    }
    true
}

fn begun(parts: &Parts, row: &Model) -> Span {
    let parent = Trace::parse(&row.trace);
    let trace = parent.step(&parts.random);
    let name = || format!("job {}", row.kind);
    let mut span = Span::begin(span::Kind::Consumer, name, &trace, &parent, &parts.clock);
    attempt::about(&mut span, parts, row);
    span
}

/// In a task of its own, as one job alone.
async fn executed(parts: &Parts, kind: &Kind, rows: &[Model]) -> Result<Completed, JobError> {
    let held: Vec<_> = rows.iter().map(Held::of).collect();
    let first = held.first().ok_or_else(|| JobError::retry("no jobs"))?;
    let ctx = BatchContext(Arc::new(Batch {
        db: parts.db.clone(),
        clock: parts.clock.clone(),
        feed: Arc::clone(&parts.feed),
        work: Work::new(first.tenant, Cause::Job(first.job)),
        held,
    }));
    let jobs = AssertUnwindSafe(trace::within(trace::current(), kind.run_together(rows, ctx))).catch_unwind();
    let task = AbortOnDropHandle::new(tokio::spawn(jobs.in_current_span()));
    match parts.clock.timeout(LEASE / 2, task).await {
        Some(Ok(Ok(ended))) => ended,
        Some(Ok(Err(panic))) => Err(JobError::retry(format!("panicked: {}", panic_text(&*panic)))),
        Some(Err(_)) => Err(JobError::retry("was cut off")),
        None => Err(JobError::retry("took too long")),
    }
}

/// Runs each by itself, one after the other. Those that wait for their turn keep their leases.
async fn alone(parts: &Arc<Parts>, rows: Vec<Model>, release: &CancellationToken) {
    let mut rows = VecDeque::from(rows);
    while let Some(row) = rows.pop_front() {
        let turn = attempt::run(Arc::clone(parts), row, release.clone());
        tokio::select! {
            () = turn => {}
            () = kept(parts, rows.make_contiguous()) => {}
        }
    }
}

/// Renews the leases of jobs of one tenant; never ends.
async fn kept(parts: &Parts, rows: &[Model]) {
    let Some(first) = rows.first() else { return std::future::pending().await };
    let work = Work::new(first.tenant_id, Cause::Job(first.job_id));
    let held: Vec<_> = rows.iter().map(Held::of).collect();
    loop {
        parts.clock.sleep(LEASE / 3).await;
        if let Err(error) = renewed(parts, &work, &held).await {
            tracing::warn!(jobs = held.len(), %error, "the leases of waiting jobs could not be renewed");
        }
    }
}

async fn renewed(parts: &Parts, work: &Work, held: &[Held]) -> Result<()> {
    let tx = TenantTx::write(&parts.db, work).await?;
    renew_all(&tx, held, parts.clock.now()).await?;
    Ok(tx.commit().await?)
}
