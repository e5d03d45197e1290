//! The figures of targets.

use std::collections::BTreeMap;

use platform::Result;
use platform::db::TenantTx;
use platform::ids::TenantId;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use crate::domain::targets::{Figure, Target};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "target_figures")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub season: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub target: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// Its place in the target, from 0.
    pub position: i64,
    pub name: String,
    pub unit_of_measure: String,
    /// In ten-thousandths, as the actual.
    pub planned: i64,
    pub actual: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// Unit and target → figures in their order.
pub(crate) type Figures = BTreeMap<(String, String), Vec<Figure>>;

/// The figures of these units, or of all.
pub(crate) async fn of(tx: &TenantTx, season: &str, units: Option<&[&String]>) -> Result<Figures> {
    let rows = tx
        .find::<Entity>()
        .filter(Column::Season.eq(season))
        .filter_some(units, |units| Column::Unit.is_in(units.iter().copied()))
        .order_by_asc(Column::Position)
        .all()
        .await?;
    let mut figures = Figures::new();
    for row in rows {
        let figure = Figure {
            code: row.code,
            name: row.name,
            unit_of_measure: row.unit_of_measure,
            planned: row.planned,
            actual: row.actual,
        };
        figures.entry((row.unit, row.target)).or_default().push(figure);
    }
    Ok(figures)
}

/// Writes the figures of a target in place of those that it had.
pub(crate) async fn replace(tx: &TenantTx, season: &str, target: &Target) -> Result<()> {
    remove(tx, season, target).await?;
    let rows = target.figures.iter().zip(0..).map(|(figure, position)| {
        let row = Model {
            tenant_id: tx.tenant_id(),
            season: season.to_owned(),
            unit: target.unit.clone(),
            target: target.code.clone(),
            code: figure.code.clone(),
            position,
            name: figure.name.clone(),
            unit_of_measure: figure.unit_of_measure.clone(),
            planned: figure.planned,
            actual: figure.actual,
        };
        IntoActiveModel::<ActiveModel>::into_active_model(row)
    });
    tx.insert_many::<Entity, ActiveModel, _>(rows.collect::<Vec<_>>()).await?;
    Ok(())
}

pub(crate) async fn remove(tx: &TenantTx, season: &str, target: &Target) -> Result<()> {
    tx.delete::<Entity>()
        .filter(Column::Season.eq(season))
        .filter(Column::Unit.eq(&target.unit))
        .filter(Column::Target.eq(&target.code))
        .exec()
        .await?;
    Ok(())
}
