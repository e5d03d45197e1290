//! Numbers per lane, for whoever watches over the service.

mod distribution;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, Func};

use super::finish::Move;
use super::rows::{Column, Entity};
use super::state::{Lane, State};
use crate::Timestamp;
use crate::db::{Database, DbError, SystemUse};
use crate::error::Result;
use crate::ids::TenantId;
pub(crate) use distribution::Distribution;
use distribution::Spread;

/// The state of a lane's queue, and what this process has done in it since it started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneFigures {
    pub lane: Lane,
    /// Jobs that are due and wait, of all tenants.
    pub waiting: u64,
    /// Jobs handed out or at work, of all tenants.
    pub in_flight: u64,
    /// Attempts that began here, and how long their jobs had waited since they were due, in all.
    pub started: u64,
    pub waited: Duration,
    /// Attempts that ended here, and how long they ran, in all.
    pub ended: u64,
    pub ran: Duration,
    pub succeeded: u64,
    /// Attempts after which the job waits again because of an error.
    pub retried: u64,
    /// Jobs that failed for good.
    pub failed: u64,
    pub cancelled: u64,
    /// Attempts whose worker vanished, found by this process.
    pub crashed: u64,
}

/// The state of a lane's queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Depth {
    pub(crate) lane: Lane,
    /// As in [`LaneFigures`].
    pub(crate) waiting: u64,
    pub(crate) in_flight: u64,
}

/// What an attempt came to, in the words of the measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum End {
    Succeeded,
    Retried,
    Failed,
    Cancelled,
    Crashed,
    Released,
}

impl End {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Retried => "retried",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Crashed => "crashed",
            Self::Released => "released",
        }
    }
}

impl From<&Move> for End {
    fn from(step: &Move) -> Self {
        match step {
            Move::Succeed => Self::Succeeded,
            Move::Fail { .. } => Self::Failed,
            Move::Cancel => Self::Cancelled,
            Move::Retry { .. } => Self::Retried,
            Move::Rescue { .. } => Self::Crashed,
            Move::Release => Self::Released,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Figures([Counters; Lane::ALL.len()]);

#[derive(Debug, Default)]
struct Counters {
    wait: Spread,
    run: Spread,
    ends: Mutex<BTreeMap<(TenantId, End), u64>>,
}

impl Counters {
    fn ends(&self) -> BTreeMap<(TenantId, End), u64> {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn add(counter: &AtomicU64, by: u64) {
    counter.fetch_add(by, Ordering::Relaxed);
}

impl Figures {
    fn of(&self, lane: Lane) -> &Counters {
        let [fast, recalculation, report] = &self.0;
        match lane {
            Lane::Fast => fast,
            Lane::Recalculation => recalculation,
            Lane::Report => report,
        }
    }

    pub(super) fn started(&self, lane: Lane, waited: Duration) {
        self.of(lane).wait.add(waited);
    }

    pub(super) fn ran(&self, lane: Lane, took: Duration) {
        self.of(lane).run.add(took);
    }

    pub(super) fn ended(&self, lane: Lane, tenant: TenantId, step: &Move) {
        let mut ends = self.of(lane).ends.lock().unwrap_or_else(PoisonError::into_inner);
        *ends.entry((tenant, step.into())).or_default() += 1;
    }

    /// How long jobs waited and ran here, lane by lane.
    pub(super) fn distributions(&self) -> [(Lane, (Distribution, Distribution)); Lane::ALL.len()] {
        Lane::ALL.map(|lane| {
            let counters = self.of(lane);
            (lane, (counters.wait.seen(), counters.run.seen()))
        })
    }

    /// How the attempts of each tenant ended here.
    pub(super) fn ends(&self) -> Vec<(Lane, TenantId, End, u64)> {
        let of = |lane: Lane| {
            let ends = self.of(lane).ends().into_iter();
            ends.map(move |((tenant, end), count)| (lane, tenant, end, count))
        };
        Lane::ALL.into_iter().flat_map(of).collect()
    }

    pub(super) async fn read(&self, db: &Database, now: Timestamp) -> Result<Vec<LaneFigures>> {
        let figures = |Depth { lane, waiting, in_flight }| {
            let counters = self.of(lane);
            let (wait, run, ends) = (counters.wait.seen(), counters.run.seen(), counters.ends());
            let count =
                |end: End| ends.iter().filter(|((_, of), _)| *of == end).map(|(_, count)| count).sum();
            LaneFigures {
                lane,
                waiting,
                in_flight,
                started: wait.count(),
                waited: wait.sum,
                ended: run.count(),
                ran: run.sum,
                succeeded: count(End::Succeeded),
                retried: count(End::Retried),
                failed: count(End::Failed),
                cancelled: count(End::Cancelled),
                crashed: count(End::Crashed),
            }
        };
        Ok(depths(db, now).await?.into_iter().map(figures).collect())
    }
}

/// How many due and active jobs there are, lane by lane.
pub(super) async fn depths(db: &Database, now: Timestamp) -> Result<Vec<Depth>, DbError> {
    let tx = db.system_read(SystemUse::JobDispatch).await?;
    let rows: Vec<(Lane, State, i64)> = tx
        .find::<Entity>()
        .filter(Column::State.is_in([State::Waiting, State::Dispatched, State::Running]))
        .filter(Column::RunAt.lte(now))
        .columns([Column::Lane, Column::State])
        .value_as(Func::count(Expr::col(Column::JobId)), "jobs")
        .group_by(Column::Lane)
        .group_by(Column::State)
        .all_tuples()
        .await?;
    let jobs = |of: Lane, waits: bool| {
        let rows = rows.iter().filter(|(lane, state, _)| *lane == of && (*state == State::Waiting) == waits);
        rows.map(|(_, _, jobs)| u64::try_from(*jobs).unwrap_or(0)).sum()
    };
    let depth = |lane| Depth { lane, waiting: jobs(lane, true), in_flight: jobs(lane, false) };
    Ok(Lane::ALL.map(depth).to_vec())
}
