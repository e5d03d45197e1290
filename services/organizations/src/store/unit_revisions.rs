//! One counter per federation, which rises with each change of a unit or a fact: who gathers them can tell whether two
//! readings show the same.

use platform::db::TenantTx;
use platform::ids::TenantId;
use platform::{Error, Result};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait as _;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "unit_revisions")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// The counter of a new federation.
pub(crate) async fn begin(tx: &TenantTx) -> Result<()> {
    let row = Model { tenant_id: tx.tenant_id(), revision: 1 };
    Ok(tx.insert::<Entity, ActiveModel>(row.into_active_model()).await?)
}

/// The revision that a reading transaction shows.
pub(crate) async fn present(tx: &TenantTx) -> Result<u64> {
    one(tx.find::<Entity>().one().await?)
}

/// Takes the counter, so that changes of one federation's units follow one another: a decision that rests on other
/// units (no unit above itself, the quota) then still holds at the commit.
pub(crate) async fn hold(tx: &TenantTx) -> Result<()> {
    one(tx.find::<Entity>().for_update().one().await?).map(drop)
}

/// Counts a change; returns its revision.
pub(crate) async fn count(tx: &TenantTx) -> Result<u64> {
    let next = Expr::col(Column::Revision).add(1);
    let rows = tx.update::<Entity>().set_expr(Column::Revision, next).exec_returning().await?;
    one(rows.into_iter().next())
}

fn one(row: Option<Model>) -> Result<u64> {
    let row = row.ok_or_else(|| Error::internal("the federation has no counter of revisions"))?;
    u64::try_from(row.revision).map_err(Error::internal)
}
