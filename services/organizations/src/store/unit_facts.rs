//! The facts that hold for units in seasons.

use std::collections::{BTreeMap, BTreeSet};

use platform::db::TenantTx;
use platform::ids::{AccountId, TenantId};
use platform::{Error, Result, Timestamp};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use crate::domain::facts::UnitFacts;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "unit_facts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub season: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit: String,
    /// JSON: the facts, by their bytes.
    pub facts: String,
    pub source: String,
    /// Who said so last, with name and title of that moment.
    pub account_id: AccountId,
    pub name: String,
    pub title: String,
    pub updated_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// Who says something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Says {
    pub(crate) account: AccountId,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) at: Timestamp,
}

/// Facts as they are stored, and who said them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) facts: UnitFacts,
    pub(crate) by: Says,
}

/// The facts of a season, of one unit or of all, by unit.
pub(crate) async fn of(tx: &TenantTx, season: &str, unit: Option<&str>) -> Result<BTreeMap<String, Said>> {
    let find = tx.find::<Entity>().filter(Column::Season.eq(season));
    let rows = find.filter_some(unit, |unit| Column::Unit.eq(unit)).all().await?;
    rows.into_iter().map(|row| said(row).map(|said| (said.facts.unit.clone(), said))).collect()
}

/// Units in one condition.
const UNITS: usize = 500;

/// As [`of`], for these units.
pub(crate) async fn of_units(tx: &TenantTx, season: &str, units: &[&str]) -> Result<BTreeMap<String, Said>> {
    let mut found = BTreeMap::new();
    for units in units.chunks(UNITS) {
        let find = tx.find::<Entity>().filter(Column::Season.eq(season));
        for row in find.filter(Column::Unit.is_in(units.iter().copied())).all().await? {
            let said = said(row)?;
            found.insert(said.facts.unit.clone(), said);
        }
    }
    Ok(found)
}

/// Writes the facts of units; those without one are taken away.
pub(crate) async fn put(tx: &TenantTx, season: &str, units: &[&UnitFacts], says: &Says) -> Result<()> {
    let (none, some): (Vec<&UnitFacts>, Vec<&UnitFacts>) =
        units.iter().partition(|unit| unit.facts.is_empty());
    let rows = some.into_iter().map(|unit| row(tx, season, unit, says)).collect::<Result<Vec<_>>>()?;
    let said =
        [Column::Facts, Column::Source, Column::AccountId, Column::Name, Column::Title, Column::UpdatedAt];
    tx.upsert_many::<Entity, ActiveModel, _>(rows, [Column::Season, Column::Unit], said).await?;
    if !none.is_empty() {
        let delete = tx.delete::<Entity>().filter(Column::Season.eq(season));
        delete.filter(Column::Unit.is_in(none.iter().map(|unit| unit.unit.as_str()))).exec().await?;
    }
    Ok(())
}

fn row(tx: &TenantTx, season: &str, unit: &UnitFacts, says: &Says) -> Result<ActiveModel> {
    let row = Model {
        tenant_id: tx.tenant_id(),
        season: season.to_owned(),
        unit: unit.unit.clone(),
        facts: serde_json::to_string(&unit.facts).map_err(Error::internal)?,
        source: unit.source.clone(),
        account_id: says.account,
        name: says.name.clone(),
        title: says.title.clone(),
        updated_at: says.at,
    };
    Ok(row.into_active_model())
}

fn said(row: Model) -> Result<Said> {
    let facts: BTreeSet<String> = serde_json::from_str(&row.facts).map_err(Error::internal)?;
    Ok(Said {
        facts: UnitFacts { unit: row.unit, facts, source: row.source },
        by: Says { account: row.account_id, name: row.name, title: row.title, at: row.updated_at },
    })
}
