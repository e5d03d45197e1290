//! What each bloc of a run came to, and the federation, which has no code: written with the run, never changed.

use platform::db::TenantTx;
use platform::ids::TenantId;
use platform::{Error, Result};
use prost::Message as _;
use proto::scoring::v1::Summary;
use sea_orm::IntoActiveModel as _;
use sea_orm::entity::prelude::*;

use crate::domain::records::BlocRecord;
use crate::domain::runs::RunId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "run_blocs")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: RunId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub bloc: String,
    pub name: String,
    pub criteria_set: String,
    pub summary: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// The code of no bloc.
const FEDERATION: &str = "";

pub(crate) async fn add(
    tx: &TenantTx,
    run: RunId,
    blocs: Vec<BlocRecord>,
    federation: Summary,
) -> Result<()> {
    let row = |bloc: BlocRecord| Model {
        tenant_id: tx.tenant_id(),
        run_id: run,
        bloc: bloc.code,
        name: bloc.name,
        criteria_set: bloc.criteria_set,
        summary: bloc.summary.encode_to_vec(),
    };
    let federation = BlocRecord {
        code: FEDERATION.to_owned(),
        name: String::new(),
        criteria_set: String::new(),
        summary: federation,
    };
    let rows: Vec<Model> = blocs.into_iter().chain([federation]).map(row).collect();
    tx.insert_many::<Entity, ActiveModel, _>(rows.into_iter().map(Model::into_active_model)).await?;
    Ok(())
}

/// The bloc; none where the run does not have it.
pub(crate) async fn get(tx: &TenantTx, run: RunId, bloc: &str) -> Result<Option<BlocRecord>> {
    if bloc == FEDERATION {
        return Ok(None);
    }
    let find = tx.find::<Entity>().filter(Column::RunId.eq(run)).filter(Column::Bloc.eq(bloc));
    find.one().await?.map(record).transpose()
}

/// The federation's counts.
pub(crate) async fn federation(tx: &TenantTx, run: RunId) -> Result<Summary> {
    let find = tx.find::<Entity>().filter(Column::RunId.eq(run)).filter(Column::Bloc.eq(FEDERATION));
    let row = find.one().await?.ok_or_else(|| Error::internal(format!("run {run} has no summary")))?;
    Ok(record(row)?.summary)
}

/// All blocs, by code.
pub(crate) async fn all(tx: &TenantTx, run: RunId) -> Result<Vec<BlocRecord>> {
    let find = tx.find::<Entity>().filter(Column::RunId.eq(run)).filter(Column::Bloc.ne(FEDERATION));
    let mut blocs = find.all().await?.into_iter().map(record).collect::<Result<Vec<_>>>()?;
    blocs.sort_unstable_by(|one, other| one.code.cmp(&other.code));
    Ok(blocs)
}

fn record(row: Model) -> Result<BlocRecord> {
    Ok(BlocRecord {
        summary: Summary::decode(row.summary.as_slice()).map_err(Error::internal)?,
        code: row.bloc,
        name: row.name,
        criteria_set: row.criteria_set,
    })
}
