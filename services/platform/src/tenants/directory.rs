//! The list in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::rate::{Rate, bucket};
use super::{Status, Tenant, WAKE, store, withdrawals};
use crate::cache_server::{CacheServer, SharedRate};
use crate::db::{Database, SystemUse, woken};
use crate::ids::{AccountId, TenantId};
use crate::{Clock, Error, Result, Timestamp};

/// Who does not know for so long what was suspended or withdrawn does not let anything be changed any more.
const BLIND: Duration = Duration::from_secs(60);

/// One look at the table takes no longer.
const LOOK: Duration = Duration::from_secs(10);

/// What is known of the tenants, in memory. A cheap handle; all clones show the same.
///
/// [`Tenants::run`] reads the tables when they change, and each second: that is how late a suspension or a withdrawal can
/// be here.
#[derive(Clone)]
pub struct Tenants {
    db: Database,
    pub(super) clock: Clock,
    rate: Arc<Rate>,
    /// Where calls are counted for all processes together.
    shared_rate: Option<SharedRate>,
    known: watch::Sender<Known>,
    /// Since when the tables could not be read.
    blind: watch::Sender<Option<Timestamp>>,
}

#[derive(Default, PartialEq, Eq)]
struct Known {
    by_id: BTreeMap<TenantId, Arc<Tenant>>,
    by_code: BTreeMap<String, Arc<Tenant>>,
    /// Up to when tokens of these accounts are refused, in seconds since 1970.
    withdrawn: HashMap<AccountId, i64>,
}

impl Tenants {
    /// Reads the list for the first time.
    pub async fn load(db: Database, clock: Clock) -> Result<Self> {
        let (rate, known, blind) = (Arc::default(), watch::Sender::default(), watch::Sender::default());
        let tenants = Self { db, clock, rate, shared_rate: None, known, blind };
        tenants.refresh().await?;
        Ok(tenants)
    }

    /// Counts the calls of each tenant together with the other processes that use this server.
    #[must_use]
    pub fn counting_at(mut self, server: &CacheServer) -> Self {
        self.shared_rate = Some(server.rate(self.db.service()));
        self
    }

    /// Counts one call of the tenant, or tells how long it must wait. Without the common server, this process counts by
    /// itself.
    pub(super) async fn take_call(
        &self,
        tenant: TenantId,
        per_minute: u64,
    ) -> std::result::Result<(), Duration> {
        let now = self.clock.now();
        if let Some(shared) = &self.shared_rate {
            let (each, room) = bucket(per_minute);
            if let Some(counted) = shared.take(tenant, each, room, now).await {
                return counted;
            }
        }
        self.rate.take(tenant, per_minute, now)
    }

    /// Keeps the list fresh until told to stop. Every process runs its own.
    pub async fn run(&self, stop: CancellationToken) {
        let mut wakeups = self.db.listen(WAKE);
        let work = async {
            loop {
                Box::pin(self.look()).await;
                woken(&mut wakeups, &self.clock).await;
            }
        };
        stop.run_until_cancelled(work).await;
    }

    /// The tenant with this id; `NOT_FOUND`, `TENANT_UNKNOWN`.
    pub fn get(&self, id: TenantId) -> Result<Arc<Tenant>> {
        let found = self.known.borrow().by_id.get(&id).cloned();
        found.ok_or_else(|| Error::not_found("TENANT_UNKNOWN", format!("no federation has the id {id}")))
    }

    /// The tenant with this code; `NOT_FOUND`, `TENANT_UNKNOWN`.
    pub fn by_code(&self, code: &str) -> Result<Arc<Tenant>> {
        let found = self.known.borrow().by_code.get(code).cloned();
        found
            .ok_or_else(|| Error::not_found("TENANT_UNKNOWN", format!("no federation has the code {code:?}")))
    }

    /// All of them, by id.
    pub fn all(&self) -> Vec<Arc<Tenant>> {
        self.known.borrow().by_id.values().cloned().collect()
    }

    /// The tenant, if it can work; else `FAILED_PRECONDITION`, `TENANT_SUSPENDED`.
    pub fn admitted(&self, id: TenantId) -> Result<Arc<Tenant>> {
        let tenant = self.get(id)?;
        match tenant.status {
            Status::Active => Ok(tenant),
            Status::Suspended => {
                let message = format!("the federation {} is suspended", tenant.code);
                Err(Error::precondition("TENANT_SUSPENDED", message).with("tenant", tenant.code.as_str()))
            }
        }
    }

    /// Tells when the list has changed.
    pub fn changes(&self) -> Changes {
        Changes(self.known.subscribe())
    }

    /// Whether tokens of the account that were issued at this time count no more.
    pub(super) fn withdrawn(&self, account: AccountId, issued: i64) -> bool {
        self.known.borrow().withdrawn.get(&account).is_some_and(|until| issued <= *until)
    }

    /// `UNAVAILABLE` when it is long not known what was suspended or withdrawn.
    pub(super) fn sees(&self) -> Result<()> {
        match *self.blind.borrow() {
            Some(since) if self.clock.now().since(since) >= BLIND => {
                let message = "who may still change something cannot be known at present: try again";
                Err(Error::unavailable(message, format!("the list of tenants is unread since {since}")))
            }
            _ => Ok(()),
        }
    }

    async fn look(&self) {
        let read = self.clock.timeout(LOOK, self.refresh()).await;
        let late = || Err(Error::unavailable("the database does not answer", "reading took too long"));
        let read = read.unwrap_or_else(late);
        if let Err(error) = &read {
            tracing::warn!(%error, cause = error.cause(), "the list of tenants could not be read");
        }
        self.blind.send_if_modified(|blind| {
            let before = *blind;
            *blind = if read.is_ok() { None } else { Some(before.unwrap_or_else(|| self.clock.now())) };
            *blind != before
        });
    }

    /// Reads the tables now: what was committed before is in the list afterwards.
    pub async fn refresh(&self) -> Result<()> {
        let tx = self.db.system_read(SystemUse::TenantDirectory).await?;
        let tenants = store::all(&tx).await?;
        let withdrawn = withdrawals::all(&tx).await?;
        tx.commit().await?;
        let mut fresh = Known { withdrawn, ..Known::default() };
        for tenant in tenants.into_iter().map(Arc::new) {
            fresh.by_code.insert(tenant.code.clone(), Arc::clone(&tenant));
            fresh.by_id.insert(tenant.id, tenant);
        }
        self.known.send_if_modified(|known| {
            let changed = *known != fresh;
            *known = fresh;
            changed
        });
        Ok(())
    }
}

/// Changes of the list.
pub struct Changes(watch::Receiver<Known>);

impl Changes {
    /// Waits for the next change. It waits for ever once the list is gone.
    pub async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending().await
        }
    }
}
