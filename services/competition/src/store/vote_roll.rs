//! The units that may cast a ballot in a vote.

use std::collections::BTreeSet;

use platform::Result;
use platform::db::TenantTx;
use platform::ids::TenantId;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use crate::domain::votes::VoteId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "vote_roll")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub vote_id: VoteId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

pub(crate) async fn of(tx: &TenantTx, vote: VoteId) -> Result<BTreeSet<String>> {
    let rows = tx.find::<Entity>().filter(Column::VoteId.eq(vote)).all().await?;
    Ok(rows.into_iter().map(|row| row.unit).collect())
}

pub(crate) async fn has(tx: &TenantTx, vote: VoteId, unit: &str) -> Result<bool> {
    let find = tx.find::<Entity>().filter(Column::VoteId.eq(vote)).filter(Column::Unit.eq(unit));
    Ok(find.exists().await?)
}

pub(crate) async fn add(tx: &TenantTx, vote: VoteId, units: &BTreeSet<String>) -> Result<()> {
    let rows = units.iter().map(|unit| {
        let row = Model { tenant_id: tx.tenant_id(), vote_id: vote, unit: unit.clone() };
        IntoActiveModel::<ActiveModel>::into_active_model(row)
    });
    tx.insert_many::<Entity, ActiveModel, _>(rows.collect::<Vec<_>>()).await?;
    Ok(())
}
