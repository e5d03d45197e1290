//! The list in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Status, Tenant, WAKE, store};
use crate::db::{Database, SystemUse, woken};
use crate::ids::TenantId;
use crate::{Clock, Error, Result};

/// What is known of the tenants, in memory. A cheap handle; all clones show the same.
///
/// [`Tenants::run`] reads the table when it changes, and each second: that is how late a suspension can be here.
#[derive(Clone)]
pub struct Tenants {
    db: Database,
    pub(super) clock: Clock,
    known: watch::Sender<Known>,
}

#[derive(Default, PartialEq, Eq)]
struct Known {
    by_id: BTreeMap<TenantId, Arc<Tenant>>,
    by_code: BTreeMap<String, Arc<Tenant>>,
}

impl Tenants {
    /// Reads the list for the first time.
    pub async fn load(db: Database, clock: Clock) -> Result<Self> {
        let tenants = Self { db, clock, known: watch::Sender::default() };
        tenants.refresh().await?;
        Ok(tenants)
    }

    /// Keeps the list fresh until told to stop. Every process runs its own.
    pub async fn run(&self, stop: CancellationToken) {
        let mut wakeups = self.db.listen(WAKE);
        let work = async {
            loop {
                if let Err(error) = self.refresh().await {
                    tracing::warn!(%error, cause = error.cause(), "the list of tenants could not be read");
                }
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

    async fn refresh(&self) -> Result<()> {
        let tx = self.db.system_read(SystemUse::TenantDirectory).await?;
        let tenants = store::all(&tx).await?;
        tx.commit().await?;
        let mut fresh = Known::default();
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
