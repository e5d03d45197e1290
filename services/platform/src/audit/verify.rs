//! Walking a chain.

use super::seal::{Break, Walk};
use super::store::{entries, seals, unsealed};
use crate::Result;
use crate::db::{Database, SystemUse};
use crate::ids::TenantId;

/// Entries that are read at once.
const PAGE: u64 = 1_000;

/// What a walk along a tenant's chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every entry is as it was sealed.
    Whole {
        /// Sealed entries.
        entries: i64,
        /// The last seal, in hexadecimal: whoever keeps it can tell later whether the chain was cut off or made anew.
        head: String,
        /// Entries that wait for their seals.
        waiting: u64,
    },
    Broken(Break),
    /// The chain holds, but this many entries are neither sealed nor waiting: they were slipped in.
    Unsealed(u64),
}

/// Walks the tenant's chain from its first entry, in one state of the database.
pub async fn verify(db: &Database, tenant: TenantId) -> Result<Verdict> {
    let tx = db.system_read(SystemUse::Audit).await?;
    let mut walk = Walk::new(tenant);
    loop {
        let seals = seals::after(&tx, tenant, walk.length, PAGE).await?;
        let entries = entries::by_id(&tx, tenant, seals.iter().map(|seal| seal.entry)).await?;
        if seals.is_empty() {
            break;
        }
        for seal in &seals {
            if let Err(found) = walk.step(seal, entries.get(&seal.entry)) {
                return Ok(Verdict::Broken(found));
            }
        }
    }
    let waiting = unsealed::count(&tx, tenant).await?;
    let accounted = u64::try_from(walk.length).unwrap_or(0) + waiting;
    let unsealed = entries::count(&tx, tenant).await?.saturating_sub(accounted);
    if unsealed > 0 {
        return Ok(Verdict::Unsealed(unsealed));
    }
    let head = walk.head.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Verdict::Whole { entries: walk.length, head, waiting })
}
