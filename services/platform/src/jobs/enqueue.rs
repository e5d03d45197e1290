//! Putting a job into the queue: a row, written in the transaction of whoever wants it.

use sea_orm::{ActiveModelTrait, ColumnTrait, IntoActiveModel};

use super::job::Job;
use super::rows::{Column, Entity, Model, Subject};
use super::state::{Lane, State};
use super::{Call, WAKE};
use crate::db::{DbError, Reach, SystemTx, TenantTx, Tx};
use crate::error::{Error, Result};
use crate::ids::{AccountId, JobId, TenantId};
use crate::tenancy::Actor;
use crate::{Timestamp, trace};

/// A job and how it shall run. Any [`Job`] converts into one with the defaults of its kind.
#[derive(Clone, Debug)]
pub struct NewJob<J> {
    job: J,
    terms: Terms,
}

/// How a job shall run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Terms {
    pub unique_key: Option<String>,
    pub priority: i64,
    pub run_at: Option<Timestamp>,
    pub max_failures: Option<i64>,
    pub schedule: Option<String>,
}

/// A job as its row will hold it, whatever its type was.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub kind: &'static str,
    pub lane: Lane,
    pub payload: String,
    pub payload_version: i64,
    pub subject: Subject,
    pub max_failures: i64,
}

impl<J: Job> From<J> for NewJob<J> {
    fn from(job: J) -> Self {
        Self { job, terms: Terms::default() }
    }
}

impl<J: Job> NewJob<J> {
    /// While a job of the tenant and kind with this key waits for its first start, no other is added.
    pub fn unique(mut self, key: impl Into<String>) -> Self {
        self.terms.unique_key = Some(key.into());
        self
    }

    /// Within the tenant and the lane the higher goes first; the default is 0.
    pub fn priority(mut self, priority: i64) -> Self {
        self.terms.priority = priority;
        self
    }

    /// Not before this instant.
    pub fn run_at(mut self, time: Timestamp) -> Self {
        self.terms.run_at = Some(time);
        self
    }

    /// Another budget than [`Job::MAX_FAILURES`].
    pub fn max_failures(mut self, budget: i64) -> Self {
        self.terms.max_failures = Some(budget.max(1));
        self
    }
}

/// What became of a request to enqueue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enqueued {
    New(JobId),
    /// One with the same unique key was waiting already: this one.
    Waiting(JobId),
}

impl Enqueued {
    pub fn job_id(self) -> JobId {
        match self {
            Self::New(id) | Self::Waiting(id) => id,
        }
    }
}

impl TenantTx {
    /// Adds a job for the tenant of this transaction. It exists when the transaction commits, and the dispatcher is
    /// woken then.
    pub async fn enqueue<J: Job>(&self, job: impl Into<NewJob<J>>) -> Result<Enqueued> {
        let NewJob { job, terms } = job.into();
        let by = match self.actor() {
            Actor::Account(account) => Some(*account),
            _ => None,
        };
        let key = [Column::Kind, Column::UniqueKey];
        add(self, &key, row(self, self.tenant_id(), by, &draft(&job)?, terms)?).await
    }
}

/// Adds a job for a tenant on behalf of the system, such as a schedule's.
pub(crate) async fn enqueue_for(
    tx: &SystemTx,
    tenant: TenantId,
    draft: &Draft,
    terms: Terms,
) -> Result<Enqueued> {
    let key = [Column::TenantId, Column::Kind, Column::UniqueKey];
    add(tx, &key, row(tx, tenant, None, draft, terms)?).await
}

async fn add<S: Reach<Entity>>(tx: &Tx<S>, key: &[Column], row: Model) -> Result<Enqueued> {
    let fresh = || row.clone().into_active_model().reset_all();
    let last = row.rank == 0 && row.run_at == row.enqueued_at;
    let call = if last { Call::Last } else { Call::Anywhere }(row.tenant_id);
    let Some(unique_key) = &row.unique_key else {
        tx.insert(fresh()).await?;
        tx.notify(WAKE, &call.payload());
        return Ok(Enqueued::New(row.job_id));
    };
    // The other one may start between our two looks, and then no longer counts: look again.
    for _ in 0..3 {
        if tx.insert_new(fresh(), key.iter().copied()).await? {
            tx.notify(WAKE, &call.payload());
            return Ok(Enqueued::New(row.job_id));
        }
        if let Some(other) = waiting(tx, row.tenant_id, &row.kind, unique_key).await? {
            return Ok(Enqueued::Waiting(other));
        }
    }
    let text = format!("jobs of kind {} with key {unique_key} come and go too fast", row.kind);
    Err(Error::aborted("CONFLICT", text))
}

fn row<S>(
    tx: &Tx<S>,
    tenant: TenantId,
    enqueued_by: Option<AccountId>,
    draft: &Draft,
    terms: Terms,
) -> Result<Model> {
    let ids = tx.database().ids();
    let now = ids.clock().now();
    Ok(Model {
        tenant_id: tenant,
        job_id: JobId(ids.next()),
        kind: draft.kind.to_owned(),
        lane: draft.lane,
        payload: draft.payload.clone(),
        payload_version: draft.payload_version,
        subject: serde_json::to_string(&draft.subject).map_err(Error::internal)?,
        unique_key: terms.unique_key,
        rank: terms.priority.saturating_neg(),
        run_at: terms.run_at.unwrap_or(now),
        state: State::Waiting,
        failures: 0,
        max_failures: terms.max_failures.unwrap_or(draft.max_failures),
        crashes: 0,
        fence: 0,
        lease_until: None,
        worker_id: None,
        dispatched_at: None,
        cancel_asked_at: None,
        phase: String::new(),
        done: 0,
        total: 0,
        error: None,
        trace: trace::current().as_str().to_owned(),
        schedule: terms.schedule,
        enqueued_by,
        enqueued_at: now,
        started_at: None,
        finished_at: None,
    })
}

pub(crate) fn draft<J: Job>(job: &J) -> Result<Draft> {
    Ok(Draft {
        kind: J::KIND,
        lane: J::LANE,
        payload: serde_json::to_string(job).map_err(Error::internal)?,
        payload_version: J::VERSION,
        subject: job.subject(),
        max_failures: J::MAX_FAILURES,
    })
}

/// The job with this key that has not been started. It stays so until `tx` ends: what `tx` has changed shall be there for
/// the job to see when it starts.
async fn waiting<S: Reach<Entity>>(
    tx: &Tx<S>,
    tenant: TenantId,
    kind: &str,
    unique_key: &str,
) -> Result<Option<JobId>, DbError> {
    let row = tx
        .find::<Entity>()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Kind.eq(kind))
        .filter(Column::UniqueKey.eq(unique_key))
        .columns([Column::JobId])
        .for_share()
        .one_tuple::<(JobId,)>()
        .await?;
    Ok(row.map(|(id,)| id))
}
