//! The units that the last computation of live standings found in each bloc.

use std::collections::BTreeSet;

use platform::Result;
use platform::db::TenantTx;
use platform::ids::TenantId;
use sea_orm::entity::prelude::*;
use sea_orm::{ExprTrait as _, IntoActiveModel as _};

use crate::domain::live::LiveBloc;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "live_members")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub season: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub bloc: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// Units in one condition.
const UNITS: usize = 500;

/// The members of a bloc that is held become these.
pub(crate) async fn set(tx: &TenantTx, of: &LiveBloc, members: &[String]) -> Result<()> {
    let in_bloc = || Column::Season.eq(&of.season).and(Column::Bloc.eq(&of.bloc));
    let present = tx.find::<Entity>().columns([Column::Unit]).filter(in_bloc());
    let present = present.all_tuples::<(String,)>().await?;
    let present: BTreeSet<&str> = present.iter().map(|(unit,)| unit.as_str()).collect();
    let wanted: BTreeSet<&str> = members.iter().map(String::as_str).collect();
    let gone: Vec<&str> = present.difference(&wanted).copied().collect();
    for units in gone.chunks(UNITS) {
        let units = Column::Unit.is_in(units.iter().copied());
        tx.delete::<Entity>().filter(in_bloc()).filter(units).exec().await?;
    }
    let new = wanted.difference(&present).map(|unit| Model {
        tenant_id: tx.tenant_id(),
        season: of.season.clone(),
        bloc: of.bloc.clone(),
        unit: (*unit).to_owned(),
    });
    let new: Vec<Model> = new.collect();
    tx.insert_many::<Entity, ActiveModel, _>(new.into_iter().map(Model::into_active_model)).await?;
    Ok(())
}

/// The blocs of any season in which one of these units was, in order.
pub(crate) async fn blocs_of(tx: &TenantTx, units: &[String]) -> Result<Vec<LiveBloc>> {
    let mut found = BTreeSet::new();
    for units in units.chunks(UNITS) {
        let find = tx.find::<Entity>().columns([Column::Season, Column::Bloc]).distinct();
        let rows = find.filter(Column::Unit.is_in(units)).all_tuples::<(String, String)>().await?;
        found.extend(rows.into_iter().map(|(season, bloc)| LiveBloc { season, bloc }));
    }
    Ok(found.into_iter().collect())
}
