//! Chooses which due jobs start next, fairly between tenants, and hands them to the workers.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::time::Duration;

use sea_orm::ColumnTrait;

use super::attempts::{self, Outcome};
use super::estimates::Estimates;
use super::fair::{Candidate, Fair, Queue};
use super::hand_off::Message;
use super::rows::{Column, Entity};
use super::state::{Lane, State};
use super::system::Parts;
use super::{News, WAKE, workers};
use crate::Timestamp;
use crate::db::{DbError, SystemTx, SystemUse, woken};
use crate::error::Result;
use crate::ids::{JobId, TenantId};
use crate::telemetry::span::{Key, Kind, Span};
use crate::tenants::{JOBS_IN_FLIGHT, Status, Tenants};
use crate::trace::Trace;

/// What a tenant of weight one is granted per turn.
const QUANTUM: Duration = Duration::from_millis(5);

/// No job costs less: to hand it out and to claim it takes time as well. With the quantum at that, tenants take turns
/// job by job while their jobs are small.
const LEAST_COST: Duration = QUANTUM;

/// Jobs handed out per slot, running ones included: one to run, one to follow at once. More would take the order out of
/// our hands.
const PER_SLOT: usize = 2;

/// Never ends.
pub(super) async fn run(parts: &Parts) {
    let mut lanes = Lane::ALL.map(LaneDispatcher::new);
    let mut wakes = parts.db.listen(WAKE);
    loop {
        for lane in &mut lanes {
            if let Err(error) = lane.pass(parts).await {
                tracing::warn!(lane = %lane.lane, %error, cause = error.cause(), "jobs were not dispatched");
            }
        }
        woken(&mut wakes, &parts.clock).await;
    }
}

/// One attempt that was handed out: tenant, job, and the number that the attempt has or will have.
type Flight = (TenantId, JobId, i64);

struct LaneDispatcher {
    lane: Lane,
    fair: Fair,
    estimates: Estimates,
    /// Handed out, and not known to be published: the next pass does it again.
    unpublished: Vec<(Message, Span)>,
    /// What each attempt in flight was expected to take.
    charged: HashMap<Flight, (String, Duration)>,
}

/// What a pass sees.
struct Sight {
    queues: BTreeMap<TenantId, Queue<Due>>,
    places: usize,
}

struct Due {
    job: JobId,
    kind: String,
    attempt: i64,
    cost: Duration,
    trace: Trace,
}

impl LaneDispatcher {
    fn new(lane: Lane) -> Self {
        Self {
            lane,
            fair: Fair::new(QUANTUM),
            estimates: Estimates::default(),
            unpublished: Vec::new(),
            charged: HashMap::new(),
        }
    }

    async fn pass(&mut self, parts: &Parts) -> Result<()> {
        self.publish(parts).await?;
        let now = parts.clock.now();
        let tx = parts.db.system_read(SystemUse::JobDispatch).await?;
        let in_flight = in_flight(&tx, self.lane).await?;
        self.settle(&tx, &in_flight).await?;
        let mut sight = self.look(parts, &tx, &in_flight, now).await?;
        drop(tx);
        let picked = self.fair.pick(&mut sight.queues, sight.places);
        if picked.is_empty() {
            return Ok(());
        }
        let mut by_tenant = BTreeMap::<_, Vec<_>>::new();
        for (tenant, due) in &picked {
            by_tenant.entry(*tenant).or_default().push(due.job);
        }
        if let Err(error) = mark(parts, by_tenant, now).await {
            for (tenant, due) in picked {
                self.fair.settle(tenant, due.cost, Duration::ZERO);
            }
            return Err(error.into());
        }
        for (tenant, due) in picked {
            let span = handing_over(parts, self.lane, tenant, &due);
            self.unpublished.push((Message { tenant, job: due.job }, span));
            parts.feed.publish(News { tenant, job: due.job, progress: None });
            self.charged.insert((tenant, due.job, due.attempt), (due.kind, due.cost));
        }
        self.publish(parts).await
    }

    /// Publishes what was handed out. After an error it may have been published or not: twice is harmless, and should this
    /// process end before, the rescuer sees to it.
    async fn publish(&mut self, parts: &Parts) -> Result<()> {
        if !self.unpublished.is_empty() {
            let messages: Vec<_> = self.unpublished.iter().map(|(message, _)| *message).collect();
            parts.hand_off.publish(self.lane, &messages).await?;
            self.unpublished.clear();
        }
        Ok(())
    }

    /// Replaces the estimates of ended attempts by what they took.
    async fn settle(&mut self, tx: &SystemTx, in_flight: &HashSet<Flight>) -> Result<(), DbError> {
        let ended: Vec<Flight> =
            self.charged.keys().filter(|flight| !in_flight.contains(flight)).copied().collect();
        if ended.is_empty() {
            return Ok(());
        }
        let rows = tx
            .find::<attempts::Entity>()
            .filter(attempts::Column::TenantId.is_in(ended.iter().map(|(tenant, ..)| *tenant)))
            .filter(attempts::Column::JobId.is_in(ended.iter().map(|(_, job, _)| *job)))
            .all()
            .await?;
        let attempts: HashMap<Flight, _> =
            rows.iter().map(|row| ((row.tenant_id, row.job_id, row.attempt), row)).collect();
        for flight in ended {
            let Some((kind, cost)) = self.charged.remove(&flight) else { continue };
            // Without an attempt it was cancelled before it began, and took nothing.
            let row = attempts.get(&flight);
            let took =
                |row: &&attempts::Model| row.finished_at.unwrap_or(row.started_at).since(row.started_at);
            let actual = row.map_or(Duration::ZERO, |row| took(row).max(LEAST_COST));
            self.fair.settle(flight.0, cost, actual);
            if row.is_some_and(|row| matches!(row.outcome, Some(Outcome::Succeeded | Outcome::Failed))) {
                self.estimates.observe(flight.0, &kind, actual);
            }
        }
        Ok(())
    }

