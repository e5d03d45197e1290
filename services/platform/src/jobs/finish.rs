//! The moves out of `running`. Each is one conditional update: it holds only while the row still carries the fencing
//! token of the attempt that makes it.

use std::collections::BTreeMap;

use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, Value};

use super::attempts::{self, Outcome};
use super::feed::Progress;
use super::rows::{Column, Entity, Model};
use super::state::State;
use crate::Timestamp;
use crate::db::{DbError, Reach, TenantTx, Tx};
use crate::ids::{JobId, TenantId};

/// A claim: this attempt of this job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub tenant: TenantId,
    pub job: JobId,
    pub fence: i64,
}

impl Held {
    pub(super) fn of(row: &Model) -> Self {
        Self { tenant: row.tenant_id, job: row.job_id, fence: row.fence }
    }

    /// The row, while this attempt has it.
    pub(super) fn condition(&self) -> Condition {
        Condition::all()
            .add(Column::TenantId.eq(self.tenant))
            .add(Column::JobId.eq(self.job))
            .add(Column::State.eq(State::Running))
            .add(Column::Fence.eq(self.fence))
    }

    /// The rows of several claims, while each still carries its number.
    pub(super) fn any(held: &[Self]) -> Condition {
        let attempts = by_fence(held).into_iter();
        attempts.fold(Condition::any(), |any, (fence, jobs)| {
            any.add(Condition::all().add(Column::JobId.is_in(jobs)).add(Column::Fence.eq(fence)))
        })
    }
}

fn by_fence(held: &[Held]) -> BTreeMap<i64, Vec<JobId>> {
    let mut jobs = BTreeMap::<_, Vec<_>>::new();
    for held in held {
        jobs.entry(held.fence).or_default().push(held.job);
    }
    jobs
}

/// Where a running job goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Move {
    Succeed,
    Fail {
        error: String,
        failures: i64,
        crashes: i64,
    },
    Cancel,
    /// Back to waiting after a failure.
    Retry {
        at: Timestamp,
        error: String,
        failures: i64,
    },
    /// Back to waiting after its worker vanished.
    Rescue {
        at: Timestamp,
        error: String,
        crashes: i64,
    },
    /// Back to waiting as it was: its process ends.
    Release,
}

impl Move {
    fn state(&self) -> State {
        match self {
            Self::Succeed => State::Succeeded,
            Self::Fail { .. } => State::Failed,
            Self::Cancel => State::Cancelled,
            Self::Retry { .. } | Self::Rescue { .. } | Self::Release => State::Waiting,
        }
    }

    fn changes(&self) -> Vec<(Column, Value)> {
        match self {
            Self::Succeed => vec![(Column::Error, Option::<String>::None.into())],
            Self::Fail { error, failures, crashes } => vec![
                (Column::Error, error.clone().into()),
                (Column::Failures, (*failures).into()),
                (Column::Crashes, (*crashes).into()),
            ],
            Self::Retry { at, error, failures } => vec![
                (Column::RunAt, (*at).into()),
                (Column::Error, error.clone().into()),
                (Column::Failures, (*failures).into()),
            ],
            Self::Rescue { at, error, crashes } => vec![
                (Column::RunAt, (*at).into()),
                (Column::Error, error.clone().into()),
                (Column::Crashes, (*crashes).into()),
            ],
            Self::Cancel | Self::Release => Vec::new(),
        }
    }

    fn outcome(&self, row_crashes: bool) -> (Outcome, Option<&str>) {
        match self {
            Self::Succeed => (Outcome::Succeeded, None),
            Self::Fail { error, .. } if row_crashes => (Outcome::Crashed, Some(error)),
            Self::Fail { error, .. } | Self::Retry { error, .. } => (Outcome::Failed, Some(error)),
            Self::Rescue { error, .. } => (Outcome::Crashed, Some(error)),
            Self::Cancel => (Outcome::Cancelled, None),
            Self::Release => (Outcome::Released, None),
        }
    }
}

/// What else holds for a move.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Terms<'a> {
    /// The progress to leave on the row; `None`: as it stands there.
    pub progress: Option<&'a Progress>,
    /// Only while nobody has asked to cancel the job.
    pub unless_cancelled: bool,
    /// Only while the lease is the one that was seen: somebody else's attempt is ended.
    pub lease_seen: Option<Timestamp>,
    /// The attempt ends with its worker's death.
    pub crashed: bool,
}

/// Makes the move within `tx`. Returns whether it held; if not, nothing was written.
pub(super) async fn end<S>(
    tx: &Tx<S>,
    held: Held,
    step: &Move,
    terms: Terms<'_>,
    now: Timestamp,
) -> Result<bool, DbError>
where
    S: Reach<Entity> + Reach<attempts::Entity>,
{
    let state = step.state();
    let mut update = tx
        .update::<Entity>()
        .filter(held.condition())
        .set(Column::State, state)
        .set(Column::LeaseUntil, Option::<Timestamp>::None)
        .set(Column::WorkerId, Option::<uuid::Uuid>::None)
        .set(Column::FinishedAt, state.is_final().then_some(now));
    for (column, value) in step.changes() {
        update = update.set(column, value);
    }
    if let Some(progress) = terms.progress {
        update = update
            .set(Column::Phase, progress.phase.clone())
            .set(Column::Done, progress.done)
            .set(Column::Total, progress.total);
    }
    if terms.unless_cancelled {
        update = update.filter(Column::CancelAskedAt.is_null());
    }
    if let Some(lease) = terms.lease_seen {
        update = update.filter(Column::LeaseUntil.eq(lease));
    }
    if update.exec().await? != 1 {
        return Ok(false);
    }
    let (outcome, error) = step.outcome(terms.crashed);
    tx.update::<attempts::Entity>()
        .filter(attempts::Column::TenantId.eq(held.tenant))
        .filter(attempts::Column::JobId.eq(held.job))
        .filter(attempts::Column::Attempt.eq(held.fence))
        .set(attempts::Column::FinishedAt, now)
        .set(attempts::Column::Outcome, outcome)
        .set(attempts::Column::Error, error.map(str::to_owned))
        .exec()
        .await?;
    Ok(true)
}

/// Marks all of these jobs of a tenant as succeeded within `tx`. Returns whether each was still held and none cancelled;
/// if not, `tx` must not be committed.
pub(super) async fn succeed_all(tx: &TenantTx, held: &[Held], now: Timestamp) -> Result<bool, DbError> {
    let ended = tx
        .update::<Entity>()
        .filter(Held::any(held))
        .filter(Column::State.eq(State::Running))
        .filter(Column::CancelAskedAt.is_null())
        .set(Column::State, State::Succeeded)
        .set(Column::LeaseUntil, Option::<Timestamp>::None)
        .set(Column::WorkerId, Option::<uuid::Uuid>::None)
        .set(Column::FinishedAt, now)
        .set(Column::Error, Option::<String>::None)
        .exec()
        .await?;
    if usize::try_from(ended) != Ok(held.len()) {
        return Ok(false);
    }
    for (attempt, jobs) in by_fence(held) {
        tx.update::<attempts::Entity>()
            .filter(attempts::Column::JobId.is_in(jobs))
            .filter(attempts::Column::Attempt.eq(attempt))
            .set(attempts::Column::FinishedAt, now)
            .set(attempts::Column::Outcome, Outcome::Succeeded)
            .exec()
            .await?;
    }
    Ok(true)
}
