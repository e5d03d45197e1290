//! Which run of a season is published: one pointer each.

use platform::Result;
use platform::db::TenantTx;
use platform::ids::TenantId;
use sea_orm::IntoActiveModel as _;
use sea_orm::entity::prelude::*;

use crate::domain::runs::RunId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "publications")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub season: String,
    pub run_id: RunId,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// The published run of a season; none while there is none.
pub(crate) async fn current(tx: &TenantTx, season: &str) -> Result<Option<RunId>> {
    let row = tx.find::<Entity>().filter(Column::Season.eq(season)).one().await?;
    Ok(row.map(|row| row.run_id))
}

/// Moves the pointer. The season's runs are held.
pub(crate) async fn set(tx: &TenantTx, season: &str, run: RunId) -> Result<()> {
    let row = Model { tenant_id: tx.tenant_id(), season: season.to_owned(), run_id: run };
    tx.upsert::<Entity, ActiveModel>(row.into_active_model(), [Column::Season], [Column::RunId]).await?;
    Ok(())
}
