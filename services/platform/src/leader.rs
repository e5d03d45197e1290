//! One leader per service: whoever holds the lease in the service's database does its maintenance.
//!
//! What a leader does must hold also when, for a moment, two of them do it: the lease saves work, conditional updates
//! keep it right.

use std::time::Duration;

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::db::{Database, DbError, SystemUse};
use crate::{Result, Timestamp};

/// How long a lease holds without renewal: so long may a service be without a leader after one vanished.
pub const LEASE: Duration = Duration::from_secs(15);

/// How often a leader renews its lease, and the others ask for it.
const RENEW: Duration = Duration::from_secs(5);

/// The channel that tells of a lease given back.
const FREED: &str = "leases";

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "leases")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub holder: String,
    /// Grows with each new holder.
    pub fence: i64,
    pub expires_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

crate::platform_entity!(Entity);

/// A process that would lead.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub db: Database,
    pub clock: Clock,
    /// What is led, such as `maintenance`.
    pub name: &'static str,
    /// This process; different for each.
    pub holder: Uuid,
    /// This process alone uses the database: a lease that an earlier one left means nothing.
    pub exclusive: bool,
}

impl Candidate {
    /// Does `work` whenever this process leads, until `stop`; then gives the lease back. `work` is begun anew each time
    /// that the lease was gained, and dropped when it was lost.
    pub async fn run<W: Future<Output = ()>>(&self, work: impl Fn() -> W, stop: CancellationToken) {
        let leading = async {
            let mut first = true;
            loop {
                self.gain(first && self.exclusive).await;
                first = false;
                tracing::info!(service = self.db.service(), name = self.name, "leading");
                tokio::select! {
                    () = Box::pin(work()) => return,
                    () = self.hold() => {
                        tracing::warn!(service = self.db.service(), name = self.name, "no longer leading");
                    }
                }
            }
        };
        if stop.run_until_cancelled(leading).await.is_none()
            && let Err(error) = self.give_back().await
        {
            tracing::warn!(%error, name = self.name, "the lease runs out by itself");
        }
    }

    async fn gain(&self, by_force: bool) {
        let mut freed = self.db.listen(FREED);
        loop {
            match self.take(by_force).await {
                Ok(true) => return,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, name = self.name, "no lease"),
            }
            tokio::select! {
                _ = freed.next() => {}
                () = self.clock.sleep(RENEW) => {}
            }
        }
    }

    /// Renews the lease; ends when it was lost.
    async fn hold(&self) {
        let mut until = self.clock.now().plus(LEASE);
        loop {
            self.clock.sleep(RENEW).await;
            let now = self.clock.now();
            match self.renew(now).await {
                Ok(true) => until = now.plus(LEASE),
                Ok(false) => return,
                Err(error) => {
                    tracing::warn!(%error, name = self.name, "the lease was not renewed");
                    if self.clock.now() >= until {
                        return;
                    }
                }
            }
        }
    }

    /// Takes the lease when it is free, run out, or ours.
    async fn take(&self, by_force: bool) -> Result<bool, DbError> {
        let now = self.clock.now();
        let tx = self.db.system_write(SystemUse::Leadership).await?;
        let seen = tx.find::<Entity>().filter(Column::Name.eq(self.name)).one().await?;
        let taken = match seen {
            None => {
                let row = ActiveModel {
                    name: Set(self.name.to_owned()),
                    holder: Set(self.holder.to_string()),
                    fence: Set(1),
                    expires_at: Set(now.plus(LEASE)),
                };
                tx.insert_new(row, [Column::Name]).await?
            }
            Some(row) if by_force || row.expires_at <= now || row.holder == self.holder.to_string() => {
                let changed = tx
                    .update::<Entity>()
                    .filter(Column::Name.eq(self.name))
                    .filter(Column::Fence.eq(row.fence))
                    .filter(Column::ExpiresAt.eq(row.expires_at))
                    .set(Column::Holder, self.holder.to_string())
                    .set(Column::Fence, row.fence + 1)
                    .set(Column::ExpiresAt, now.plus(LEASE))
                    .exec()
                    .await?;
                changed == 1
            }
            Some(_) => return Ok(false),
        };
        tx.commit().await?;
        Ok(taken)
    }

    async fn renew(&self, now: Timestamp) -> Result<bool, DbError> {
        let tx = self.db.system_write(SystemUse::Leadership).await?;
        let changed = tx
            .update::<Entity>()
            .filter(Column::Name.eq(self.name))
            .filter(Column::Holder.eq(self.holder.to_string()))
            .set(Column::ExpiresAt, now.plus(LEASE))
            .exec()
            .await?;
        tx.commit().await?;
        Ok(changed == 1)
    }

    async fn give_back(&self) -> Result<(), DbError> {
        let tx = self.db.system_write(SystemUse::Leadership).await?;
        tx.update::<Entity>()
            .filter(Column::Name.eq(self.name))
            .filter(Column::Holder.eq(self.holder.to_string()))
            .set(Column::ExpiresAt, self.clock.now())
            .exec()
            .await?;
        tx.notify(FREED, self.name);
        tx.commit().await
    }
}
