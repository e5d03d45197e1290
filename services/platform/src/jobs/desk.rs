//! Looking at jobs and acting on them, within a tenant or across all.

use std::sync::Arc;

use sea_orm::ColumnTrait;
use sea_orm::sea_query::Condition;

use super::attempts;
use super::feed::{Feed, News};
use super::rows::{Column, Entity, Model};
use super::state::State;
use super::watch::Watch;
use super::{CANCEL, Call, WAKE};
use crate::db::{Database, DbError, Reach, SystemUse, TenantTx, Tx};
use crate::error::{Error, Result};
use crate::ids::{JobId, TenantId};
use crate::tenancy::{Operator, Principal};
use crate::{Clock, Timestamp};

/// A cheap handle.
#[derive(Clone)]
pub struct Desk {
    pub(super) db: Database,
    pub(super) feed: Arc<dyn Feed>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "jobs of {}", self.db.service())
    }
}

/// Whose jobs somebody may see.
#[derive(Clone, Debug)]
pub enum Sight {
    /// Those of the tenant that the principal speaks for.
    Tenant(Principal),
    /// Those of every tenant.
    All(Operator),
}

impl From<Principal> for Sight {
    fn from(principal: Principal) -> Self {
        match principal {
            Principal::Operator(operator) => Self::All(operator),
            other => Self::Tenant(other),
        }
    }
}

/// Which jobs; what is empty does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// For who sees all.
    pub tenant: Option<TenantId>,
    pub states: Vec<State>,
    pub kind: String,
    /// Only jobs enqueued before this one: where the page before ended.
    pub before: Option<JobId>,
}

impl Desk {
    pub(super) fn new(db: Database, feed: Arc<dyn Feed>) -> Self {
        Self { db, feed }
    }

    /// Jobs, the newest first.
    pub async fn list(&self, sight: &Sight, filter: &Filter, limit: u64) -> Result<Vec<Model>> {
        match sight {
            Sight::Tenant(who) => Ok(list(&TenantTx::read(&self.db, who).await?, filter, limit).await?),
            Sight::All(_) => {
                Ok(list(&self.db.system_read(SystemUse::JobOperations).await?, filter, limit).await?)
            }
        }
    }

    /// One job; what is another tenant's is not found.
    pub async fn get(&self, sight: &Sight, job: JobId) -> Result<Model> {
        match sight {
            Sight::Tenant(who) => find(&TenantTx::read(&self.db, who).await?, job).await,
            Sight::All(_) => find(&self.db.system_read(SystemUse::JobOperations).await?, job).await,
        }
    }

    /// The attempts of a job, the first one first.
    pub async fn attempts(&self, sight: &Sight, job: JobId) -> Result<Vec<attempts::Model>> {
        match sight {
            Sight::Tenant(who) => Ok(attempts_of(&TenantTx::read(&self.db, who).await?, job).await?),
            Sight::All(_) => {
                Ok(attempts_of(&self.db.system_read(SystemUse::JobOperations).await?, job).await?)
            }
        }
    }

    /// How many jobs of its tenant and lane go before a job that waits for a worker; `None` when it does not.
    pub async fn place(&self, sight: &Sight, row: &Model) -> Result<Option<u64>> {
        let now = self.clock().now();
        if row.state != State::Waiting || row.run_at > now {
            return Ok((row.state == State::Dispatched).then_some(0));
        }
        Ok(Some(match sight {
            Sight::Tenant(who) => before(&TenantTx::read(&self.db, who).await?, row).await?,
            Sight::All(_) => before(&self.db.system_read(SystemUse::JobOperations).await?, row).await?,
        }))
    }

    /// Follows a job to its end.
    pub async fn watch(&self, sight: Sight, job: JobId) -> Result<Watch> {
        Watch::begin(self.clone(), sight, job).await
    }

    /// Waits until a job is as wanted, and returns it.
    pub async fn wait_for(&self, sight: Sight, job: JobId, wanted: impl Fn(&Model) -> bool) -> Result<Model> {
        let mut watch = self.watch(sight, job).await?;
        loop {
            match watch.next().await? {
                Some(seen) if wanted(&seen.row) => return Ok(seen.row),
                Some(_) => {}
                None => {
                    let text = format!("job {job} has ended otherwise than was waited for");
                    return Err(Error::precondition("JOB_STATE", text));
                }
            }
        }
    }

