//! The job system of one service in one process: workers, and the maintenance that the service's leader does.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::desk::Desk;
use super::feed::Feed;
use super::figures::{self, Depth, Distribution, Figures, LaneFigures};
use super::hand_off::HandOff;
use super::registry::Registry;
use super::state::Lane;
use super::{dispatcher, rescuer, retention, worker};
use crate::clock::Clock;
use crate::db::Database;
use crate::error::Result;
use crate::random::Random;
use crate::schedules;
use crate::tenants::Tenants;

/// What a job system is made of.
pub struct JobParts {
    pub db: Database,
    /// Weights and quotas.
    pub tenants: Tenants,
    /// For jitter.
    pub random: Random,
    pub registry: Registry,
    pub hand_off: Arc<dyn HandOff>,
    pub feed: Arc<dyn Feed>,
    pub settings: JobSettings,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobSettings {
    /// This process alone uses the database (an embedded one, its directory locked): what an earlier process left
    /// running or dispatched is known to be lost and returns at once, without waiting for its lease.
    pub exclusive: bool,
    /// How long running jobs may go on after the soft stop before they are cut off and given back.
    pub drain: Duration,
    /// After so many lost workers a job has failed: it probably kills them.
    pub max_crashes: i64,
}

impl Default for JobSettings {
    fn default() -> Self {
        Self { exclusive: false, drain: Duration::from_secs(20), max_crashes: 5 }
    }
}

/// See the [module](self). A cheap handle.
#[derive(Clone)]
pub struct JobSystem(Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) db: Database,
    pub(crate) tenants: Tenants,
    pub(crate) clock: Clock,
    pub(crate) random: Random,
    pub(crate) registry: Arc<Registry>,
    pub(super) hand_off: Arc<dyn HandOff>,
    pub(crate) feed: Arc<dyn Feed>,
    pub(super) settings: JobSettings,
    pub(super) worker_id: Uuid,
    pub(super) figures: Figures,
    /// How often this process does the maintenance now: once while it leads, else not.
    leading: AtomicUsize,
}

impl fmt::Debug for JobSystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "jobs of {}, worker {}", self.0.db.service(), self.0.worker_id)
    }
}

impl JobSystem {
    pub fn new(parts: JobParts) -> Self {
        let JobParts { db, tenants, random, registry, hand_off, feed, settings } = parts;
        Self(Arc::new(Parts {
            worker_id: db.ids().next(),
            clock: db.ids().clock().clone(),
            registry: Arc::new(registry),
            figures: Figures::default(),
            leading: AtomicUsize::default(),
            db,
            tenants,
            random,
            hand_off,
            feed,
            settings,
        }))
    }

    /// Looks at jobs, waits for them, cancels and replays them.
    pub fn desk(&self) -> Desk {
        Desk::new(self.0.db.clone(), Arc::clone(&self.0.feed))
    }

    /// Reads and changes schedules.
    pub fn schedules(&self) -> schedules::Schedules {
        schedules::Schedules::new(Arc::clone(&self.0.registry))
    }

    /// The database of the service whose jobs these are.
    pub fn database(&self) -> &Database {
        &self.0.db
    }

    pub(crate) fn tenants(&self) -> &Tenants {
        &self.0.tenants
    }

    /// The id under which this process has its slots and claims.
    pub fn worker_id(&self) -> Uuid {
        self.0.worker_id
    }

    /// Works on jobs with so many slots per lane. After `stop` it takes nothing new, lets running jobs end for as long
    /// as the settings say, gives the rest back, and ends. When it is dropped instead, its jobs stop where they are and
    /// return when their leases run out.
    pub async fn work(&self, slots: &[(Lane, u16)], stop: CancellationToken) -> Result<()> {
        worker::serve(Arc::clone(&self.0), slots, stop).await
    }

    /// What the leader of the service does for jobs, until it is dropped: dispatch, rescue, schedules, retention. It can
    /// be dropped at any point.
    pub async fn maintain(&self) {
        let _leading = Leading::begin(&self.0.leading);
        Box::pin(rescuer::take_over(&self.0)).await;
        tokio::join!(
            Box::pin(dispatcher::run(&self.0)),
            Box::pin(rescuer::run(&self.0)),
            Box::pin(schedules::run(&self.0)),
            Box::pin(retention::run(&self.0)),
        );
    }

    /// Deletes jobs and schedule runs that have outlived their time; part of [`JobSystem::maintain`].
    pub async fn prune(&self) -> Result<()> {
        Ok(retention::prune(&self.0).await?)
    }

    /// Numbers per lane for whoever watches over the service.
    pub async fn figures(&self) -> Result<Vec<LaneFigures>> {
        self.0.figures.read(&self.0.db, self.0.clock.now()).await
    }

    /// Whether this process does the maintenance at present.
    pub(crate) fn leads(&self) -> bool {
        self.0.leading.load(Ordering::Relaxed) > 0
    }

    /// How much waits and is at work, lane by lane.
    pub(crate) async fn depths(&self) -> Result<Vec<Depth>> {
        Ok(figures::depths(&self.0.db, self.0.clock.now()).await?)
    }

    /// How long jobs waited for their start here, and ran here, lane by lane.
    pub(crate) fn distributions(&self) -> [(Lane, (Distribution, Distribution)); Lane::ALL.len()] {
        self.0.figures.distributions()
    }

    /// How many attempts ended here, by lane, code of the tenant, and outcome.
    pub(crate) fn ended_by_tenant(&self) -> BTreeMap<(&'static str, String, &'static str), u64> {
        let mut ended = BTreeMap::new();
        for (lane, tenant, end, count) in self.0.figures.ends() {
            let tenant = self.0.tenants.get(tenant);
            let code = tenant.map_or_else(|_| "unknown".to_owned(), |tenant| tenant.code.clone());
            *ended.entry((lane.as_str(), code, end.as_str())).or_default() += count;
        }
        ended
    }
}

/// Counts while it lives.
struct Leading<'a>(&'a AtomicUsize);

impl<'a> Leading<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Leading<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
