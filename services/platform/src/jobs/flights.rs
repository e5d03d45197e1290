//! What a lane's dispatcher has handed out and not yet seen the end of.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use sea_orm::ColumnTrait;

use super::attempts::{self, Outcome};
use super::rows::{Column, Entity};
use super::state::{Lane, State};
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
        let own = self.own.iter().filter(|((of, ..), _)| *of == tenant).map(|(_, flight)| flight.attempts.len());
        own.sum::<usize>() + self.others.iter().filter(|(of, ..)| *of == tenant).count()
    }

    /// Reads everything that is in flight, and returns what has landed.
    pub(super) async fn survey(&mut self, tx: &SystemTx) -> Result<Vec<Landed>, DbError> {
        let rows: Vec<(TenantId, JobId, State, i64)> = tx
            .find::<Entity>()
            .filter(Column::Lane.eq(self.lane))
            .filter(Column::State.is_in([State::Dispatched, State::Running]))
            .columns([Column::TenantId, Column::JobId, Column::State, Column::Fence])
            .all_tuples()
            .await?;
        let mut flying: HashSet<Attempt> = rows.into_iter().map(attempt).collect();
        let still = |flight: &Flight| flight.attempts.iter().any(|attempt| flying.contains(attempt));
        let landed: Vec<_> = self.own.extract_if(|_, flight| !still(flight)).collect();
        for attempt in self.own.values().flat_map(|flight| &flight.attempts) {
            flying.remove(attempt);
        }
        self.others = flying;
        judged(tx, landed).await
    }

    /// Looks after its own, and returns what has landed.
    pub(super) async fn look(&mut self, tx: &SystemTx) -> Result<Vec<Landed>, DbError> {
        if self.own.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<(TenantId, JobId, State, i64)> = tx
            .find::<Entity>()
            .filter(Column::TenantId.is_in(self.own.keys().map(|(tenant, ..)| *tenant).collect::<HashSet<_>>()))
            .filter(Column::JobId.is_in(self.own.keys().map(|(_, job, _)| *job)))
            .filter(Column::State.is_in([State::Dispatched, State::Running]))
            .columns([Column::TenantId, Column::JobId, Column::State, Column::Fence])
            .all_tuples()
            .await?;
        let flying: HashSet<Attempt> = rows.into_iter().map(attempt).collect();
        let landed = self.own.extract_if(|last, _| !flying.contains(last)).collect();
        judged(tx, landed).await
    }
}

fn attempt((tenant, job, state, fence): (TenantId, JobId, State, i64)) -> Attempt {
    (tenant, job, if state == State::Running { fence } else { fence + 1 })
}

/// Looks up how they ended.
async fn judged(tx: &SystemTx, landed: Vec<(Attempt, Flight)>) -> Result<Vec<Landed>, DbError> {
    if landed.is_empty() {
        return Ok(Vec::new());
    }
    let tenants: HashSet<_> = landed.iter().map(|((tenant, ..), _)| *tenant).collect();
    let rows = tx
        .find::<attempts::Entity>()
        .filter(attempts::Column::TenantId.is_in(tenants))
        .filter(attempts::Column::JobId.is_in(landed.iter().map(|((_, job, _), _)| *job)))
        .all()
        .await?;
    let rows: HashMap<Attempt, _> =
        rows.into_iter().map(|row| ((row.tenant_id, row.job_id, row.attempt), row)).collect();
    let judge = |(last, flight): (Attempt, Flight)| {
        let row = rows.get(&last);
        let took = row.map(|row| row.finished_at.unwrap_or(row.started_at).since(row.started_at));
        let by_itself = row.is_some_and(|row| matches!(row.outcome, Some(Outcome::Succeeded | Outcome::Failed)));
        Landed { flight, tenant: last.0, took, by_itself }
    };
    Ok(landed.into_iter().map(judge).collect())
}
