//! What was done. Rows are added and never changed.

use std::collections::BTreeMap;

use sea_orm::entity::prelude::*;

use crate::Timestamp;
use crate::audit::seal::Entry;
use crate::db::{DbError, Reach, Tx};
use crate::ids::TenantId;

/// The columns are those of [`Entry`].
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entries")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: Uuid,
    pub at: Timestamp,
    pub actor_kind: String,
    pub actor: String,
    pub action: String,
    pub subject_kind: String,
    pub subject: String,
    pub details: String,
    pub trace: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
crate::tenant_entity!(Entity);
crate::platform_entity!(Entity);

/// The tenant's entries with these ids, as far as they exist.
pub(crate) async fn by_id<S: Reach<Entity>>(
    tx: &Tx<S>,
    tenant: TenantId,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<BTreeMap<Uuid, Entry>, DbError> {
    let rows = tx
        .find::<Entity>()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::EntryId.is_in(ids))
        .all()
        .await?;
    Ok(rows.into_iter().map(|row| (row.entry_id, entry(row))).collect())
}

/// How many entries the tenant has, sealed or not.
pub(crate) async fn count<S: Reach<Entity>>(tx: &Tx<S>, tenant: TenantId) -> Result<u64, DbError> {
    tx.find::<Entity>().filter(Column::TenantId.eq(tenant)).count().await
}

fn entry(row: Model) -> Entry {
    Entry {
        id: row.entry_id,
        at: row.at,
        actor_kind: row.actor_kind,
        actor: row.actor,
        action: row.action,
        subject_kind: row.subject_kind,
        subject: row.subject,
        details: row.details,
        trace: row.trace,
    }
}
