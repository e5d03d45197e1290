//! What a test of jobs stands on: two tenants, a stage, and processes that work, lead, stop or vanish.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use platform::clock::ManualClock;
use platform::db::{Database, DatabaseConfig, SystemUse, TenantTx};
use platform::ids::{AccountId, JobId, TenantId};
use platform::jobs::{
    Desk, Job, JobParts, JobRow, JobSettings, JobSystem, Lane, NewJob, Registry, Sight, State, feed, hand_off,
};
use platform::leader::Candidate;
use platform::random::Random;
use platform::tenancy::{Member, Principal};
use platform::tenants::{self, Status, Tenant, Tenants};
use platform::{Timestamp, testing};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::probe::{Brief, Close, Probe, Stage, Voice, marks};
use crate::support::ground::Ground;

/// 2023-11-14 22:13:20 UTC, 05:13:20 on the 15th in Viet Nam.
pub const START: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

#[derive(Clone)]
pub struct Bench {
    pub hand: ManualClock,
    pub db: Database,
    pub config: DatabaseConfig,
    pub tenants: Tenants,
    pub stage: Stage,
    pub hand_off: Arc<dyn hand_off::HandOff>,
    pub feed: Arc<feed::InProcess>,
    pub settings: JobSettings,
    /// Two tenants of weight one.
    pub north: TenantId,
    pub south: TenantId,
}

impl Bench {
    pub async fn new(ground: &Ground) -> Self {
        let (hand, db, ids) = (ground.time.clone(), ground.db.clone(), &ground.ids);
        let tenants = Tenants::load(db.clone(), hand.clock()).await.expect("the tenants are read");
        tokio::spawn({
            let tenants = tenants.clone();
            async move { tenants.run(CancellationToken::new()).await }
        });
        let bench = Self {
            north: TenantId(ids.next()),
            south: TenantId(ids.next()),
            stage: Stage::new(hand.clone()),
            hand_off: Arc::new(hand_off::InProcess::new()),
            feed: Arc::default(),
            settings: JobSettings::default(),
            hand,
            db,
            config: ground.config.clone(),
            tenants,
        };
        for (id, code) in [(bench.north, "north"), (bench.south, "south")] {
            bench.set_tenant(id, code, 1, None, Status::Active).await;
        }
        bench
    }

    /// Writes a tenant, and waits until it is known.
    pub async fn set_tenant(&self, id: TenantId, code: &str, weight: u32, cap: Option<u64>, status: Status) {
        let revision = self.tenants.get(id).map_or(1, |tenant| tenant.revision + 1);
        let quotas = cap.map(|cap| (tenants::JOBS_IN_FLIGHT.to_owned(), cap));
        let tenant = Tenant {
            id,
            code: code.to_owned(),
            status,
            zone: "Asia/Ho_Chi_Minh".to_owned(),
            weight,
            quotas: BTreeMap::from_iter(quotas),
            revision,
        };
        let mut changes = self.tenants.changes();
        tenants::fill(&self.db, &[tenant]).await.expect("the tenant is written");
        while self.tenants.get(id).map_or(0, |tenant| tenant.revision) < revision {
            changes.next().await;
        }
    }

    pub fn member(&self, tenant: TenantId) -> Member {
        testing::member(tenant, AccountId(self.db.ids().next()), Vec::new())
    }

    pub fn sight_of(&self, tenant: TenantId) -> Sight {
        Sight::Tenant(Principal::Member(self.member(tenant)))
    }

    pub fn operator(&self) -> Sight {
        Sight::All(testing::operator(AccountId(self.db.ids().next())))
    }

    /// A process's job system on the same database; nothing runs yet.
    pub fn system(&self) -> JobSystem {
        self.system_on(&self.db)
    }

    pub fn system_on(&self, db: &Database) -> JobSystem {
        self.system_of(db, self.registry().with::<Close>(self.stage.clone()))
    }

    /// A process of another version, which has no jobs of the kind "close".
    pub fn system_without_close(&self) -> JobSystem {
        self.system_of(&self.db, self.registry())
    }

    fn registry(&self) -> Registry {
        let stage = || self.stage.clone();
        Registry::default().with::<Probe>(stage()).with::<Brief>(stage()).with::<Voice>(stage())
    }

    fn system_of(&self, db: &Database, registry: Registry) -> JobSystem {
        JobSystem::new(JobParts {
            db: db.clone(),
            tenants: self.tenants.clone(),
            random: Random::system(),
            registry,
            hand_off: Arc::clone(&self.hand_off),
            feed: Arc::clone(&self.feed) as Arc<dyn feed::Feed>,
            settings: self.settings,
        })
    }

    pub fn with_settings(&self, settings: JobSettings) -> Self {
        Self { settings, ..self.clone() }
    }

    pub fn with_hand_off(&self, hand_off: Arc<dyn hand_off::HandOff>) -> Self {
        Self { hand_off, ..self.clone() }
    }

    pub fn desk(&self) -> Desk {
        self.system().desk()
    }

