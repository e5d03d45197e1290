//! The tables of the audit log, one file each.

pub(super) mod entries;
pub(super) mod seals;
pub(super) mod unsealed;

use super::seal::{Entry, Seal};
use crate::Result;
use crate::db::TenantTx;

/// Sealed entries of the tenant in their order, after the one with number `after`, for reading and for export.
pub async fn list(tx: &TenantTx, after: i64, limit: u64) -> Result<Vec<(Seal, Entry)>> {
    let seals = seals::after(tx, tx.tenant_id(), after, limit).await?;
    let mut entries = entries::by_id(tx, tx.tenant_id(), seals.iter().map(|seal| seal.entry)).await?;
    Ok(seals.into_iter().filter_map(|seal| entries.remove(&seal.entry).map(|entry| (seal, entry))).collect())
}
