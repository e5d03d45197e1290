//! The statuses of units over time.

use std::collections::{BTreeMap, BTreeSet};

use platform::Result;
use platform::db::TenantTx;
use platform::ids::TenantId;
use platform::input::Date;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use super::{damaged, first_day, first_day_text};
use crate::domain::timeline::{Step, Timeline};
use crate::domain::units::{Standing, Status, Unit};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "unit_statuses")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit: String,
    /// Empty: from ever.
    #[sea_orm(primary_key, auto_increment = false)]
    pub first_day: String,
    pub status: String,
    pub reason: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

pub(crate) type Line = Timeline<Standing>;

/// The first statuses of new units.
pub(crate) async fn begin<'a>(tx: &TenantTx, units: impl IntoIterator<Item = &'a Unit>) -> Result<()> {
    let rows: Vec<_> =
        units.into_iter().map(|unit| row(tx, &unit.code, String::new(), unit.statuses.last())).collect();
    tx.insert_many::<Entity, ActiveModel, _>(rows).await?;
    Ok(())
}

/// The statuses of these units, or of all.
pub(crate) async fn of(tx: &TenantTx, units: Option<&[&str]>) -> Result<BTreeMap<String, Line>> {
    let find = tx.find::<Entity>().filter_some(units, |units| Column::Unit.is_in(units.iter().copied()));
    lines(find.all().await?)
}

/// How many units are dissolved on `day`.
pub(crate) async fn dissolved(tx: &TenantTx, day: Date) -> Result<u64> {
    let ever =
        tx.find::<Entity>().columns([Column::Unit]).filter(Column::Status.eq(Status::Dissolved.word()));
    let units: BTreeSet<String> =
        ever.all_tuples::<(String,)>().await?.into_iter().map(|(unit,)| unit).collect();
    let units: Vec<&str> = units.iter().map(String::as_str).collect();
    let mut dissolved = 0;
    for units in units.chunks(1000) {
        let lines = of(tx, Some(units)).await?;
        let now = lines.values().filter(|line| line.at(day).status == Status::Dissolved).count();
        dissolved += u64::try_from(now).unwrap_or(u64::MAX);
    }
    Ok(dissolved)
}

/// Writes a step of the unit's line.
pub(crate) async fn step(tx: &TenantTx, unit: &str, step: Step, standing: &Standing) -> Result<()> {
    match step {
        Step::Nothing => {}
        Step::Put(from) => {
            let row = row(tx, unit, first_day_text(from), standing);
            let key = [Column::Unit, Column::FirstDay];
            tx.upsert::<Entity, ActiveModel>(row, key, [Column::Status, Column::Reason]).await?;
        }
        Step::Remove(from) => {
            let delete = tx.delete::<Entity>().filter(Column::Unit.eq(unit));
            delete.filter(Column::FirstDay.eq(from.to_string())).exec().await?;
        }
    }
    Ok(())
}

fn row(tx: &TenantTx, unit: &str, first_day: String, standing: &Standing) -> ActiveModel {
    let row = Model {
        tenant_id: tx.tenant_id(),
        unit: unit.to_owned(),
        first_day,
        status: standing.status.word().to_owned(),
        reason: standing.reason.clone(),
    };
    row.into_active_model()
}

fn lines(rows: Vec<Model>) -> Result<BTreeMap<String, Line>> {
    let mut grouped: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for row in rows {
        let from = first_day(&row.first_day)?;
        let status = Status::from_word(&row.status).ok_or_else(|| damaged("a status", &row.status))?;
        grouped.entry(row.unit).or_default().push((from, Standing { status, reason: row.reason }));
    }
    let line = |(unit, rows): (String, Vec<_>)| match Timeline::of(rows) {
        Some(line) => Ok((unit, line)),
        None => Err(damaged("a unit with a status from ever", &unit)),
    };
    grouped.into_iter().map(line).collect()
}
