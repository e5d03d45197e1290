//! Faults of campaigns that could not be classified: never changed.

use platform::db::TenantTx;
use platform::ids::TenantId;
use platform::{Error, Result};
use sea_orm::IntoActiveModel as _;
use sea_orm::entity::prelude::*;

use crate::domain::document::Fault;
use crate::domain::runs::RunId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "run_faults")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: RunId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: i64,
    pub pointer: String,
    pub message: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

pub(crate) async fn add(tx: &TenantTx, run: RunId, faults: Vec<Fault>) -> Result<()> {
    let rows = faults.into_iter().zip(0..).map(|(fault, place)| Model {
        tenant_id: tx.tenant_id(),
        run_id: run,
        place,
        pointer: fault.pointer,
        message: fault.message,
    });
    tx.insert_many::<Entity, ActiveModel, _>(rows.map(Model::into_active_model)).await?;
    Ok(())
}

/// At most `most` faults of a run from `first` on, each with its place, in order.
pub(crate) async fn from(tx: &TenantTx, run: RunId, first: u64, most: usize) -> Result<Vec<(u64, Fault)>> {
    let rows = tx
        .find::<Entity>()
        .filter(Column::RunId.eq(run))
        .filter(Column::Place.gte(i64::try_from(first).unwrap_or(i64::MAX)))
        .order_by_asc(Column::Place)
        .limit(u64::try_from(most).unwrap_or(u64::MAX))
        .all()
        .await?;
    let fault = |row: Model| {
        let place = u64::try_from(row.place).map_err(Error::internal)?;
        Ok((place, Fault { pointer: row.pointer, message: row.message }))
    };
    rows.into_iter().map(fault).collect()
}
