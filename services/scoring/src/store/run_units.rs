//! What each unit of a run came to: written with the run, never changed.

use platform::db::TenantTx;
use platform::ids::TenantId;
use platform::{Error, Result};
use prost::Message as _;
use proto::scoring::v1::Standing;
use sea_orm::IntoActiveModel as _;
use sea_orm::entity::prelude::*;

use crate::domain::records::{KeptLines, UnitRecord};
use crate::domain::runs::RunId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "run_units")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: RunId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit: String,
    pub place: i64,
    pub bloc: String,
    pub class: String,
    pub standing: Vec<u8>,
    pub lines: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// Units in one condition.
const UNITS: usize = 500;

/// `units` are in the order of the federation's standings.
pub(crate) async fn add(tx: &TenantTx, run: RunId, units: Vec<UnitRecord>) -> Result<()> {
    let rows = units.into_iter().zip(0..).map(|(unit, place)| Model {
        tenant_id: tx.tenant_id(),
        run_id: run,
        standing: unit.standing.encode_to_vec(),
        unit: unit.standing.unit,
        place,
        bloc: unit.standing.bloc,
        class: unit.standing.class,
        lines: unit.lines.encode_to_vec(),
    });
    tx.insert_many::<Entity, ActiveModel, _>(rows.map(Model::into_active_model)).await?;
    Ok(())
}

/// The standings of a bloc, in their order.
pub(crate) async fn of_bloc(tx: &TenantTx, run: RunId, bloc: &str) -> Result<Vec<Standing>> {
    let rows = tx
        .find::<Entity>()
        .columns([Column::Standing])
        .filter(Column::RunId.eq(run))
        .filter(Column::Bloc.eq(bloc))
        .order_by_asc(Column::Place)
        .all_tuples::<(Vec<u8>,)>()
        .await?;
    rows.iter().map(|(bytes,)| standing(bytes)).collect()
}

/// At most `most` standings of the federation behind the place `after`, each with its place, in their order.
pub(crate) async fn behind(
    tx: &TenantTx,
    run: RunId,
    class: Option<&str>,
    after: Option<i64>,
    most: usize,
) -> Result<Vec<(i64, Standing)>> {
    let rows = tx
        .find::<Entity>()
        .columns([Column::Place, Column::Standing])
        .filter(Column::RunId.eq(run))
        .filter_some(class, |class| Column::Class.eq(class))
        .filter_some(after, |after| Column::Place.gt(after))
        .order_by_asc(Column::Place)
        .limit(u64::try_from(most).unwrap_or(u64::MAX))
        .all_tuples::<(i64, Vec<u8>)>()
        .await?;
    rows.into_iter().map(|(place, bytes)| Ok((place, standing(&bytes)?))).collect()
}

/// All units, in no order.
pub(crate) async fn all(tx: &TenantTx, run: RunId) -> Result<Vec<UnitRecord>> {
    let find = tx.find::<Entity>().columns(RECORD).filter(Column::RunId.eq(run));
    let rows = find.all_tuples::<(Vec<u8>, Vec<u8>)>().await?;
    rows.into_iter().map(|(standing, lines)| record(&standing, &lines)).collect()
}

/// Those of these units that the run has, in no order.
pub(crate) async fn of(tx: &TenantTx, run: RunId, units: &[&str]) -> Result<Vec<UnitRecord>> {
    let mut found = Vec::with_capacity(units.len());
    for units in units.chunks(UNITS) {
        let find = tx
            .find::<Entity>()
            .columns(RECORD)
            .filter(Column::RunId.eq(run))
            .filter(Column::Unit.is_in(units.iter().copied()));
        for (standing, lines) in find.all_tuples::<(Vec<u8>, Vec<u8>)>().await? {
            found.push(record(&standing, &lines)?);
        }
    }
    Ok(found)
}

const RECORD: [Column; 2] = [Column::Standing, Column::Lines];

/// The unit; none where the run does not have it.
pub(crate) async fn get(tx: &TenantTx, run: RunId, unit: &str) -> Result<Option<UnitRecord>> {
    let find = tx.find::<Entity>().filter(Column::RunId.eq(run)).filter(Column::Unit.eq(unit));
    find.one().await?.map(|row| record(&row.standing, &row.lines)).transpose()
}

/// Whether one of these units is in the bloc.
pub(crate) async fn has_any(tx: &TenantTx, run: RunId, bloc: &str, units: &[&str]) -> Result<bool> {
    for units in units.chunks(UNITS) {
        let find = tx
            .find::<Entity>()
            .columns([Column::Place])
            .filter(Column::RunId.eq(run))
            .filter(Column::Bloc.eq(bloc))
            .filter(Column::Unit.is_in(units.iter().copied()))
            .limit(1);
        if !find.all_tuples::<(i64,)>().await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn record(standing_bytes: &[u8], lines: &[u8]) -> Result<UnitRecord> {
    let lines = KeptLines::decode(lines).map_err(Error::internal)?;
    Ok(UnitRecord { standing: standing(standing_bytes)?, lines })
}

fn standing(bytes: &[u8]) -> Result<Standing> {
    Standing::decode(bytes).map_err(Error::internal)
}
