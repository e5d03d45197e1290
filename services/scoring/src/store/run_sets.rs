//! The criteria sets of a run, by which the lines of its units are read: written with the run, never changed.

use std::collections::BTreeMap;

use platform::db::TenantTx;
use platform::ids::TenantId;
use platform::{Error, Result};
use prost::Message as _;
use sea_orm::IntoActiveModel as _;
use sea_orm::entity::prelude::*;

use crate::domain::records::KeptSet;
use crate::domain::runs::RunId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "run_sets")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: RunId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub criteria_set: String,
    pub content: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

pub(crate) async fn add(tx: &TenantTx, run: RunId, sets: Vec<(String, KeptSet)>) -> Result<()> {
    let rows = sets.into_iter().map(|(code, set)| Model {
        tenant_id: tx.tenant_id(),
        run_id: run,
        criteria_set: code,
        content: set.encode_to_vec(),
    });
    tx.insert_many::<Entity, ActiveModel, _>(rows.map(Model::into_active_model)).await?;
    Ok(())
}

/// All sets, by code.
pub(crate) async fn all(tx: &TenantTx, run: RunId) -> Result<BTreeMap<String, KeptSet>> {
    let rows = tx.find::<Entity>().filter(Column::RunId.eq(run)).all().await?;
    let set = |row: Model| {
        let set = KeptSet::decode(row.content.as_slice()).map_err(Error::internal)?;
        Ok((row.criteria_set, set))
    };
    rows.into_iter().map(set).collect()
}

/// The set; none where the run does not have it.
pub(crate) async fn get(tx: &TenantTx, run: RunId, code: &str) -> Result<Option<KeptSet>> {
    let find = tx.find::<Entity>().filter(Column::RunId.eq(run)).filter(Column::CriteriaSet.eq(code));
    let row = find.one().await?;
    row.map(|row| KeptSet::decode(row.content.as_slice()).map_err(Error::internal)).transpose()
}
