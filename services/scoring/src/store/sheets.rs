//! Sheets: one row each, with all lines in one column. What counts is kept beside what is being changed.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt as _;
use futures::stream::BoxStream;
use platform::db::{DbResultExt as _, TenantTx};
use platform::ids::{AccountId, TenantId};
use platform::{Error, Result, Timestamp};
use sea_orm::Set;
use sea_orm::entity::prelude::*;

use super::lines;
use crate::domain::sheets::{By, Head, Line, Sheet, SheetKey};
use crate::error;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sheets")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub season: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub layer: String,
    /// The scoring unit in the cross layer; else empty.
    #[sea_orm(primary_key, auto_increment = false)]
    pub peer: String,
    pub scorer: String,
    pub submitted: bool,
    pub revision: i64,
    /// 0: never submitted.
    pub submitted_revision: i64,
    pub line_count: i64,
    /// Null: never submitted.
    pub counted: Option<Vec<u8>>,
    /// Null: as counted.
    pub draft: Option<Vec<u8>>,
    pub account_id: AccountId,
    pub name: String,
    pub title: String,
    pub updated_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// Units in one condition: a statement has room for many, a plan is best with few.
const UNITS: usize = 500;

/// A sheet as it counts: what was submitted last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) unit: String,
    pub(crate) layer: String,
    pub(crate) scorer: String,
    pub(crate) lines: Vec<Line>,
}

/// Every sheet of the season that counts, in no order, as it comes from the database: for a run.
pub(crate) async fn stream_submitted<'a>(
    tx: &'a mut TenantTx,
    season: &str,
) -> Result<BoxStream<'a, Result<Counted>>> {
    let rows = tx
        .scan::<Entity>()
        .columns(COUNTED)
        .filter(Column::Season.eq(season))
        .filter(Column::Counted.is_not_null())
        .stream_tuples::<CountedRow>()
        .await?;
    Ok(rows.map(|row| counted(row?)).boxed())
}

/// The sheets of some units that count, by unit: for standings of a bloc, and for what a higher layer is compared with.
pub(crate) async fn submitted_of(
    tx: &TenantTx,
    season: &str,
    units: &[&str],
) -> Result<BTreeMap<String, Vec<Counted>>> {
    let mut found: BTreeMap<String, Vec<Counted>> = BTreeMap::new();
    for units in units.chunks(UNITS) {
        let rows = tx
            .find::<Entity>()
            .columns(COUNTED)
            .filter(Column::Season.eq(season))
            .filter(Column::Unit.is_in(units.iter().copied()))
            .filter(Column::Counted.is_not_null())
            .all_tuples::<CountedRow>()
            .await?;
        for row in rows {
            let sheet = counted(row)?;
            found.entry(sheet.unit.clone()).or_default().push(sheet);
        }
    }
    Ok(found)
}

const COUNTED: [Column; 4] = [Column::Unit, Column::Layer, Column::Scorer, Column::Counted];
type CountedRow = (String, String, String, Vec<u8>);

fn counted((unit, layer, scorer, bytes): CountedRow) -> Result<Counted> {
    Ok(Counted { unit, layer, scorer, lines: lines::decode(&bytes)? })
}

/// The sheet; none where there is none.
pub(crate) async fn get(tx: &TenantTx, key: &SheetKey) -> Result<Option<Sheet>> {
    tx.find::<Entity>().filter(of(key)).one().await?.map(sheet).transpose()
}

/// As [`get`], and nobody else changes it until the transaction ends.
pub(crate) async fn held(tx: &TenantTx, key: &SheetKey) -> Result<Option<Sheet>> {
    tx.find::<Entity>().filter(of(key)).for_update().one().await?.map(sheet).transpose()
}

/// The sheets with these keys, all of one season, held as by [`held`]; those that are not there are left out.
pub(crate) async fn held_of(tx: &TenantTx, keys: &[&SheetKey]) -> Result<BTreeMap<SheetKey, Sheet>> {
    let Some(first) = keys.first() else { return Ok(BTreeMap::new()) };
    let wanted: BTreeSet<&SheetKey> = keys.iter().copied().collect();
    let units: BTreeSet<&str> = keys.iter().map(|key| key.unit.as_str()).collect();
    let units: Vec<&str> = units.into_iter().collect();
    let mut found = BTreeMap::new();
    for units in units.chunks(UNITS) {
        let rows = tx
            .find::<Entity>()
            .filter(Column::Season.eq(&first.season))
            .filter(Column::Unit.is_in(units.iter().copied()))
            .for_update()
            .all()
            .await?;
        for row in rows {
            let sheet = sheet(row)?;
            if wanted.contains(&sheet.head.key) {
                found.insert(sheet.head.key.clone(), sheet);
            }
        }
    }
    Ok(found)
}

/// Which sheets a list asks for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Filter<'f> {
    /// Of these units; none: of all.
    pub(crate) units: Option<&'f [String]>,
    pub(crate) layer: Option<&'f str>,
    pub(crate) submitted: Option<bool>,
}

