//! The highest number of a message in each federation.

use platform::Result;
use platform::db::TenantTx;
use platform::ids::TenantId;
use sea_orm::IntoActiveModel as _;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inbox_heads")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    pub last: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// The highest number so far; 0 before the first message.
pub(crate) async fn last(tx: &TenantTx) -> Result<i64> {
    Ok(tx.find::<Entity>().one().await?.map_or(0, |head| head.last))
}

/// As [`last`], and nobody else adds messages until the transaction ends.
pub(crate) async fn hold(tx: &TenantTx) -> Result<i64> {
    if let Some(head) = tx.find::<Entity>().for_update().one().await? {
        return Ok(head.last);
    }
    let first = Model { tenant_id: tx.tenant_id(), last: 0 };
    tx.insert_new::<Entity, ActiveModel>(first.into_active_model(), []).await?;
    Ok(tx.find::<Entity>().for_update().one().await?.map_or(0, |head| head.last))
}

/// Writes the highest number; the head is held.
pub(crate) async fn set(tx: &TenantTx, last: i64) -> Result<()> {
    tx.update::<Entity>().set(Column::Last, last).exec().await?;
    Ok(())
}
