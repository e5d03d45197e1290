//! Deletes what has outlived its time, a few rows at a time: published and handled events after 14 days, idempotency
//! answers after 24 hours, withdrawals of access when the last token that they mean has expired.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::db::{Database, SystemTx, SystemUse};
use crate::{Clock, Result, events, idempotency, tenants};

/// The pause between two rounds.
const PAUSE: Duration = Duration::from_secs(10 * 60);

/// Rows that one transaction deletes: few, so that writers do not wait.
const BATCH: u64 = 200;

/// Deletes old rows of a service's database. One runs per service, under the leader.
pub struct Retention {
    db: Database,
    clock: Clock,
}

impl Retention {
    pub fn new(db: Database, clock: Clock) -> Self {
        Self { db, clock }
    }

    /// Works until told to stop. It may be stopped or dropped at any point.
    pub async fn run(&self, stop: CancellationToken) {
        let work = async {
            loop {
                if let Err(error) = self.round().await {
                    tracing::warn!(%error, cause = error.cause(), "old rows could not be deleted");
                }
                self.clock.sleep(PAUSE).await;
            }
        };
        stop.run_until_cancelled(work).await;
    }

    async fn round(&self) -> Result<()> {
        self.prune(async |tx| Ok(events::prune_outbox(tx, BATCH).await?)).await?;
        self.prune(async |tx| Ok(events::prune_inbox(tx, BATCH).await?)).await?;
        self.prune(async |tx| idempotency::prune(tx, BATCH).await).await?;
        self.prune(async |tx| Ok(tenants::prune_withdrawals(tx, BATCH).await?)).await
    }

    /// Deletes batches, each in a transaction of its own, until one is not full.
    async fn prune(&self, delete: impl AsyncFn(&SystemTx) -> Result<u64>) -> Result<()> {
        loop {
            let tx = self.db.system_write(SystemUse::Retention).await?;
            let deleted = delete(&tx).await?;
            tx.commit().await?;
            if deleted < BATCH {
                return Ok(());
            }
        }
    }
}