/// The keys of the sheets that the filter leaves, in no order.
pub(crate) async fn keys(tx: &TenantTx, season: &str, filter: Filter<'_>) -> Result<Vec<SheetKey>> {
    let ask = |units: Option<&[String]>| {
        tx.find::<Entity>()
            .columns([Column::Unit, Column::Layer, Column::Peer])
            .filter(Column::Season.eq(season))
            .filter_some(units, |units| Column::Unit.is_in(units))
            .filter_some(filter.layer, |layer| Column::Layer.eq(layer))
            .filter_some(filter.submitted, |submitted| Column::Submitted.eq(submitted))
            .all_tuples::<(String, String, String)>()
    };
    let rows = match filter.units {
        None => ask(None).await?,
        Some(units) => {
            let mut rows = Vec::new();
            for units in units.chunks(UNITS) {
                rows.extend(ask(Some(units)).await?);
            }
            rows
        }
    };
    let key = |(unit, layer, peer)| SheetKey { season: season.to_owned(), unit, layer, peer };
    Ok(rows.into_iter().map(key).collect())
}

/// The sheets of these units without their lines, by key.
pub(crate) async fn heads(tx: &TenantTx, season: &str, units: &[&str]) -> Result<BTreeMap<SheetKey, Head>> {
    let mut found = BTreeMap::new();
    for units in units.chunks(UNITS) {
        let rows = tx
            .find::<Entity>()
            .columns(HEAD)
            .filter(Column::Season.eq(season))
            .filter(Column::Unit.is_in(units.iter().copied()))
            .all_tuples::<HeadRow>()
            .await?;
        for row in rows {
            let head = head_of(season, row)?;
            found.insert(head.key.clone(), head);
        }
    }
    Ok(found)
}

/// Adds sheets that are not there yet, all submitted or all drafts; `CONFLICT` when another call was quicker.
pub(crate) async fn add(tx: &TenantTx, sheets: &[Sheet]) -> Result<()> {
    let Some(first) = sheets.first() else { return Ok(()) };
    let rows = sheets.iter().map(row).collect::<Result<Vec<_>>>()?;
    tx.insert_many::<Entity, ActiveModel, _>(rows)
        .await
        .on_unique("sheets_season_unit_layer_peer_key", || error::conflict(&first.head.key))?;
    Ok(())
}

/// Writes a sheet that is held.
pub(crate) async fn change(tx: &TenantTx, sheet: &Sheet) -> Result<()> {
    if tx.update_row::<Entity, _>(row(sheet)?).await? {
        return Ok(());
    }
    Err(Error::internal(format!("the sheet of {} is held and not there", sheet.head.key)))
}

/// What is written of a sheet: the lines that count are not touched by a draft.
fn row(sheet: &Sheet) -> Result<ActiveModel> {
    let Sheet { head, lines } = sheet;
    let bytes = Some(lines::encode(lines));
    let mut row = ActiveModel {
        season: Set(head.key.season.clone()),
        unit: Set(head.key.unit.clone()),
        layer: Set(head.key.layer.clone()),
        peer: Set(head.key.peer.clone()),
        scorer: Set(head.scorer.clone()),
        submitted: Set(head.submitted),
        revision: Set(number(head.revision)?),
        submitted_revision: Set(number(head.submitted_revision)?),
        line_count: Set(i64::from(head.line_count)),
        account_id: Set(head.by.account),
        name: Set(head.by.name.clone()),
        title: Set(head.by.title.clone()),
        updated_at: Set(head.by.at),
        ..Default::default()
    };
    if head.submitted {
        row.counted = Set(bytes);
        row.draft = Set(None);
    } else {
        row.draft = Set(bytes);
    }
    Ok(row)
}

fn of(key: &SheetKey) -> sea_orm::Condition {
    sea_orm::Condition::all()
        .add(Column::Season.eq(&key.season))
        .add(Column::Unit.eq(&key.unit))
        .add(Column::Layer.eq(&key.layer))
        .add(Column::Peer.eq(&key.peer))
}

const HEAD: [Column; 12] = [
    Column::Unit,
    Column::Layer,
    Column::Peer,
    Column::Scorer,
    Column::Submitted,
    Column::Revision,
    Column::SubmittedRevision,
    Column::LineCount,
    Column::AccountId,
    Column::Name,
    Column::Title,
    Column::UpdatedAt,
];
type HeadRow = (String, String, String, String, bool, i64, i64, i64, AccountId, String, String, Timestamp);

fn head_of(season: &str, row: HeadRow) -> Result<Head> {
    let (unit, layer, peer, scorer, submitted, revision, submitted_revision, line_count, ..) = row;
    let (.., account, name, title, at) = row;
    Ok(Head {
        key: SheetKey { season: season.to_owned(), unit, layer, peer },
        scorer,
        submitted,
        revision: u64::try_from(revision).map_err(Error::internal)?,
        submitted_revision: u64::try_from(submitted_revision).map_err(Error::internal)?,
        line_count: u32::try_from(line_count).map_err(Error::internal)?,
        by: By { account, name, title, at },
    })
}

fn sheet(row: Model) -> Result<Sheet> {
    let key = SheetKey { season: row.season, unit: row.unit, layer: row.layer, peer: row.peer };
    let bytes = row.draft.or(row.counted);
    let bytes = bytes.ok_or_else(|| Error::internal(format!("the sheet of {key} has no lines at all")))?;
    let head = Head {
        key,
        scorer: row.scorer,
        submitted: row.submitted,
        revision: u64::try_from(row.revision).map_err(Error::internal)?,
        submitted_revision: u64::try_from(row.submitted_revision).map_err(Error::internal)?,
        line_count: u32::try_from(row.line_count).map_err(Error::internal)?,
        by: By { account: row.account_id, name: row.name, title: row.title, at: row.updated_at },
    };
    Ok(Sheet { head, lines: lines::decode(&bytes)? })
}

pub(super) fn number(value: u64) -> Result<i64> {
    i64::try_from(value).map_err(Error::internal)
}
