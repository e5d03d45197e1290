//! Numbers per lane, for whoever watches over the service.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, Func};

use super::finish::Move;
use super::rows::{Column, Entity};
use super::state::{Lane, State};
use crate::Timestamp;
use crate::db::{Database, DbError, SystemUse};
use crate::error::Result;

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

#[derive(Debug, Default)]
pub(crate) struct Figures([Counters; Lane::ALL.len()]);

#[derive(Debug, Default)]
struct Counters {
    started: AtomicU64,
    waited_micros: AtomicU64,
    ended: AtomicU64,
    ran_micros: AtomicU64,
    succeeded: AtomicU64,
    retried: AtomicU64,
    failed: AtomicU64,
    cancelled: AtomicU64,
    crashed: AtomicU64,
}

fn add(counter: &AtomicU64, by: u64) {
    counter.fetch_add(by, Ordering::Relaxed);
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
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
        let counters = self.of(lane);
        add(&counters.started, 1);
        add(&counters.waited_micros, micros(waited));
    }

    pub(super) fn ran(&self, lane: Lane, took: Duration) {
        let counters = self.of(lane);
        add(&counters.ended, 1);
        add(&counters.ran_micros, micros(took));
    }

    pub(super) fn succeeded(&self, lane: Lane) {
        add(&self.of(lane).succeeded, 1);
    }

    pub(super) fn ended(&self, lane: Lane, step: &Move) {
        let counters = self.of(lane);
        match step {
            Move::Succeed => add(&counters.succeeded, 1),
            Move::Fail { .. } => add(&counters.failed, 1),
            Move::Cancel => add(&counters.cancelled, 1),
            Move::Retry { .. } => add(&counters.retried, 1),
            Move::Rescue { .. } => add(&counters.crashed, 1),
            Move::Release => {}
        }
    }

    pub(super) async fn read(&self, db: &Database, now: Timestamp) -> Result<Vec<LaneFigures>> {
        let depths = depths(db, now).await?;
        let of = |lane: Lane, states: &[State]| {
            states.iter().filter_map(|state| depths.get(&(lane.as_str(), state.as_str()))).sum()
        };
        let figures = |lane: Lane| {
            let counters = self.of(lane);
            let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
            LaneFigures {
                lane,
                waiting: of(lane, &[State::Waiting]),
                in_flight: of(lane, &[State::Dispatched, State::Running]),
                started: get(&counters.started),
                waited: Duration::from_micros(get(&counters.waited_micros)),
                ended: get(&counters.ended),
                ran: Duration::from_micros(get(&counters.ran_micros)),
                succeeded: get(&counters.succeeded),
                retried: get(&counters.retried),
                failed: get(&counters.failed),
                cancelled: get(&counters.cancelled),
                crashed: get(&counters.crashed),
            }
        };
        Ok(Lane::ALL.map(figures).to_vec())
    }
}

/// How many due and active jobs there are, by lane and state.
async fn depths(
    db: &Database,
    now: Timestamp,
) -> Result<BTreeMap<(&'static str, &'static str), u64>, DbError> {
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
    let depth = |(lane, state, jobs): (Lane, State, i64)| {
        ((lane.as_str(), state.as_str()), u64::try_from(jobs).unwrap_or(0))
    };
    Ok(rows.into_iter().map(depth).collect())
}
