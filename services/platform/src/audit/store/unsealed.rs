//! Which entries wait for their seals.

use sea_orm::entity::prelude::*;

use crate::db::{DbError, Reach, SystemTx, Tx};
use crate::ids::TenantId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_unsealed")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
crate::tenant_entity!(Entity);
crate::platform_entity!(Entity);

/// The tenants with entries that wait.
pub(crate) async fn tenants(tx: &SystemTx) -> Result<Vec<TenantId>, DbError> {
    let rows: Vec<(TenantId,)> =
        tx.find::<Entity>().columns([Column::TenantId]).distinct().all_tuples().await?;
    Ok(rows.into_iter().map(|(tenant,)| tenant).collect())
}

/// Ids are in order of creation, so the oldest come first.
pub(crate) async fn first(tx: &SystemTx, tenant: TenantId, limit: u64) -> Result<Vec<Uuid>, DbError> {
    let rows: Vec<(Uuid,)> = tx
        .find::<Entity>()
        .columns([Column::EntryId])
        .filter(Column::TenantId.eq(tenant))
        .order_by_asc(Column::EntryId)
        .limit(limit)
        .all_tuples()
        .await?;
    Ok(rows.into_iter().map(|(entry,)| entry).collect())
}

pub(crate) async fn remove(tx: &SystemTx, tenant: TenantId, entries: Vec<Uuid>) -> Result<(), DbError> {
    tx.delete::<Entity>()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::EntryId.is_in(entries))
        .exec()
        .await?;
    Ok(())
}

pub(crate) async fn count<S: Reach<Entity>>(tx: &Tx<S>, tenant: TenantId) -> Result<u64, DbError> {
    tx.find::<Entity>().filter(Column::TenantId.eq(tenant)).count().await
}
