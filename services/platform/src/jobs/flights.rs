//! What a lane's dispatcher has handed out and not yet seen the end of.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use sea_orm::ColumnTrait;

use super::rows::{Column, Entity};
use super::state::{Lane, State};
use crate::Timestamp;
use crate::db::{DbError, SystemTx};
use crate::ids::{JobId, TenantId};

/// One attempt: tenant, job, and the number that the attempt has or will have.
pub(super) type Attempt = (TenantId, JobId, i64);

/// Jobs that were handed out in one message.
#[derive(Debug)]
pub(super) struct Flight {
    pub kind: String,
    /// What all of them together were expected to take.
    pub cost: Duration,
    /// All of them, the last one included.
    pub attempts: Vec<Attempt>,
}

/// How a flight ended.
pub(super) struct Landed {
    pub flight: Flight,
    pub tenant: TenantId,
    /// `None`: it was cancelled before it began.
    pub took: Option<Duration>,
    /// It ran to an end of its own.
    pub by_itself: bool,
}

#[derive(Debug)]
pub(super) struct Flights {
    lane: Lane,
    /// By the last attempt of each: those of a message end together or in their order.
    own: HashMap<Attempt, Flight>,
    /// Handed out by an earlier leader.
    others: HashSet<Attempt>,
}

impl Flights {
    pub(super) fn new(lane: Lane) -> Self {
        Self { lane, own: HashMap::new(), others: HashSet::new() }
    }

    pub(super) fn add(&mut self, flight: Flight) {
        if let Some(&last) = flight.attempts.last() {
            self.own.insert(last, flight);
        }
    }

    /// The places that are taken.
    pub(super) fn len(&self) -> usize {
        self.own.len() + self.others.len()
    }

    /// The jobs of a tenant.
    pub(super) fn jobs_of(&self, tenant: TenantId) -> usize {
        let own =
            self.own.iter().filter(|((of, ..), _)| *of == tenant).map(|(_, flight)| flight.attempts.len());
        own.sum::<usize>() + self.others.iter().filter(|(of, ..)| *of == tenant).count()
    }

    /// Reads everything that is in flight, and returns what has landed.
    pub(super) async fn survey(&mut self, tx: &SystemTx, now: Timestamp) -> Result<Vec<Landed>, DbError> {
        let rows: Vec<(TenantId, JobId, State, i64)> = tx
            .find::<Entity>()
            .filter(Column::Lane.eq(self.lane))
            .filter(Column::State.is_in([State::Dispatched, State::Running]))
            .columns([Column::TenantId, Column::JobId, Column::State, Column::Fence])
            .all_tuples()
            .await?;
        let flying: HashSet<Attempt> = rows
            .into_iter()
            .map(|(tenant, job, state, fence)| {
                (tenant, job, if state == State::Running { fence } else { fence + 1 })
            })
            .collect();
        self.others = flying.iter().filter(|attempt| !self.is_own(attempt)).copied().collect();
        self.look(tx, now).await
    }

    fn is_own(&self, attempt: &Attempt) -> bool {
        self.own.values().any(|flight| flight.attempts.contains(attempt))
    }

    /// Looks after its own, and returns what has landed.
    pub(super) async fn look(&mut self, tx: &SystemTx, now: Timestamp) -> Result<Vec<Landed>, DbError> {
        if self.own.is_empty() {
            return Ok(Vec::new());
        }
        let tenants: HashSet<_> = self.own.keys().map(|(tenant, ..)| *tenant).collect();
        let rows: Vec<Seen> = tx
            .find::<Entity>()
            .filter(Column::TenantId.is_in(tenants))
            .filter(Column::JobId.is_in(self.own.keys().map(|(_, job, _)| *job)))
            .columns([Column::JobId, Column::State, Column::Fence, Column::StartedAt, Column::FinishedAt])
            .all_tuples()
            .await?;
        let seen: HashMap<JobId, Seen> = rows.into_iter().map(|row| (row.0, row)).collect();
        let ended =
            self.own.extract_if(|attempt, _| !seen.get(&attempt.1).is_some_and(|row| flies(attempt, row)));
        let landed = |(attempt, flight): (Attempt, Flight)| {
            let row = seen.get(&attempt.1).filter(|(_, _, fence, ..)| *fence >= attempt.2);
            let took = row.map(|(.., started, finished)| match (started, finished) {
                (Some(started), Some(finished)) => finished.since(*started),
                // It waits to be tried again: it has just ended.
                (Some(started), None) => now.since(*started),
                (None, _) => Duration::ZERO,
            });
            let by_itself =
                row.is_some_and(|(_, state, ..)| matches!(state, State::Succeeded | State::Failed));
            Landed { flight, tenant: attempt.0, took, by_itself }
        };
        Ok(ended.map(landed).collect())
    }
}

/// A job's id, state and fence, and when its latest attempt began and ended.
type Seen = (JobId, State, i64, Option<Timestamp>, Option<Timestamp>);

/// Whether the attempt has not ended.
fn flies(attempt: &Attempt, (_, state, fence, ..): &Seen) -> bool {
    match state {
        State::Dispatched => *fence + 1 == attempt.2,
        State::Running => *fence == attempt.2,
        _ => false,
    }
}
