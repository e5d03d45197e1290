//! Each service's own list of the tenants: whether they can work, their weight, quotas and time zone.
//!
//! The truth is the service that owns tenants. The others keep a copy in the platform table `tenants`: filled at start
//! by RPC ([`fill`]), kept fresh by events ([`consumer`]). [`Tenants`] holds that table in memory.

mod directory;
mod found;
mod guard;
mod rate;
mod store;
mod stream;
mod withdrawals;

use std::collections::BTreeMap;

use prost::{Message, Name};

pub use directory::{Changes, Tenants};
pub use found::{Newcomer, found};
pub use store::apply;
pub(crate) use withdrawals::prune as prune_withdrawals;
pub use withdrawals::{Withdrawal, consumer as withdrawal_consumer};

use crate::db::{Database, SystemTx, SystemUse};
use crate::events::{Consumer, Received, SystemHandler};
use crate::ids::TenantId;
use crate::{Error, Result};

/// The channel that tells of changes.
pub(crate) const WAKE: &str = "tenants";

/// The quota on jobs at work at once.
pub const JOBS_IN_FLIGHT: &str = "jobs_in_flight";

/// The quota on calls a minute, by all members together. Each process counts the calls that reach one of its services.
pub const CALLS_PER_MINUTE: &str = "calls_per_minute";

/// A tenant as every service knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    pub id: TenantId,
    /// Such as `vinh-long`.
    pub code: String,
    pub status: Status,
    /// Its IANA time zone.
    pub zone: String,
    /// Its share of the workers against the others, from 1.
    pub weight: u32,
    /// Its limits by name, such as [`JOBS_IN_FLIGHT`]; what is not here has none.
    pub quotas: BTreeMap<String, u64>,
    /// Rises with each change: the highest is the present one.
    pub revision: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Active,
    /// Shut out: nothing of it is served or worked on, nothing is deleted.
    Suspended,
}

/// Writes what the owner of tenants said at start. What is known already in a higher revision stays.
pub async fn fill(db: &Database, tenants: &[Tenant]) -> Result<()> {
    let tx = db.system_write(SystemUse::TenantDirectory).await?;
    for tenant in tenants {
        apply(&tx, tenant).await?;
    }
    Ok(tx.commit().await?)
}

/// The consumer that keeps the copy fresh: `read` says what the owner's event means.
///
/// ```text
/// tenants::consumer(|event: TenantChanged| domain::tenant(event.tenant))
/// ```
pub fn consumer<M: Message + Name + Default + 'static>(
    read: impl Fn(M) -> Result<Tenant> + Send + Sync + 'static,
) -> Consumer {
    Consumer::new("tenants").on_system(Keep { read, message: std::marker::PhantomData })
}

struct Keep<M, F> {
    read: F,
    message: std::marker::PhantomData<fn(M)>,
}

impl<M, F> SystemHandler for Keep<M, F>
where
    M: Message + Name + Default + 'static,
    F: Fn(M) -> Result<Tenant> + Send + Sync + 'static,
{
    type Message = M;

    async fn handle(&self, tx: &SystemTx, event: Received<M>) -> Result<()> {
        let tenant = (self.read)(event.message)?;
        if tenant.id != event.tenant {
            let message = format!("an event of tenant {} tells about tenant {}", event.tenant, tenant.id);
            return Err(Error::internal(message));
        }
        apply(tx, &tenant).await
    }
}
