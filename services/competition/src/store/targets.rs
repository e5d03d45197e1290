//! The targets of units.

use std::collections::{BTreeMap, BTreeSet};

use platform::Result;
use platform::db::TenantTx;
use platform::ids::TenantId;
use proto::competition::v1::TargetGroup;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _};

use super::{number, target_figures, value, word};
use crate::domain::targets::Target;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "targets")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub season: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub name: String,
    pub target_group: String,
    pub criterion: Option<String>,
    pub position: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

const GROUP: &str = "TARGET_GROUP_";

/// Units in one condition: a statement has room for many, a plan is best with few.
const UNITS: usize = 1000;

/// The targets of one unit, by code.
pub(crate) async fn of_unit(tx: &TenantTx, season: &str, unit: &str) -> Result<Vec<Target>> {
    of_units(tx, season, &BTreeSet::from([unit.to_owned()])).await
}

/// The targets of these units, by unit and code.
pub(crate) async fn of_units(tx: &TenantTx, season: &str, units: &BTreeSet<String>) -> Result<Vec<Target>> {
    let units: Vec<&String> = units.iter().collect();
    let mut targets = Vec::new();
    for units in units.chunks(UNITS) {
        let within = |column: Column| column.is_in(units.iter().copied());
        let rows = tx.find::<Entity>().filter(Column::Season.eq(season)).filter(within(Column::Unit));
        let figures = target_figures::of(tx, season, Some(units)).await?;
        targets.extend(joined(rows.all().await?, figures)?);
    }
    Ok(targets)
}

/// All targets of the season, by unit and code.
pub(crate) async fn all(tx: &TenantTx, season: &str) -> Result<Vec<Target>> {
    let rows = tx.find::<Entity>().filter(Column::Season.eq(season)).all().await?;
    joined(rows, target_figures::of(tx, season, None).await?)
}

/// Unit → how many targets (of one group) it has, for units from `from` on.
pub(crate) async fn counts(
    tx: &TenantTx,
    season: &str,
    group: Option<TargetGroup>,
    from: Option<&str>,
) -> Result<BTreeMap<String, u64>> {
    let find =
        tx.find::<Entity>().columns([Column::Unit]).value_as(Expr::col(Column::Code).count(), "targets");
    let rows: Vec<(String, i64)> = find
        .filter(Column::Season.eq(season))
        .filter_some(group, |group| Column::TargetGroup.eq(word(group.as_str_name(), GROUP)))
        .filter_some(from, |from| Column::Unit.gte(from))
        .group_by(Column::Unit)
        .all_tuples()
        .await?;
    rows.into_iter().map(|(unit, targets)| Ok((unit, number(targets)?))).collect()
}

/// Writes targets as they are now, those of one unit.
pub(crate) async fn put(tx: &TenantTx, season: &str, targets: &[Target]) -> Result<()> {
    let rows = targets.iter().map(|target| row(tx, season, target)).collect::<Vec<_>>();
    let changed = [Column::Name, Column::TargetGroup, Column::Criterion];
    let key = [Column::Season, Column::Unit, Column::Code];
    tx.upsert_many::<Entity, _, _>(rows, key, changed).await?;
    for target in targets {
        target_figures::replace(tx, season, target).await?;
    }
    Ok(())
}

pub(crate) async fn remove(tx: &TenantTx, season: &str, target: &Target) -> Result<()> {
    target_figures::remove(tx, season, target).await?;
    tx.delete::<Entity>()
        .filter(Column::Season.eq(season))
        .filter(Column::Unit.eq(&target.unit))
        .filter(Column::Code.eq(&target.code))
        .exec()
        .await?;
    Ok(())
}

fn row(tx: &TenantTx, season: &str, target: &Target) -> ActiveModel {
    let row = Model {
        tenant_id: tx.tenant_id(),
        season: season.to_owned(),
        unit: target.unit.clone(),
        code: target.code.clone(),
        name: target.name.clone(),
        target_group: word(target.group.as_str_name(), GROUP),
        criterion: target.criterion.clone(),
        position: i64::from(target.position),
    };
    row.into_active_model()
}

fn joined(rows: Vec<Model>, mut figures: target_figures::Figures) -> Result<Vec<Target>> {
    let mut targets = Vec::with_capacity(rows.len());
    for row in rows {
        let key = (row.unit, row.code);
        let figures = figures.remove(&key).unwrap_or_default();
        let (unit, code) = key;
        targets.push(Target {
            unit,
            code,
            name: row.name,
            group: value(GROUP, &row.target_group, TargetGroup::from_str_name)?,
            figures,
            criterion: row.criterion,
            position: number(row.position)?,
        });
    }
    targets.sort_unstable_by(|one, other| (&one.unit, &one.code).cmp(&(&other.unit, &other.code)));
    Ok(targets)
}
