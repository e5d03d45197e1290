//! The sequence number of each tenant's latest event.

use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;

use crate::db::{DbError, Reach, Tx};
use crate::ids::TenantId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event_heads")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    pub sequence: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
crate::tenant_entity!(Entity);
crate::platform_entity!(Entity);

/// Takes the next `count` sequence numbers of the tenant and returns the first. Until this transaction ends, every other
/// one that publishes for the tenant waits here: so the order of the numbers is the order of the commits.
pub(crate) async fn advance<S: Reach<Entity>>(
    tx: &Tx<S>,
    tenant: TenantId,
    count: i64,
) -> Result<i64, DbError> {
    loop {
        let moved = tx
            .update::<Entity>()
            .set_expr(Column::Sequence, Expr::col(Column::Sequence).add(count))
            .filter(Column::TenantId.eq(tenant))
            .exec_returning()
            .await?;
        if let Some(head) = moved.first() {
            return Ok(head.sequence - count + 1);
        }
        let first = ActiveModel { tenant_id: Set(tenant), sequence: Set(0) };
        // A tenant's transaction adds its tenant to the key itself.
        let key = tx.fence::<Entity>().is_none().then_some(Column::TenantId);
        tx.insert_new(first, key).await?;
    }
}
