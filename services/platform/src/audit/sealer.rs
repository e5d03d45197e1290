//! Chains what was committed.

use tokio_util::sync::CancellationToken;

use super::seal::{GENESIS, Hash, Seal, seal};
use super::store::{entries, seals, unsealed};
use crate::db::{Database, SystemUse, woken};
use crate::ids::TenantId;
use crate::{Clock, Error, Result};

/// The channel that wakes the sealer.
pub(super) const WAKE: &str = "audit.entries";

/// Entries that are sealed in one transaction.
const BATCH: usize = 500;

/// Seals the entries of a service's database, soon after each commit. One sealer at a time runs per service; should two
/// run for a moment, the second's seals are refused and the chain stays one.
pub struct Sealer {
    db: Database,
    clock: Clock,
}

impl Sealer {
    pub fn new(db: Database, clock: Clock) -> Self {
        Self { db, clock }
    }

    /// Works until told to stop. It may be stopped or dropped at any point.
    pub async fn run(&self, stop: CancellationToken) {
        let mut wakeups = self.db.listen(WAKE);
        let work = async {
            loop {
                if let Err(error) = self.seal_all().await {
                    tracing::warn!(%error, cause = error.cause(), "audit entries wait for their seals");
                }
                woken(&mut wakeups, &self.clock).await;
            }
        };
        stop.run_until_cancelled(work).await;
    }

    async fn seal_all(&self) -> Result<()> {
        let tx = self.db.system_read(SystemUse::Audit).await?;
        let tenants = unsealed::tenants(&tx).await?;
        tx.commit().await?;
        for tenant in tenants {
            // A damaged chain holds up no other tenant's.
            if let Err(error) = self.seal_tenant(tenant).await {
                tracing::warn!(%tenant, %error, cause = error.cause(), "audit entries wait for their seals");
            }
        }
        Ok(())
    }

    async fn seal_tenant(&self, tenant: TenantId) -> Result<()> {
        while self.seal_next(tenant).await? == BATCH {}
        Ok(())
    }

    /// Seals the tenant's next entries; returns how many.
    async fn seal_next(&self, tenant: TenantId) -> Result<usize> {
        let tx = self.db.system_read(SystemUse::Audit).await?;
        let waiting = unsealed::first(&tx, tenant, u64::try_from(BATCH).unwrap_or(u64::MAX)).await?;
        let mut entries = entries::by_id(&tx, tenant, waiting.iter().copied()).await?;
        let head = seals::head(&tx, tenant).await?;
        tx.commit().await?;

        let (mut sequence, mut hash) = match head {
            None => (0, GENESIS),
            Some(head) => {
                let hash =
                    Hash::try_from(head.hash).map_err(|_| Error::internal("a seal is not 32 bytes long"))?;
                (head.sequence, hash)
            }
        };
        let mut sealed = Vec::new();
        for entry in waiting.iter().filter_map(|id| entries.remove(id)) {
            sequence += 1;
            hash = seal(&hash, tenant, sequence, &entry).map_err(Error::internal)?;
            sealed.push(Seal { sequence, entry: entry.id, hash: hash.to_vec() });
        }

        let count = waiting.len();
        let tx = self.db.system_write(SystemUse::Audit).await?;
        seals::add(&tx, tenant, sealed, self.clock.now()).await?;
        unsealed::remove(&tx, tenant, waiting).await?;
        tx.commit().await?;
        Ok(count)
    }
}
