//! What is due in a lane, tenant by tenant, read ahead of its dispatch.

use std::collections::{BTreeMap, VecDeque};

use sea_orm::ColumnTrait;

use super::call::Call;
use super::rows::{Column, Entity};
use super::state::{Lane, State};
use crate::Timestamp;
use crate::db::{DbError, SystemTx};
use crate::ids::{JobId, TenantId};
use crate::trace::Trace;

/// Jobs of a tenant read at once.
const AHEAD: usize = 256;

/// When fewer are left and there is more, all is read again.
const FEW: usize = 16;

/// A due job.
#[derive(Debug)]
pub(super) struct Due {
    pub job: JobId,
    pub kind: String,
    /// The number that its next attempt will have.
    pub attempt: i64,
    /// An earlier attempt has failed, or has lost its worker: it goes alone, so that it takes no other along.
    pub suspect: bool,
    pub trace: Trace,
}

/// The first due jobs of each tenant, in the order in which they shall start.
#[derive(Debug)]
pub(super) struct Ahead {
    lane: Lane,
    /// Who has due jobs, as far as is known.
    tenants: BTreeMap<TenantId, Read>,
}

#[derive(Debug, Default)]
struct Read {
    jobs: VecDeque<Due>,
    /// There may be more behind them.
    more: bool,
    /// Some of them have less than the usual priority.
    low: bool,
}

impl Read {
    /// Of somebody who may have something.
    fn nothing() -> Self {
        Self { more: true, ..Self::default() }
    }
}

impl Ahead {
    pub(super) fn new(lane: Lane) -> Self {
        Self { lane, tenants: BTreeMap::new() }
    }

    /// Takes note of what a transaction has told.
    pub(super) fn hear(&mut self, call: Call) {
        match call {
            Call::Last(tenant) if !self.tenants.get(&tenant).is_some_and(|read| read.low) => {
                self.tenants.entry(tenant).or_default().more = true;
            }
            Call::Last(tenant) | Call::Anywhere(tenant) => {
                self.tenants.insert(tenant, Read::nothing());
            }
            Call::Places | Call::Slots | Call::Everything => {}
        }
    }

    /// Nobody is known to have anything.
    pub(super) fn is_empty(&self) -> bool {
        self.tenants.is_empty()
    }

    /// Looks who has due jobs; what was read before is read again.
    pub(super) async fn survey(&mut self, tx: &SystemTx, now: Timestamp) -> Result<(), DbError> {
        let due: Vec<(TenantId,)> = tx
            .find::<Entity>()
            .filter(Column::Lane.eq(self.lane))
            .filter(Column::State.eq(State::Waiting))
            .filter(Column::RunAt.lte(now))
            .columns([Column::TenantId])
            .distinct()
            .all_tuples()
            .await?;
        self.tenants = due.into_iter().map(|(tenant,)| (tenant, Read::nothing())).collect();
        Ok(())
    }

    /// Reads what comes next for those of whom most was taken that had been read.
    pub(super) async fn fill(&mut self, tx: &SystemTx, now: Timestamp) -> Result<(), DbError> {
        for (&tenant, read) in self.tenants.iter_mut().filter(|(_, read)| read.jobs.len() < FEW && read.more)
        {
            let (jobs, low) = due(tx, self.lane, tenant, now).await?;
            *read = Read { more: jobs.len() == AHEAD, jobs, low };
        }
        self.tenants.retain(|_, read| !read.jobs.is_empty());
        Ok(())
    }

    /// What was read of each tenant. What is not handed out is to be given [back](Self::give_back).
    pub(super) fn take(&mut self) -> Vec<(TenantId, VecDeque<Due>)> {
        let jobs = |(tenant, read): (&TenantId, &mut Read)| (*tenant, std::mem::take(&mut read.jobs));
        self.tenants.iter_mut().map(jobs).collect()
    }

    pub(super) fn give_back(&mut self, tenant: TenantId, jobs: VecDeque<Due>) {
        self.tenants.entry(tenant).or_default().jobs = jobs;
    }

    /// Whether somebody has more than was read, and that is used up.
    pub(super) fn has_unread(&self) -> bool {
        self.tenants.values().any(|read| read.jobs.is_empty() && read.more)
    }
}

/// The first due jobs, and whether some of them have less than the usual priority.
async fn due(
    tx: &SystemTx,
    lane: Lane,
    tenant: TenantId,
    now: Timestamp,
) -> Result<(VecDeque<Due>, bool), DbError> {
    let rows: Vec<(JobId, String, i64, i64, i64, i64, String)> = tx
        .find::<Entity>()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Lane.eq(lane))
        .filter(Column::State.eq(State::Waiting))
        .filter(Column::RunAt.lte(now))
        .columns([
            Column::JobId,
            Column::Kind,
            Column::Rank,
            Column::Fence,
            Column::Failures,
            Column::Crashes,
            Column::Trace,
        ])
        .order_by_asc(Column::Rank)
        .order_by_asc(Column::RunAt)
        .order_by_asc(Column::JobId)
        .limit(u64::try_from(AHEAD).unwrap_or(u64::MAX))
        .all_tuples()
        .await?;
    let low = rows.last().is_some_and(|(_, _, rank, ..)| *rank > 0);
    let due = |(job, kind, _, fence, failures, crashes, trace): (_, _, _, _, _, _, String)| Due {
        job,
        kind,
        attempt: fence + 1,
        suspect: failures + crashes > 0,
        trace: Trace::parse(&trace),
    };
    Ok((rows.into_iter().map(due).collect(), low))
}
