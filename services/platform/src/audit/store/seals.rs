//! The chain. Rows are added by the sealer and never changed.

use sea_orm::Set;
use sea_orm::entity::prelude::*;

use crate::Timestamp;
use crate::audit::seal::Seal;
use crate::db::{DbError, Reach, SystemTx, Tx};
use crate::ids::TenantId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_seals")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub sequence: i64,
    pub entry_id: Uuid,
    /// SHA-256 of the seal before and the entry.
    pub hash: Vec<u8>,
    pub sealed_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
crate::tenant_entity!(Entity);
crate::platform_entity!(Entity);

/// The tenant's last seal.
pub(crate) async fn head(tx: &SystemTx, tenant: TenantId) -> Result<Option<Seal>, DbError> {
    let row = tx
        .find::<Entity>()
        .filter(Column::TenantId.eq(tenant))
        .order_by_desc(Column::Sequence)
        .limit(1)
        .one()
        .await?;
    Ok(row.map(seal))
}

/// The tenant's seals after the one with number `after`, in order.
pub(crate) async fn after<S: Reach<Entity>>(
    tx: &Tx<S>,
    tenant: TenantId,
    after: i64,
    limit: u64,
) -> Result<Vec<Seal>, DbError> {
    let rows = tx
        .find::<Entity>()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Sequence.gt(after))
        .order_by_asc(Column::Sequence)
        .limit(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(seal).collect())
}

/// Adds to the chain. A number or an entry that has a seal already is refused: a chain has no branches.
pub(crate) async fn add(
    tx: &SystemTx,
    tenant: TenantId,
    seals: Vec<Seal>,
    now: Timestamp,
) -> Result<(), DbError> {
    let rows = seals.into_iter().map(|seal| ActiveModel {
        tenant_id: Set(tenant),
        sequence: Set(seal.sequence),
        entry_id: Set(seal.entry),
        hash: Set(seal.hash),
        sealed_at: Set(now),
    });
    tx.insert_many(rows.collect::<Vec<_>>()).await?;
    Ok(())
}

fn seal(row: Model) -> Seal {
    Seal { sequence: row.sequence, entry: row.entry_id, hash: row.hash }
}
