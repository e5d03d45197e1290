//! Chooses which due jobs start next, fairly between tenants, and hands them to the workers.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use sea_orm::ColumnTrait;

use super::due::{Ahead, Due};
use super::estimates::Estimates;
use super::fair::{Candidate, Fair, Queue};
use super::flights::{Flight, Flights, Landed};
use super::hand_off::Message;
use super::rows::{Column, Entity};
use super::state::{Lane, State};
use super::system::Parts;
use super::{Call, News, WAKE, workers};
use crate::Timestamp;
use crate::db::{DbError, POLL, SystemTx, SystemUse, heard};
use crate::error::Result;
use crate::ids::{JobId, TenantId};
use crate::telemetry::span::{Key, Kind, Span};
use crate::tenants::{JOBS_IN_FLIGHT, Status, Tenants};

/// What a tenant of weight one is granted per turn.
const QUANTUM: Duration = Duration::from_millis(5);

/// No job costs less: to hand it out and to claim it takes time as well. With the quantum at that, tenants take turns
/// job by job while their jobs are small.
const LEAST_COST: Duration = QUANTUM;

/// Messages handed out per slot, those at work included: one to run, one to follow at once. More would take the order out
/// of our hands.
const PER_SLOT: usize = 2;

/// Jobs that are done together are expected to take no longer, if they are more than a few.
const SLICE: Duration = Duration::from_millis(50);
const FEW: usize = 8;

/// A worker is not done sooner with a message. While every place is taken and more is due, the dispatcher looks again when
/// about half of them may be free: one look for many jobs.
const SHORTEST: Duration = Duration::from_micros(200);
const LONGEST_PAUSE: Duration = Duration::from_millis(5);

/// Never ends.
pub(super) async fn run(parts: &Parts) {
    let mut lanes = Lane::ALL.map(LaneDispatcher::new);
    let mut wakes = parts.db.listen(WAKE);
    let mut changes = parts.tenants.changes();
    loop {
        let mut more = false;
        for lane in &mut lanes {
            match lane.pass(parts).await {
                Ok(again) => more |= again,
                Err(error) => {
                    lane.unsure = true;
                    tracing::warn!(lane = %lane.lane, %error, cause = error.cause(), "jobs were not dispatched");
                }
            }
        }
        if !more {
            let full = lanes.iter().map(|lane| lane.full).max().unwrap_or_default();
            tokio::time::sleep(full).await;
        }
        tokio::select! {
            heard = heard(&mut wakes, &parts.clock, more) => {
                for call in heard.iter().map(Call::of) {
                    lanes.iter_mut().for_each(|lane| lane.hear(call));
                }
            }
            // A tenant may have got its rights or its quota back.
            () = changes.next() => {}
        }
    }
}

struct LaneDispatcher {
    lane: Lane,
    fair: Fair,
    estimates: Estimates,
    /// Handed out, and not known to be published: the next pass does it again.
    unpublished: Vec<(Message, Vec<Span>)>,
    flights: Flights,
    ahead: Ahead,
    /// Slots of living workers, when they were counted last.
    slots: usize,
    /// So long the workers have enough to do, as the last pass has left them.
    full: Duration,
    /// Everything is to be looked at anew.
    unsure: bool,
    /// When it was, last.
    surveyed_at: Option<Timestamp>,
}

/// Jobs of one tenant and kind that go to a slot of a worker in one message.
struct Batch {
    kind: String,
    jobs: Vec<Due>,
    cost: Duration,
}

type Queues = BTreeMap<TenantId, Queue<Batch>>;

/// What was read of each tenant and is in none of the queues.
type Rest = Vec<(TenantId, VecDeque<Due>)>;

impl LaneDispatcher {
    fn new(lane: Lane) -> Self {
        Self {
            lane,
            fair: Fair::new(QUANTUM),
            estimates: Estimates::default(),
            unpublished: Vec::new(),
            flights: Flights::new(lane),
            ahead: Ahead::new(lane),
            slots: 0,
            full: Duration::ZERO,
            unsure: true,
            surveyed_at: None,
        }
    }

    fn hear(&mut self, call: Call) {
        self.unsure |= matches!(call, Call::Everything | Call::Slots);
        self.ahead.hear(call);
    }

    /// Says whether there is more to hand out at once.
    async fn pass(&mut self, parts: &Parts) -> Result<bool> {
        self.full = Duration::ZERO;
        self.publish(parts).await?;
        let now = parts.clock.now();
        if self.unsure || self.surveyed_at.is_none_or(|at| now.since(at) >= POLL) {
            self.survey(parts, now).await?;
        }
        if self.ahead.is_empty() {
            if self.flights.len() > 0 {
                let tx = parts.db.system_read(SystemUse::JobDispatch).await?;
                self.look(&tx, now).await?;
            }
            return Ok(false);
        }
        let tx = parts.db.system_write(SystemUse::JobDispatch).await?;
        self.look(&tx, now).await?;
        let places = (self.slots * PER_SLOT).saturating_sub(self.flights.len());
        if places > 0 {
            self.ahead.fill(&tx, now).await?;
        }
        let (mut queues, rest) = self.queues(parts, places);
        let picked = self.fair.pick(&mut queues, places);
        self.give_back(queues, rest);
        let left = places - picked.len();
        let slots = u32::try_from(self.slots).unwrap_or(u32::MAX);
        self.full = if left > 0 { Duration::ZERO } else { (SHORTEST * slots).min(LONGEST_PAUSE) };
        if !picked.is_empty() {
            self.hand_out(parts, tx, picked, now).await?;
        }
        Ok(left > 0 && self.ahead.has_unread())
    }

