//! Which version of which criteria set a season uses.

use std::collections::BTreeMap;

use platform::Result;
use platform::db::TenantTx;
use platform::ids::TenantId;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use super::number;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pinned_sets")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub season: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// Code → version of the season's sets.
pub(crate) async fn of(tx: &TenantTx, season: &str) -> Result<BTreeMap<String, u32>> {
    let rows = tx.find::<Entity>().filter(Column::Season.eq(season)).all().await?;
    rows.into_iter().map(|row| Ok((row.code, number(row.version)?))).collect()
}

/// Pins these versions, in place of others of the same sets.
pub(crate) async fn put(tx: &TenantTx, season: &str, sets: &BTreeMap<String, u32>) -> Result<()> {
    let rows = sets.iter().map(|(code, version)| {
        let row = Model {
            tenant_id: tx.tenant_id(),
            season: season.to_owned(),
            code: code.clone(),
            version: i64::from(*version),
        };
        IntoActiveModel::<ActiveModel>::into_active_model(row)
    });
    let rows = rows.collect::<Vec<_>>();
    tx.upsert_many::<Entity, _, _>(rows, [Column::Season, Column::Code], [Column::Version]).await?;
    Ok(())
}
