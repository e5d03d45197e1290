//! Which unit is in which bloc of a season.

use std::collections::{BTreeMap, BTreeSet};

use platform::Result;
use platform::db::TenantTx;
use platform::ids::TenantId;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use crate::domain::blocs::Bloc;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bloc_members")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub season: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit: String,
    pub bloc: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// The units of a bloc.
pub(crate) async fn of(tx: &TenantTx, season: &str, bloc: &str) -> Result<BTreeSet<String>> {
    let rows = tx.find::<Entity>().filter(Column::Season.eq(season)).filter(Column::Bloc.eq(bloc)).all();
    Ok(rows.await?.into_iter().map(|row| row.unit).collect())
}

/// The units of each bloc of the season.
pub(crate) async fn by_bloc(tx: &TenantTx, season: &str) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let mut blocs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in tx.find::<Entity>().filter(Column::Season.eq(season)).all().await? {
        blocs.entry(row.bloc).or_default().insert(row.unit);
    }
    Ok(blocs)
}

/// The bloc of one unit.
pub(crate) async fn bloc_of(tx: &TenantTx, season: &str, unit: &str) -> Result<Option<String>> {
    let row = tx.find::<Entity>().filter(Column::Season.eq(season)).filter(Column::Unit.eq(unit)).one();
    Ok(row.await?.map(|row| row.bloc))
}

/// Unit → bloc, for those of the units that are in one.
pub(crate) async fn blocs_of(
    tx: &TenantTx,
    season: &str,
    units: &BTreeSet<String>,
) -> Result<BTreeMap<String, String>> {
    let find = tx.find::<Entity>().filter(Column::Season.eq(season)).filter(Column::Unit.is_in(units));
    Ok(find.all().await?.into_iter().map(|row| (row.unit, row.bloc)).collect())
}

/// Writes the members of a bloc in place of those that it had. None of them is in another bloc of the season.
pub(crate) async fn replace(tx: &TenantTx, bloc: &Bloc) -> Result<()> {
    tx.delete::<Entity>()
        .filter(Column::Season.eq(&bloc.season))
        .filter(Column::Bloc.eq(&bloc.code))
        .exec()
        .await?;
    let rows = bloc.members.iter().map(|unit| {
        let row = Model {
            tenant_id: tx.tenant_id(),
            season: bloc.season.clone(),
            unit: unit.clone(),
            bloc: bloc.code.clone(),
        };
        IntoActiveModel::<ActiveModel>::into_active_model(row)
    });
    tx.insert_many(rows.collect::<Vec<_>>()).await?;
    Ok(())
}
