//! The blocs of seasons.

use platform::Result;
use platform::db::{DbResultExt as _, TenantTx};
use platform::ids::TenantId;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use super::bloc_members;
use crate::domain::blocs::Bloc;
use crate::error;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "blocs")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub season: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub name: String,
    pub criteria_set: String,
    pub leader: Option<String>,
    pub deputy: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// Adds a new bloc with its members; `BLOC_EXISTS` when its code is taken in the season.
pub(crate) async fn add(tx: &TenantTx, bloc: &Bloc) -> Result<()> {
    let row = Model {
        tenant_id: tx.tenant_id(),
        season: bloc.season.clone(),
        code: bloc.code.clone(),
        name: bloc.name.clone(),
        criteria_set: bloc.criteria_set.clone(),
        leader: bloc.leader.clone(),
        deputy: bloc.deputy.clone(),
    };
    let taken = || error::bloc_exists(&bloc.season, &bloc.code);
    tx.insert::<Entity, _>(row.into_active_model()).await.on_unique("blocs_season_code_key", taken)?;
    bloc_members::replace(tx, bloc).await
}

/// The bloc with its members; `BLOC_UNKNOWN` when there is none.
pub(crate) async fn get(tx: &TenantTx, season: &str, code: &str) -> Result<Bloc> {
    let find = tx.find::<Entity>().filter(Column::Season.eq(season)).filter(Column::Code.eq(code));
    let row = find.one().await?.ok_or_else(|| error::bloc_unknown(season, code))?;
    let members = bloc_members::of(tx, season, code).await?;
    Ok(bloc(row, members))
}

/// All blocs of the season with their members, by code.
pub(crate) async fn all(tx: &TenantTx, season: &str) -> Result<Vec<Bloc>> {
    let rows = tx.find::<Entity>().filter(Column::Season.eq(season)).all().await?;
    let mut members = bloc_members::by_bloc(tx, season).await?;
    let blocs = rows.into_iter().map(|row| {
        let members = members.remove(&row.code).unwrap_or_default();
        bloc(row, members)
    });
    let mut blocs: Vec<Bloc> = blocs.collect();
    blocs.sort_unstable_by(|one, other| one.code.cmp(&other.code));
    Ok(blocs)
}

/// Writes a bloc that is there, without its members.
pub(crate) async fn change(tx: &TenantTx, bloc: &Bloc) -> Result<()> {
    tx.update::<Entity>()
        .set(Column::Name, bloc.name.clone())
        .set(Column::CriteriaSet, bloc.criteria_set.clone())
        .set(Column::Leader, bloc.leader.clone())
        .set(Column::Deputy, bloc.deputy.clone())
        .filter(Column::Season.eq(&bloc.season))
        .filter(Column::Code.eq(&bloc.code))
        .exec()
        .await?;
    Ok(())
}

fn bloc(row: Model, members: std::collections::BTreeSet<String>) -> Bloc {
    Bloc {
        season: row.season,
        code: row.code,
        name: row.name,
        criteria_set: row.criteria_set,
        leader: row.leader,
        deputy: row.deputy,
        members,
    }
}
