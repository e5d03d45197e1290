//! The parents of units over time.

use std::collections::{BTreeMap, BTreeSet};

use platform::Result;
use platform::db::TenantTx;
use platform::ids::TenantId;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use super::{damaged, first_day, first_day_text};
use crate::domain::timeline::{Step, Timeline};
use crate::domain::tree::Parents;
use crate::domain::units::Unit;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "unit_parents")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit: String,
    /// Empty: from ever.
    #[sea_orm(primary_key, auto_increment = false)]
    pub first_day: String,
    /// None: the federation itself.
    pub parent: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

pub(crate) type Line = Timeline<Option<String>>;

/// The first parents of new units.
pub(crate) async fn begin<'a>(tx: &TenantTx, units: impl IntoIterator<Item = &'a Unit>) -> Result<()> {
    let rows: Vec<_> =
        units.into_iter().map(|unit| row(tx, &unit.code, String::new(), unit.parents.last())).collect();
    tx.insert_many::<Entity, ActiveModel, _>(rows).await?;
    Ok(())
}

/// The parents of these units, or of all.
pub(crate) async fn of(tx: &TenantTx, units: Option<&[&str]>) -> Result<BTreeMap<String, Line>> {
    let find = tx.find::<Entity>().filter_some(units, |units| Column::Unit.is_in(units.iter().copied()));
    lines(find.all().await?)
}

/// The parents of these units and of all that were ever above them.
pub(crate) async fn above(tx: &TenantTx, unit: &str) -> Result<Parents> {
    let mut found = Parents::new();
    let mut wanted = BTreeSet::from([unit.to_owned()]);
    while !wanted.is_empty() {
        let codes: Vec<&str> = wanted.iter().map(String::as_str).collect();
        let lines = of(tx, Some(&codes)).await?;
        let spans = lines.values().flat_map(|line| line.spans(None));
        let parents: BTreeSet<String> = spans.filter_map(|span| span.value.clone()).collect();
        found.extend(lines);
        wanted = parents.into_iter().filter(|code| !found.contains_key(code)).collect();
    }
    Ok(found)
}

/// The units that were ever right under `parent` (none: the federation), with all their parents.
pub(crate) async fn below(tx: &TenantTx, parent: Option<&str>) -> Result<BTreeMap<String, Line>> {
    let under = match parent {
        Some(parent) => Column::Parent.eq(parent),
        None => Column::Parent.is_null(),
    };
    let rows = tx.find::<Entity>().columns([Column::Unit]).filter(under).distinct();
    let units: Vec<String> = rows.all_tuples::<(String,)>().await?.into_iter().map(|(unit,)| unit).collect();
    let mut lines = BTreeMap::new();
    for units in units.chunks(1000) {
        let codes: Vec<&str> = units.iter().map(String::as_str).collect();
        lines.extend(of(tx, Some(&codes)).await?);
    }
    Ok(lines)
}

/// Writes a step of the unit's line.
pub(crate) async fn step(tx: &TenantTx, unit: &str, step: Step, parent: &Option<String>) -> Result<()> {
    match step {
        Step::Nothing => {}
        Step::Put(from) => {
            let row = row(tx, unit, first_day_text(from), parent);
            tx.upsert::<Entity, ActiveModel>(row, [Column::Unit, Column::FirstDay], [Column::Parent]).await?;
        }
        Step::Remove(from) => {
            let delete = tx.delete::<Entity>().filter(Column::Unit.eq(unit));
            delete.filter(Column::FirstDay.eq(from.to_string())).exec().await?;
        }
    }
    Ok(())
}

fn row(tx: &TenantTx, unit: &str, first_day: String, parent: &Option<String>) -> ActiveModel {
    let row = Model { tenant_id: tx.tenant_id(), unit: unit.to_owned(), first_day, parent: parent.clone() };
    row.into_active_model()
}

fn lines(rows: Vec<Model>) -> Result<BTreeMap<String, Line>> {
    let mut grouped: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for row in rows {
        let from = first_day(&row.first_day)?;
        grouped.entry(row.unit).or_default().push((from, row.parent));
    }
    let line = |(unit, rows): (String, Vec<_>)| match Timeline::of(rows) {
        Some(line) => Ok((unit, line)),
        None => Err(damaged("a unit with a parent from ever", &unit)),
    };
    grouped.into_iter().map(line).collect()
}
