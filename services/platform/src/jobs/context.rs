//! What a running job may ask and do.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use super::claim::{Renewed, renew};
use super::feed::{Feed, News, Progress};
use super::finish::{self, Held, Move};
use super::job::{Completed, JobError, Reason};
use super::{Call, WAKE};
use crate::Clock;
use crate::db::{Database, TenantTx};
use crate::error::Result;
use crate::ids::{JobId, TenantId};
use crate::tenancy::Work;

/// One attempt of one job. Clones speak for the same attempt, so that progress can be told from a blocking task.
#[derive(Clone)]
pub struct JobContext(pub(super) Arc<Attempt>);

pub(super) struct Attempt {
    pub(super) db: Database,
    pub(super) clock: Clock,
    pub(super) feed: Arc<dyn Feed>,
    pub(super) work: Work,
    pub(super) held: Held,
    pub(super) failures: i64,
    pub(super) crashes: i64,
    pub(super) progress: Mutex<Progress>,
    pub(super) cancel: CancellationToken,
    pub(super) lost: CancellationToken,
}

impl fmt::Debug for JobContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "job {} of tenant {}, attempt {}", self.0.held.job, self.0.held.tenant, self.0.held.fence)
    }
}

impl JobContext {
    pub fn tenant_id(&self) -> TenantId {
        self.0.held.tenant
    }

    pub fn job_id(&self) -> JobId {
        self.0.held.job
    }

    /// 1 for the first attempt; it grows with each claim, replays included.
    pub fn attempt(&self) -> i64 {
        self.0.held.fence
    }

    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The right to open transactions of the job's tenant.
    pub fn work(&self) -> &Work {
        &self.0.work
    }

    pub async fn read(&self) -> Result<TenantTx> {
        TenantTx::read(&self.0.db, &self.0.work).await
    }

    /// Opens a transaction for the effect of the job. End it with [`JobContext::complete`].
    pub async fn write(&self) -> Result<TenantTx> {
        TenantTx::write(&self.0.db, &self.0.work).await
    }

    /// Marks the job as succeeded within `tx` and commits. Nothing of `tx` holds when the lease was lost or the job was
    /// cancelled meanwhile.
    pub async fn complete(&self, tx: TenantTx) -> Result<Completed, JobError> {
        self.end(tx, Move::Succeed).await
    }

    /// Marks the job as failed for good within `tx` and commits: for a failure that leaves something to keep, such as
    /// the list of faults. [`Job::failed`](super::Job::failed) is not called then.
    pub async fn complete_failed(
        &self,
        tx: TenantTx,
        error: impl Into<String>,
    ) -> Result<Completed, JobError> {
        let Attempt { failures, crashes, .. } = *self.0;
        self.end(tx, Move::Fail { error: error.into(), failures: failures + 1, crashes }).await
    }

    /// Commits a part of the work; the job goes on. Nothing of `tx` holds when the lease was lost or the job was
    /// cancelled meanwhile.
    pub async fn commit(&self, tx: TenantTx) -> Result<(), JobError> {
        let progress = self.progress_now();
        match renew(&tx, self.0.held, &progress, self.0.clock.now()).await? {
            Renewed::Kept => Ok(tx.commit().await?),
            Renewed::CancelAsked => Err(self.stopped()),
            Renewed::Lost => Err(self.gone()),
        }
    }

    /// Tells how much is done; `total` is zero while not known. Cheap: rows and watchers see the latest only.
    pub fn progress(&self, done: u64, total: u64) {
        let cut = |number| i64::try_from(number).unwrap_or(i64::MAX);
        self.tell(|progress| (progress.done, progress.total) = (cut(done), cut(total)));
    }

    /// Begins the next step of the work, a code of the kind such as `gather`; nothing of it is done yet.
    pub fn phase(&self, phase: &str) {
        self.tell(|progress| *progress = Progress { phase: phase.to_owned(), done: 0, total: 0 });
    }

    /// Ends when somebody has cancelled the job, or it lost its lease.
    pub async fn cancelled(&self) {
        tokio::select! {
            () = self.0.cancel.cancelled() => {}
            () = self.0.lost.cancelled() => {}
        }
    }

    /// An error when the job shall stop: for `?` at each step of a long computation.
    pub fn check(&self) -> Result<(), JobError> {
        if self.0.lost.is_cancelled() {
            return Err(JobError(Reason::Lost));
        }
        if self.0.cancel.is_cancelled() { Err(JobError::cancelled()) } else { Ok(()) }
    }

    pub(super) fn progress_now(&self) -> Progress {
        self.0.progress.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn end(&self, tx: TenantTx, step: Move) -> Result<Completed, JobError> {
        let progress = self.progress_now();
        let terms = finish::Terms { progress: Some(&progress), unless_cancelled: true, ..Default::default() };
        if !finish::end(&tx, self.0.held, &step, terms, self.0.clock.now()).await? {
            return Err(match renew(&tx, self.0.held, &progress, self.0.clock.now()).await? {
                Renewed::Lost => self.gone(),
                Renewed::Kept | Renewed::CancelAsked => self.stopped(),
            });
        }
        self.news_on_commit(&tx, Call::Places);
        tx.commit().await?;
        Ok(Completed(()))
    }

    /// Tells the dispatcher and watchers once `tx` has committed.
    pub(super) fn news_on_commit(&self, tx: &TenantTx, call: Call) {
        let (feed, held) = (Arc::clone(&self.0.feed), self.0.held);
        tx.notify(WAKE, &call.payload());
        tx.on_commit(move || feed.publish(News { tenant: held.tenant, job: held.job, progress: None }));
    }

    fn tell(&self, change: impl FnOnce(&mut Progress)) {
        let progress = {
            let mut progress = self.0.progress.lock().unwrap_or_else(PoisonError::into_inner);
            change(&mut progress);
            progress.clone()
        };
        let Held { tenant, job, fence } = self.0.held;
        self.0.feed.publish(News { tenant, job, progress: Some((fence, progress)) });
    }

    fn stopped(&self) -> JobError {
        self.0.cancel.cancel();
        JobError::cancelled()
    }

    fn gone(&self) -> JobError {
        self.0.lost.cancel();
        JobError(Reason::Lost)
    }
}
