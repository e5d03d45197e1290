//! Units: what is said about them, apart from parent and status.

use std::collections::{BTreeMap, BTreeSet};

use platform::db::{DbResultExt as _, TenantTx};
use platform::ids::TenantId;
use platform::{Error, Result};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use super::{date, optional_date, unit_parents, unit_statuses};
use crate::domain::search;
use crate::domain::units::{Description, Unit};
use crate::error;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "units")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub name: String,
    /// The name as it is searched.
    pub folded_name: String,
    pub kind: String,
    pub sector: Option<String>,
    pub founded_on: Option<String>,
    pub reorganised_on: Option<String>,
    pub members: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// Codes in one condition: a statement has room for many, a plan is best with few.
const CODES: usize = 1000;

/// Adds a new unit with its parent and status; `UNIT_EXISTS` when its code is taken.
pub(crate) async fn add(tx: &TenantTx, unit: &Unit) -> Result<()> {
    let row = row(tx, &unit.code, &unit.description);
    tx.insert::<Entity, _>(row.into_active_model())
        .await
        .on_unique("units_code_key", || error::unit_exists(&unit.code))?;
    unit_parents::begin(tx, [unit]).await?;
    unit_statuses::begin(tx, [unit]).await
}

/// Adds new units and corrects the descriptions of others, each in one statement per table.
pub(crate) async fn put(tx: &TenantTx, new: &[Unit], corrected: &[(String, Description)]) -> Result<()> {
    let described = new.iter().map(|unit| (&unit.code, &unit.description));
    let corrected = corrected.iter().map(|(code, description)| (code, description));
    let rows: Vec<ActiveModel> = described
        .chain(corrected)
        .map(|(code, description)| row(tx, code, description).into_active_model())
        .collect();
    let columns = [
        Column::Name,
        Column::FoldedName,
        Column::Kind,
        Column::Sector,
        Column::FoundedOn,
        Column::ReorganisedOn,
        Column::Members,
    ];
    tx.upsert_many::<Entity, _, _>(rows, [Column::Code], columns).await?;
    unit_parents::begin(tx, new).await?;
    unit_statuses::begin(tx, new).await
}

/// The unit with its history; `UNIT_UNKNOWN` when there is none.
pub(crate) async fn get(tx: &TenantTx, code: &str) -> Result<Unit> {
    let mut found = by_codes(tx, [code]).await?;
    found.remove(code).ok_or_else(|| error::unit_unknown(code))
}

/// The units with these codes, with their histories; those that are not there are left out.
pub(crate) async fn by_codes<'a>(
    tx: &TenantTx,
    codes: impl IntoIterator<Item = &'a str>,
) -> Result<BTreeMap<String, Unit>> {
    let codes: Vec<&str> = codes.into_iter().collect();
    let mut units = BTreeMap::new();
    for codes in codes.chunks(CODES) {
        let rows = tx.find::<Entity>().filter(Column::Code.is_in(codes.iter().copied())).all().await?;
        let parents = unit_parents::of(tx, Some(codes)).await?;
        let statuses = unit_statuses::of(tx, Some(codes)).await?;
        units.extend(joined(rows, parents, statuses)?);
    }
    Ok(units)
}

/// All units of the federation, by code.
pub(crate) async fn all(tx: &TenantTx) -> Result<BTreeMap<String, Unit>> {
    let rows = tx.find::<Entity>().all().await?;
    let parents = unit_parents::of(tx, None).await?;
    let statuses = unit_statuses::of(tx, None).await?;
    joined(rows, parents, statuses)
}

fn joined(
    rows: Vec<Model>,
    mut parents: BTreeMap<String, unit_parents::Line>,
    mut statuses: BTreeMap<String, unit_statuses::Line>,
) -> Result<BTreeMap<String, Unit>> {
    let mut units = BTreeMap::new();
    for row in rows {
        let half = || Error::internal(format!("unit {:?} has no parent or no status from ever", row.code));
        let unit = Unit {
            code: row.code.clone(),
            parents: parents.remove(&row.code).ok_or_else(half)?,
            statuses: statuses.remove(&row.code).ok_or_else(half)?,
            description: description(row)?,
        };
        units.insert(unit.code.clone(), unit);
    }
    Ok(units)
}

/// Those of `codes` that are codes of units.
pub(crate) async fn known<'a>(
    tx: &TenantTx,
    codes: impl IntoIterator<Item = &'a str>,
) -> Result<BTreeSet<String>> {
    let codes: BTreeSet<&str> = codes.into_iter().collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    let mut known = BTreeSet::new();
    for codes in codes.chunks(CODES) {
        let rows =
            tx.find::<Entity>().columns([Column::Code]).filter(Column::Code.is_in(codes.iter().copied()));
        known.extend(rows.all_tuples::<(String,)>().await?.into_iter().map(|(code,)| code));
    }
    Ok(known)
}

/// The codes of the units of this kind and sector; none is any.
pub(crate) async fn codes(tx: &TenantTx, kind: Option<&str>, sector: Option<&str>) -> Result<Vec<String>> {
    let rows = tx
        .find::<Entity>()
        .columns([Column::Code])
        .filter_some(kind, |kind| Column::Kind.eq(kind))
        .filter_some(sector, |sector| Column::Sector.eq(sector))
        .all_tuples::<(String,)>()
        .await?;
    Ok(rows.into_iter().map(|(code,)| code).collect())
}

pub(crate) async fn count(tx: &TenantTx) -> Result<u64> {
    Ok(tx.find::<Entity>().count().await?)
}

/// Code and folded name of the units that the query may match.
pub(crate) async fn candidates(tx: &TenantTx, query: &search::Query) -> Result<Vec<(String, String)>> {
    // The words have letters and digits alone, the beginning of a code has none of LIKE's signs either.
    let by_name = query
        .words
        .iter()
        .fold(sea_orm::Condition::all(), |all, word| all.add(Column::FoldedName.contains(word.as_str())));
    let mut either = sea_orm::Condition::any().add(by_name);
    if !query.code.is_empty() {
        either = either.add(Column::Code.starts_with(query.code.as_str()));
    }
    Ok(tx.find::<Entity>().columns([Column::Code, Column::FoldedName]).filter(either).all_tuples().await?)
}

/// Replaces what is said about a unit that is there.
pub(crate) async fn describe(tx: &TenantTx, code: &str, description: &Description) -> Result<()> {
    put(tx, &[], &[(code.to_owned(), description.clone())]).await
}

fn row(tx: &TenantTx, code: &str, description: &Description) -> Model {
    Model {
        tenant_id: tx.tenant_id(),
        code: code.to_owned(),
        folded_name: search::folded(&description.name),
        name: description.name.clone(),
        kind: description.kind.clone(),
        sector: description.sector.clone(),
        founded_on: description.founded_on.map(|date| date.to_string()),
        reorganised_on: description.reorganised_on.map(|date| date.to_string()),
        members: i64::from(description.members),
    }
}

fn description(row: Model) -> Result<Description> {
    Ok(Description {
        name: row.name,
        kind: row.kind,
        sector: row.sector,
        founded_on: optional_date(row.founded_on.as_deref())?,
        reorganised_on: row.reorganised_on.as_deref().map(date).transpose()?,
        members: u32::try_from(row.members).map_err(Error::internal)?,
    })
}