    /// A process that works with so many slots in each lane, and leads when it can.
    pub fn start(&self, slots: u16) -> Process {
        let mut process = Process::new(self.system(), &self.db);
        process.exclusive = self.settings.exclusive;
        process.work(slots);
        process.lead();
        process
    }

    pub async fn write(&self, tenant: TenantId) -> TenantTx {
        TenantTx::write(&self.db, &self.member(tenant)).await.expect("a transaction")
    }

    pub async fn enqueue<J: Job>(&self, tenant: TenantId, job: impl Into<NewJob<J>>) -> JobId {
        let tx = self.write(tenant).await;
        let enqueued = tx.enqueue(job).await.expect("enqueued");
        tx.commit().await.expect("committed");
        enqueued.job_id()
    }

    /// Several jobs in one transaction: they are due at once.
    pub async fn enqueue_all<J: Job>(&self, tenant: TenantId, jobs: Vec<J>) -> Vec<JobId> {
        let tx = self.write(tenant).await;
        let mut ids = Vec::new();
        for job in jobs {
            ids.push(tx.enqueue(job).await.expect("enqueued").job_id());
        }
        tx.commit().await.expect("committed");
        ids
    }

    pub async fn job(&self, job: JobId) -> JobRow {
        self.desk().get(&self.operator(), job).await.expect("the job is there")
    }

    pub async fn cancel(&self, job: JobId) {
        let tx = self.db.system_write(SystemUse::JobOperations).await.expect("a transaction");
        self.desk().cancel(&tx, job).await.expect("cancelled");
        tx.commit().await.expect("committed");
    }

    pub async fn replay(&self, job: JobId) {
        let tx = self.db.system_write(SystemUse::JobOperations).await.expect("a transaction");
        self.desk().replay(&tx, job).await.expect("replayed");
        tx.commit().await.expect("committed");
    }

    /// Waits until the job is in this state.
    pub async fn until(&self, job: JobId, state: State) -> JobRow {
        self.until_so(job, |row| row.state == state).await
    }

    pub async fn until_so(&self, job: JobId, wanted: impl Fn(&JobRow) -> bool) -> JobRow {
        let waited = self.desk().wait_for(self.operator(), job, wanted).await;
        match waited {
            Ok(row) => row,
            Err(error) => panic!("{error}; it is {:?}", self.job(job).await),
        }
    }

    /// Lets time pass, second by second, until `reached` holds. What sleeps until a moment has real time to wake up.
    pub async fn while_time_passes<T>(&self, reached: impl Future<Output = T>) -> T {
        tokio::pin!(reached);
        loop {
            if let Ok(value) = tokio::time::timeout(Duration::from_millis(30), &mut reached).await {
                return value;
            }
            self.hand.advance(Duration::from_secs(1));
        }
    }

    /// The marks of a tenant in the order in which they were left.
    pub async fn marks(&self, tenant: TenantId) -> Vec<String> {
        let tx = TenantTx::read(&self.db, &self.member(tenant)).await.expect("a transaction");
        let rows = tx.find::<marks::Entity>().order_by_asc(marks::Column::MarkId).all().await;
        rows.expect("read").into_iter().map(|row| row.label).collect()
    }
}

/// One process of the service, as far as jobs go.
pub struct Process {
    pub system: JobSystem,
    db: Database,
    pub exclusive: bool,
    stop: CancellationToken,
    tasks: std::sync::Mutex<Vec<JoinHandle<()>>>,
}

impl Process {
    pub fn new(system: JobSystem, db: &Database) -> Self {
        let (stop, tasks) = (CancellationToken::new(), std::sync::Mutex::default());
        Self { system, db: db.clone(), exclusive: false, stop, tasks }
    }

    pub fn work(&self, slots: u16) {
        let (system, stop) = (self.system.clone(), self.stop.clone());
        self.spawn(async move {
            system.work(&Lane::ALL.map(|lane| (lane, slots)), stop).await.expect("the worker ends well");
        });
    }

    pub fn lead(&self) {
        let candidate = Candidate {
            db: self.db.clone(),
            clock: self.db.ids().clock().clone(),
            name: "maintenance",
            holder: self.system.worker_id(),
            exclusive: self.exclusive,
        };
        let (system, stop) = (self.system.clone(), self.stop.clone());
        self.spawn(async move { Box::pin(candidate.run(|| system.maintain(), stop)).await });
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.lock().expect("no panic").push(tokio::spawn(task));
    }

    fn take_tasks(&self) -> Vec<JoinHandle<()>> {
        std::mem::take(&mut *self.tasks.lock().expect("no panic"))
    }

    /// The soft stop begins.
    pub fn begin_stop(&self) {
        self.stop.cancel();
    }

    /// Waits for the end after the soft stop.
    pub async fn ended(&self) {
        for task in self.take_tasks() {
            task.await.expect("no panic");
        }
    }

    pub async fn stop(&self) {
        self.begin_stop();
        self.ended().await;
    }

    /// The process is gone from one moment to the next.
    pub async fn vanish(&self) {
        for task in self.take_tasks() {
            task.abort();
            assert!(task.await.is_err_and(|error| error.is_cancelled()));
        }
    }
}