    /// Looks at everything anew.
    async fn survey(&mut self, parts: &Parts, now: Timestamp) -> Result<(), DbError> {
        let tx = parts.db.system_read(SystemUse::JobDispatch).await?;
        self.slots = workers::live_slots(&tx, self.lane, now).await?;
        self.ahead.survey(&tx, now).await?;
        let landed = self.flights.survey(&tx, now).await?;
        landed.into_iter().for_each(|landed| self.settle(landed));
        (self.unsure, self.surveyed_at) = (false, Some(now));
        Ok(())
    }

    async fn look(&mut self, tx: &SystemTx, now: Timestamp) -> Result<(), DbError> {
        let landed = self.flights.look(tx, now).await?;
        landed.into_iter().for_each(|landed| self.settle(landed));
        Ok(())
    }

    /// Replaces the estimate of what has ended by what it took.
    fn settle(&mut self, landed: Landed) {
        let Landed { flight, tenant, took, by_itself } = landed;
        let actual = took.map_or(Duration::ZERO, |took| took.max(LEAST_COST));
        self.fair.settle(tenant, flight.cost, actual);
        if let Some(took) = took.filter(|_| by_itself) {
            let jobs = u32::try_from(flight.attempts.len()).unwrap_or(u32::MAX).max(1);
            self.estimates.observe(tenant, &flight.kind, took / jobs);
        }
    }

    /// Up to so many batches of each tenant, and what else was read of it.
    fn queues(&mut self, parts: &Parts, places: usize) -> (Queues, Rest) {
        let (mut queues, mut rest) = (Queues::new(), Rest::new());
        for (tenant, mut due) in self.ahead.take() {
            if let Some((weight, cap)) = share(&parts.tenants, tenant) {
                let mut jobs = VecDeque::new();
                while jobs.len() < places
                    && let Some(job) = self.batch(parts, tenant, cap, &mut due)
                {
                    jobs.push_back(Candidate { cost: job.cost, job });
                }
                let in_flight = if cap.is_some() { self.flights.jobs_of(tenant) } else { 0 };
                queues.insert(tenant, Queue { weight, in_flight, cap, jobs });
            }
            rest.push((tenant, due));
        }
        (queues, rest)
    }

    /// The next of the due jobs, with those behind it that can be done together with it. Under a quota each goes alone.
    fn batch(
        &self,
        parts: &Parts,
        tenant: TenantId,
        cap: Option<usize>,
        due: &mut VecDeque<Due>,
    ) -> Option<Batch> {
        let first = due.pop_front()?;
        let kind = first.kind.clone();
        let one = self.estimates.of(tenant, &kind);
        let together = parts.registry.get(&kind).map_or(1, |kind| kind.together);
        let most = if first.suspect || cap.is_some() { 1 } else { together };
        let mut jobs = vec![first];
        let mut cost = one;
        while jobs.len() < most
            && (cost + one <= SLICE || jobs.len() < FEW)
            && let Some(next) = due.pop_front_if(|next| next.kind == kind && !next.suspect)
        {
            jobs.push(next);
            cost += one;
        }
        Some(Batch { kind, jobs, cost: cost.max(LEAST_COST) })
    }

    fn give_back(&mut self, mut queues: Queues, rest: Rest) {
        for (tenant, mut due) in rest {
            let left = queues.remove(&tenant).map(|queue| queue.jobs).unwrap_or_default();
            for job in left.into_iter().rev().flat_map(|left| left.job.jobs.into_iter().rev()) {
                due.push_front(job);
            }
            self.ahead.give_back(tenant, due);
        }
    }

    async fn hand_out(
        &mut self,
        parts: &Parts,
        tx: SystemTx,
        picked: Vec<(TenantId, Batch)>,
        now: Timestamp,
    ) -> Result<()> {
        let mut by_tenant = BTreeMap::<_, Vec<_>>::new();
        for (tenant, batch) in &picked {
            by_tenant.entry(*tenant).or_default().extend(batch.jobs.iter().map(|due| due.job));
        }
        if let Err(error) = mark(tx, by_tenant, now).await {
            for (tenant, batch) in picked {
                self.fair.settle(tenant, batch.cost, Duration::ZERO);
            }
            return Err(error.into());
        }
        for (tenant, Batch { kind, jobs, cost }) in picked {
            let spans = jobs.iter().map(|due| handing_over(parts, self.lane, tenant, due)).collect();
            for due in &jobs {
                parts.feed.publish(News { tenant, job: due.job, progress: None });
            }
            let message = Message { tenant, jobs: jobs.iter().map(|due| due.job).collect() };
            self.unpublished.push((message, spans));
            let attempts = jobs.into_iter().map(|due| (tenant, due.job, due.attempt)).collect();
            self.flights.add(Flight { kind, cost, attempts });
        }
        self.publish(parts).await
    }

    /// Publishes what was handed out. After an error it may have been published or not: twice is harmless, and should this
    /// process end before, the rescuer sees to it.
    async fn publish(&mut self, parts: &Parts) -> Result<()> {
        if !self.unpublished.is_empty() {
            let messages: Vec<_> = self.unpublished.iter().map(|(message, _)| message.clone()).collect();
            parts.hand_off.publish(self.lane, &messages).await?;
            self.unpublished.clear();
        }
        Ok(())
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

/// Marks jobs as dispatched. One that was cancelled meanwhile stays so, and its message will be dropped.
async fn mark(tx: SystemTx, jobs: BTreeMap<TenantId, Vec<JobId>>, now: Timestamp) -> Result<(), DbError> {
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
