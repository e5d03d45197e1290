//! What a service writes to have a job: one type per kind, in one file.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::context::JobContext;
use super::rows::Subject;
use super::state::Lane;
use super::together::BatchContext;
use crate::db::TenantTx;
use crate::error::{Error, Result};
use crate::ids::TenantId;

/// A kind of job. The value itself is its payload; it stands in the row as JSON.
///
/// ```
/// use platform::jobs::{Completed, Job, JobContext, JobError, Lane, Subject};
///
/// /// Adds up the sheets of a bloc.
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct AddUp {
///     bloc: String,
/// }
///
/// impl Job for AddUp {
///     const KIND: &'static str = "add-up";
///     const LANE: Lane = Lane::Recalculation;
///     type Deps = ();
///
///     fn subject(&self) -> Subject {
///         Subject::from([("bloc".to_owned(), self.bloc.clone())])
///     }
///
///     async fn run(self, ctx: JobContext, (): ()) -> Result<Completed, JobError> {
///         // Read, and let go of the transaction before the computation.
///         let sheets = ctx.read().await?;
///         drop(sheets);
///         ctx.phase("compute");
///         for unit in 0..10 {
///             ctx.check()?; // ends here when somebody cancelled the job
///             ctx.progress(unit + 1, 10);
///         }
///         // Effect and completion are one transaction: both happen, or neither.
///         let tx = ctx.write().await?;
///         ctx.complete(tx).await
///     }
/// }
/// ```
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Stable: it stands in rows, metrics and schedules.
    const KIND: &'static str;
    const LANE: Lane;
    /// The form of the payload. Raise it when the form changes, and let [`Job::upgrade`] read the older ones.
    const VERSION: i64 = 1;
    /// After so many failed attempts the job has failed.
    const MAX_FAILURES: i64 = 5;
    /// An attempt that takes longer is cut off, and has failed.
    const TIME_LIMIT: Duration = Duration::from_secs(15 * 60);
    /// So many of a tenant may be done in one transaction by [`Job::run_together`]: for small jobs, of which the effect
    /// costs less than what a job costs by itself.
    const TOGETHER: usize = 1;
    /// What it needs to run: stores, clients of other services.
    type Deps: Clone + Send + Sync + 'static;

    /// What it is about, shown in lists.
    fn subject(&self) -> Subject {
        Subject::new()
    }

    /// Refuses a job that a schedule of the tenant shall make when what it is about is not there: its faults name
    /// fields of the subject. Called when the schedule is put and no transaction is open; it may ask other services.
    fn check(&self, _deps: &Self::Deps, _tenant: TenantId) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Reads a payload of an older version.
    fn upgrade(version: i64, _payload: Value) -> Result<Self, JobError> {
        Err(JobError::fail(format!("no reader for version {version} of the payload of {}", Self::KIND)))
    }

    /// Does the work. No transaction stays open while it computes; the last one is given to
    /// [`JobContext::complete`]. It may run more than once, even at the same time as an earlier attempt that lost its
    /// lease: only one of them can commit.
    fn run(
        self,
        ctx: JobContext,
        deps: Self::Deps,
    ) -> impl Future<Output = Result<Completed, JobError>> + Send;

    /// Does the work of two or more jobs of a tenant, at most [`Job::TOGETHER`], and ends all of them with
    /// [`BatchContext::complete`]. After an error nothing of it holds, and each runs alone by [`Job::run`]: one that fails
    /// takes no other along. It has half a [lease](super::LEASE) of time.
    fn run_together(
        _jobs: Vec<Self>,
        _ctx: BatchContext,
        _deps: Self::Deps,
    ) -> impl Future<Output = Result<Completed, JobError>> + Send {
        async { Err(JobError::retry(format!("jobs of kind {} are not done together", Self::KIND))) }
    }

    /// Called in the transaction that marks the job as failed for good (budget spent, declared final, too many crashes),
    /// so that what waits for it can be told. An error here does not keep the job from being marked.
    fn failed(
        &self,
        _tx: &TenantTx,
        _deps: &Self::Deps,
        _error: &str,
    ) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }
}

/// Proof that an attempt has ended its job in the transaction of its effect. Only the context makes it.
#[derive(Debug)]
pub struct Completed(pub(super) ());

/// Why an attempt did not complete.
#[derive(Debug)]
pub struct JobError(pub(super) Reason);

#[derive(Debug)]
pub(super) enum Reason {
    Retry {
        after: Option<Duration>,
        text: String,
    },
    Fail {
        text: String,
    },
    Cancelled,
    /// The lease is another's by now: whatever this attempt says has no meaning.
    Lost,
}

impl JobError {
    /// It may pass: the job runs again after a back-off, while its budget lasts.
    pub fn retry(text: impl Into<String>) -> Self {
        Self(Reason::Retry { after: None, text: text.into() })
    }

    /// As [`JobError::retry`], and not before `after` has passed.
    pub fn retry_after(after: Duration, text: impl Into<String>) -> Self {
        Self(Reason::Retry { after: Some(after), text: text.into() })
    }

    /// It will not pass: the job has failed, whatever its budget.
    pub fn fail(text: impl Into<String>) -> Self {
        Self(Reason::Fail { text: text.into() })
    }

    /// The job stops because somebody cancelled it.
    pub fn cancelled() -> Self {
        Self(Reason::Cancelled)
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::Retry { text, .. } | Reason::Fail { text } => f.write_str(text),
            Reason::Cancelled => f.write_str("cancelled"),
            Reason::Lost => f.write_str("the lease of the job was lost"),
        }
    }
}

impl std::error::Error for JobError {}

impl From<Error> for JobError {
    /// What may pass (a lost connection, a deadline, a conflict) is tried again; all else is final. The cause goes to
    /// the log alone: people read the error of a job.
    fn from(error: Error) -> Self {
        if let Some(cause) = error.cause() {
            tracing::warn!(%error, cause, "a job met an error");
        }
        let text = error.to_string();
        if error.is_transient() || error.code() == tonic::Code::Aborted {
            Self::retry(text)
        } else {
            Self::fail(text)
        }
    }
}

impl From<crate::db::DbError> for JobError {
    fn from(error: crate::db::DbError) -> Self {
        Error::from(error).into()
    }
}