    async fn look(
        &self,
        parts: &Parts,
        tx: &SystemTx,
        in_flight: &HashSet<Flight>,
        now: Timestamp,
    ) -> Result<Sight, DbError> {
        let slots = workers::live_slots(tx, self.lane, now).await?;
        let places = (slots * PER_SLOT).saturating_sub(in_flight.len());
        let mut queues = BTreeMap::new();
        if places > 0 {
            for tenant in due_tenants(tx, self.lane, now).await? {
                let Some((weight, cap)) = share(&parts.tenants, tenant) else { continue };
                let jobs = self.due(tx, tenant, places, now).await?;
                let in_flight = in_flight.iter().filter(|(other, ..)| *other == tenant).count();
                queues.insert(tenant, Queue { weight, in_flight, cap, jobs });
            }
        }
        Ok(Sight { queues, places })
    }

    /// The first due jobs of a tenant, in the order in which they shall start.
    async fn due(
        &self,
        tx: &SystemTx,
        tenant: TenantId,
        places: usize,
        now: Timestamp,
    ) -> Result<VecDeque<Candidate<Due>>, DbError> {
        let rows: Vec<(JobId, String, i64, String)> = tx
            .find::<Entity>()
            .filter(Column::TenantId.eq(tenant))
            .filter(Column::Lane.eq(self.lane))
            .filter(Column::State.eq(State::Waiting))
            .filter(Column::RunAt.lte(now))
            .columns([Column::JobId, Column::Kind, Column::Fence, Column::Trace])
            .order_by_asc(Column::Rank)
            .order_by_asc(Column::RunAt)
            .order_by_asc(Column::JobId)
            .limit(u64::try_from(places).unwrap_or(u64::MAX))
            .all_tuples()
            .await?;
        let candidate = |(job, kind, fence, trace): (JobId, String, i64, String)| {
            let cost = self.estimates.of(tenant, &kind).max(LEAST_COST);
            let due = Due { job, kind, attempt: fence + 1, cost, trace: Trace::parse(&trace) };
            Candidate { job: due, cost }
        };
        Ok(rows.into_iter().map(candidate).collect())
    }
}

/// The step of the job's trace in which it is handed to the workers.
fn handing_over(parts: &Parts, lane: Lane, tenant: TenantId, due: &Due) -> Span {
    let trace = due.trace.next(parts.random.bytes());
    let name = || format!("dispatch {}", due.kind);
    let mut span = Span::begin(Kind::Producer, name, &trace, &due.trace, &parts.clock);
    span.tell(Key::Service, parts.db.service());
    span.tell(Key::Tenant, tenant);
    span.tell(Key::Job, due.job);
    span.tell(Key::JobKind, &due.kind);
    span.tell(Key::Lane, lane);
    span
}

/// A tenant's weight and its quota of jobs in flight. `None`: it is suspended, its jobs wait. One that the list of tenants
/// does not have yet counts like any other.
fn share(tenants: &Tenants, tenant: TenantId) -> Option<(u32, Option<usize>)> {
    match tenants.get(tenant) {
        Ok(tenant) if tenant.status == Status::Suspended => None,
        Ok(tenant) => {
            let cap = tenant.quotas.get(JOBS_IN_FLIGHT).and_then(|cap| usize::try_from(*cap).ok());
            Some((tenant.weight, cap))
        }
        Err(_) => Some((1, None)),
    }
}

async fn in_flight(tx: &SystemTx, lane: Lane) -> Result<HashSet<Flight>, DbError> {
    let rows: Vec<(TenantId, JobId, State, i64)> = tx
        .find::<Entity>()
        .filter(Column::Lane.eq(lane))
        .filter(Column::State.is_in([State::Dispatched, State::Running]))
        .columns([Column::TenantId, Column::JobId, Column::State, Column::Fence])
        .all_tuples()
        .await?;
    let flight =
        |(tenant, job, state, fence)| (tenant, job, if state == State::Running { fence } else { fence + 1 });
    Ok(rows.into_iter().map(flight).collect())
}

async fn due_tenants(tx: &SystemTx, lane: Lane, now: Timestamp) -> Result<Vec<TenantId>, DbError> {
    let rows: Vec<(TenantId,)> = tx
        .find::<Entity>()
        .filter(Column::Lane.eq(lane))
        .filter(Column::State.eq(State::Waiting))
        .filter(Column::RunAt.lte(now))
        .columns([Column::TenantId])
        .distinct()
        .all_tuples()
        .await?;
    Ok(rows.into_iter().map(|(tenant,)| tenant).collect())
}

/// Marks jobs as dispatched. One that was cancelled meanwhile stays so, and its message will be dropped.
async fn mark(parts: &Parts, jobs: BTreeMap<TenantId, Vec<JobId>>, now: Timestamp) -> Result<(), DbError> {
    let tx = parts.db.system_write(SystemUse::JobDispatch).await?;
    for (tenant, jobs) in jobs {
        tx.update::<Entity>()
            .filter(Column::TenantId.eq(tenant))
            .filter(Column::JobId.is_in(jobs))
            .filter(Column::State.eq(State::Waiting))
            .set(Column::State, State::Dispatched)
            .set(Column::DispatchedAt, now)
            .exec()
            .await?;
    }
    tx.commit().await
}