    /// Cancels a job within `tx`: one that waits ends at once, one at work is asked to stop. Returns it as it is then.
    pub async fn cancel<S: Reach<Entity>>(&self, tx: &Tx<S>, job: JobId) -> Result<Model> {
        // A job may start between the look and the update; then the next look sees it running.
        for _ in 0..3 {
            let row = find(tx, job).await?;
            let now = self.clock().now();
            let held = Condition::all()
                .add(Column::TenantId.eq(row.tenant_id))
                .add(Column::JobId.eq(job))
                .add(Column::State.eq(row.state))
                .add(Column::Fence.eq(row.fence));
            let update = tx.update::<Entity>().filter(held);
            let update = match row.state {
                State::Waiting | State::Dispatched => update
                    .set(Column::State, State::Cancelled)
                    .set(Column::FinishedAt, now)
                    .set(Column::UniqueKey, Option::<String>::None),
                State::Running => {
                    tx.notify(CANCEL, &job.to_string());
                    update.set(Column::CancelAskedAt, row.cancel_asked_at.unwrap_or(now))
                }
                ended => return Err(wrong_state(job, ended, "cancelled")),
            };
            if update.exec().await? == 1 {
                return self.told(tx, row.tenant_id, job).await;
            }
        }
        Err(Error::aborted("CONFLICT", format!("job {job} changes too fast")))
    }

    /// Puts a failed or cancelled job back into the queue within `tx`, with a fresh budget.
    pub async fn replay<S: Reach<Entity>>(&self, tx: &Tx<S>, job: JobId) -> Result<Model> {
        let row = find(tx, job).await?;
        let changed = tx
            .update::<Entity>()
            .filter(Column::TenantId.eq(row.tenant_id))
            .filter(Column::JobId.eq(job))
            .filter(Column::State.is_in([State::Failed, State::Cancelled]))
            .set(Column::State, State::Waiting)
            .set(Column::RunAt, self.clock().now())
            .set(Column::Failures, 0_i64)
            .set(Column::Crashes, 0_i64)
            .set(Column::FinishedAt, Option::<Timestamp>::None)
            .set(Column::CancelAskedAt, Option::<Timestamp>::None)
            .set(Column::Phase, "")
            .set(Column::Done, 0_i64)
            .set(Column::Total, 0_i64)
            .exec()
            .await?;
        if changed == 1 {
            self.told(tx, row.tenant_id, job).await
        } else {
            Err(wrong_state(job, row.state, "replayed"))
        }
    }

    /// Tells the dispatcher and watchers when `tx` has committed, and returns the job as it is in it.
    async fn told<S: Reach<Entity>>(&self, tx: &Tx<S>, tenant: TenantId, job: JobId) -> Result<Model> {
        let feed = Arc::clone(&self.feed);
        tx.notify(WAKE, &Call::Anywhere(tenant).payload());
        tx.on_commit(move || feed.publish(News { tenant, job, progress: None }));
        find(tx, job).await
    }

    pub(super) fn clock(&self) -> &Clock {
        self.db.ids().clock()
    }
}

fn wrong_state(job: JobId, state: State, verb: &str) -> Error {
    let text = format!("job {job} is {state} and cannot be {verb}");
    Error::precondition("JOB_STATE", text).with("state", state.as_str())
}

async fn find<S: Reach<Entity>>(tx: &Tx<S>, job: JobId) -> Result<Model> {
    let row = tx.find::<Entity>().filter(Column::JobId.eq(job)).one().await?;
    row.ok_or_else(|| Error::not_found("JOB_UNKNOWN", format!("there is no job {job}")))
}

async fn list<S: Reach<Entity>>(tx: &Tx<S>, filter: &Filter, limit: u64) -> Result<Vec<Model>, DbError> {
    let mut find = tx
        .find::<Entity>()
        .filter_some(filter.tenant, |tenant| Column::TenantId.eq(tenant))
        .filter_some(filter.before, |before| Column::JobId.lt(before));
    if !filter.states.is_empty() {
        find = find.filter(Column::State.is_in(filter.states.iter().copied()));
    }
    if !filter.kind.is_empty() {
        find = find.filter(Column::Kind.eq(filter.kind.as_str()));
    }
    find.order_by_desc(Column::JobId).limit(limit).all().await
}

async fn attempts_of<S: Reach<attempts::Entity>>(
    tx: &Tx<S>,
    job: JobId,
) -> Result<Vec<attempts::Model>, DbError> {
    let find = tx.find::<attempts::Entity>().filter(attempts::Column::JobId.eq(job));
    find.order_by_asc(attempts::Column::Attempt).all().await
}

async fn before<S: Reach<Entity>>(tx: &Tx<S>, row: &Model) -> Result<u64, DbError> {
    let same_rank = Condition::all().add(Column::Rank.eq(row.rank)).add(
        Condition::any()
            .add(Column::RunAt.lt(row.run_at))
            .add(Condition::all().add(Column::RunAt.eq(row.run_at)).add(Column::JobId.lt(row.job_id))),
    );
    tx.find::<Entity>()
        .filter(Column::TenantId.eq(row.tenant_id))
        .filter(Column::Lane.eq(row.lane))
        .filter(Column::State.eq(State::Waiting))
        .filter(Condition::any().add(Column::Rank.lt(row.rank)).add(same_rank))
        .count()
        .await
}
