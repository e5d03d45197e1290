//! The latest change of each season in competition, and of the units in organizations, that was heard of.

use platform::db::TenantTx;
use platform::ids::TenantId;
use platform::{Error, Result, Timestamp};
use sea_orm::IntoActiveModel as _;
use sea_orm::entity::prelude::*;

use super::sheets::number;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "heard_changes")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub season: String,
    pub revision: i64,
    pub at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// What stands in the place of a season for the units.
pub(crate) const UNITS: &str = "";

/// Notes a change; they come in the order of their revisions.
pub(crate) async fn note(tx: &TenantTx, season: &str, revision: u64, at: Timestamp) -> Result<()> {
    let row = Model { tenant_id: tx.tenant_id(), season: season.to_owned(), revision: number(revision)?, at };
    let set = [Column::Revision, Column::At];
    tx.upsert::<Entity, ActiveModel>(row.into_active_model(), [Column::Season], set).await?;
    Ok(())
}

/// When something changed that whoever gathered `revision` does not have; no further change is noted until the
/// transaction ends.
pub(crate) async fn later_than(tx: &TenantTx, season: &str, revision: u64) -> Result<Option<Timestamp>> {
    let row = tx.find::<Entity>().filter(Column::Season.eq(season)).for_update().one().await?;
    let Some(row) = row else { return Ok(None) };
    let heard = u64::try_from(row.revision).map_err(Error::internal)?;
    Ok((heard > revision).then_some(row.at))
}
