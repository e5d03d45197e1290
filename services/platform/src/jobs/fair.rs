//! Whose job goes next: deficit round robin between tenants, by service time and weight. Pure: no clock, no database.
//!
//! Tenants with due jobs stand in a ring. Whoever is at its head gets a grant (quantum × weight) once per visit and
//! is served while its credit covers the cost of its next job; then the ring turns. Costs are estimates, so
//! [`Fair::settle`] corrects the credit when the true run time is known. What was charged too much comes back as more
//! service per visit, at most twice the usual, never as a burst that holds up the others. Whoever has nothing due
//! leaves the ring: it takes no credit along (idleness is not saved up), but it keeps its debt, which the turns of the
//! ring pay off.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::ids::TenantId;

/// A due job and what it is expected to cost in run time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate<J> {
    pub job: J,
    pub cost: Duration,
}

/// The due jobs of one tenant in the order in which they shall run.
#[derive(Clone, Debug)]
pub struct Queue<J> {
    /// Share of service time relative to other tenants; zero counts as one.
    pub weight: u32,
    /// Jobs of the tenant handed out and not yet ended.
    pub in_flight: usize,
    /// At most so many in flight; `None`: no quota.
    pub cap: Option<usize>,
    pub jobs: VecDeque<Candidate<J>>,
}

impl<J> Queue<J> {
    fn next_cost(&self) -> Option<i64> {
        let held = self.cap.is_some_and(|cap| self.in_flight >= cap);
        self.jobs.front().filter(|_| !held).map(|next| micros(next.cost))
    }

    fn grant(&self, quantum: i64) -> i64 {
        quantum.saturating_mul(i64::from(self.weight.max(1)))
    }
}

/// The memory of the round robin: who is next, and each tenant's credit in microseconds of service.
#[derive(Debug)]
pub struct Fair {
    quantum: i64,
    ring: VecDeque<TenantId>,
    accounts: BTreeMap<TenantId, Account>,
    /// What the head of the ring has been served in this visit; `None`: it has not had its grant yet.
    visit: Option<i64>,
    /// Steps of the ring since the last full turn, and full turns so far.
    steps: usize,
    turns: i64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Account {
    credit: i64,
    /// `turns` when the tenant left the ring.
    left_at: i64,
}

impl Fair {
    /// `quantum` is the service time that a tenant of weight one is granted per turn: the smaller, the finer.
    pub fn new(quantum: Duration) -> Self {
        Self {
            quantum: micros(quantum).max(1),
            ring: VecDeque::new(),
            accounts: BTreeMap::new(),
            visit: None,
            steps: 0,
            turns: 0,
        }
    }

    /// Takes up to `places` jobs out of `queues`, fairly, and counts them as in flight. Work-conserving: it takes
    /// fewer only when no tenant below its cap has a job left.
    pub fn pick<J>(
        &mut self,
        queues: &mut BTreeMap<TenantId, Queue<J>>,
        places: usize,
    ) -> Vec<(TenantId, J)> {
        self.seat(queues);
        self.take_back_turns(queues);
        let mut picked = Vec::new();
        let mut fruitless = 0;
        while picked.len() < places {
            let Some(&tenant) = self.ring.front() else { break };
            if queues.get(&tenant).is_none_or(|queue| queue.jobs.is_empty()) {
                self.unseat_head();
                continue;
            }
            if fruitless > self.ring.len() {
                if !self.skip_turns(queues) {
                    break;
                }
                fruitless = 0;
            }
            let payer = queues.get_mut(&tenant).and_then(|queue| queue.next_cost().map(|cost| (queue, cost)));
            let Some((queue, cost)) = payer else {
                fruitless += 1;
                self.turn();
                continue;
            };
            let account = self.accounts.entry(tenant).or_default();
            let grant = queue.grant(self.quantum);
            let served = *self.visit.get_or_insert_with(|| {
                account.credit = account.credit.saturating_add(grant);
                0
            });
            let enough = served > 0 && served.saturating_add(cost) > grant.saturating_mul(2);
            if account.credit < cost || enough {
                fruitless += 1;
                self.turn();
                continue;
            }
            if let Some(candidate) = queue.jobs.pop_front() {
                account.credit = account.credit.saturating_sub(cost);
                self.visit = Some(served.saturating_add(cost));
                queue.in_flight += 1;
                fruitless = 0;
                picked.push((tenant, candidate.job));
            }
        }
        picked
    }

    /// Corrects a tenant's credit once a picked job's true run time is known.
    pub fn settle(&mut self, tenant: TenantId, charged: Duration, actual: Duration) {
        let seated = self.ring.contains(&tenant);
        let turns = self.turns;
        let account = self.accounts.entry(tenant).or_insert_with(|| Account { credit: 0, left_at: turns });
        account.credit = account.credit.saturating_add(micros(charged)).saturating_sub(micros(actual));
        if !seated {
            account.credit = account.credit.min(0);
        }
    }

    /// Puts tenants that have jobs and no place into the ring, and drops who owes nothing and waits for nothing.
    fn seat<J>(&mut self, queues: &BTreeMap<TenantId, Queue<J>>) {
        for (&tenant, queue) in queues.iter().filter(|(_, queue)| !queue.jobs.is_empty()) {
            if self.ring.contains(&tenant) {
                continue;
            }
            let account = self.accounts.entry(tenant).or_default();
            let paid = queue.grant(self.quantum).saturating_mul(self.turns - account.left_at);
            account.credit = account.credit.saturating_add(paid).min(0);
            self.ring.push_back(tenant);
        }
        let ring = &self.ring;
        self.accounts.retain(|tenant, account| account.credit < 0 || ring.contains(tenant));
    }

    fn unseat_head(&mut self) {
        self.visit = None;
        let Some(tenant) = self.ring.pop_front() else { return };
        if let Some(account) = self.accounts.get_mut(&tenant) {
            account.credit = account.credit.min(0);
            account.left_at = self.turns;
        }
    }

    fn turn(&mut self) {
        self.visit = None;
        self.ring.rotate_left(1);
        self.steps += 1;
        if self.steps >= self.ring.len() {
            self.steps = 0;
            self.turns += 1;
        }
    }

    /// When jobs turn out cheaper than was expected, everybody may have credit for many. Takes back the turns that all of
    /// them have to spare, which leaves their differences as they are.
    fn take_back_turns<J>(&mut self, queues: &BTreeMap<TenantId, Queue<J>>) {
        let payers = || queues.iter().filter_map(|(tenant, queue)| Some((tenant, queue, queue.next_cost()?)));
        let spare = |tenant: &TenantId, queue: &Queue<J>, cost: i64| {
            let credit = self.accounts.get(tenant).map_or(0, |account| account.credit);
            credit.saturating_sub(cost).max(0) / queue.grant(self.quantum)
        };
        let turns = payers().map(|(tenant, queue, cost)| spare(tenant, queue, cost)).min().unwrap_or(0);
        for (tenant, queue, _) in payers() {
            let account = self.accounts.entry(*tenant).or_default();
            account.credit -= queue.grant(self.quantum).saturating_mul(turns);
        }
    }

    /// After a full turn in which nobody could pay: grants at once the turns that the nearest still needs, less the
    /// last. Says whether anybody can be served at all.
    fn skip_turns<J>(&mut self, queues: &BTreeMap<TenantId, Queue<J>>) -> bool {
        let payers = || queues.iter().filter_map(|(tenant, queue)| Some((tenant, queue, queue.next_cost()?)));
        let needed = |tenant: &TenantId, queue: &Queue<J>, cost: i64| {
            let credit = self.accounts.get(tenant).map_or(0, |account| account.credit);
            let missing = cost.saturating_sub(credit).max(0);
            let grant = queue.grant(self.quantum);
            missing / grant + i64::from(missing % grant != 0)
        };
        let Some(turns) = payers().map(|(tenant, queue, cost)| needed(tenant, queue, cost)).min() else {
            return false;
        };
        let turns = (turns - 1).max(0);
        for (tenant, queue, _) in payers() {
            let account = self.accounts.entry(*tenant).or_default();
            account.credit = account.credit.saturating_add(queue.grant(self.quantum).saturating_mul(turns));
        }
        self.turns = self.turns.saturating_add(turns);
        true
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
