//! The explanations of a run's units, compressed (zstd), one row each: written with the run, never changed.

use platform::db::TenantTx;
use platform::ids::TenantId;
use platform::{Error, Result};
use prost::Message as _;
use sea_orm::IntoActiveModel as _;
use sea_orm::entity::prelude::*;
use zstd::bulk::Compressor;

use crate::domain::records::KeptExplanation;
use crate::domain::runs::RunId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "run_explanations")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: RunId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit: String,
    pub explanation: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// There are thousands in a run, and more effort gains little.
const LEVEL: i32 = 1;

/// Explanations as they are kept, by unit.
pub(crate) type Packed = Vec<(String, Vec<u8>)>;

/// Packs one explanation after another: work for a moment without an open transaction.
pub(crate) struct Packer {
    compressor: Compressor<'static>,
    packed: Packed,
}

impl Packer {
    pub(crate) fn new() -> Result<Self> {
        let compressor = Compressor::new(LEVEL).map_err(Error::internal)?;
        Ok(Self { compressor, packed: Vec::new() })
    }

    pub(crate) fn add(&mut self, unit: &str, explanation: &KeptExplanation) -> Result<()> {
        let bytes = self.compressor.compress(&explanation.encode_to_vec()).map_err(Error::internal)?;
        self.packed.push((unit.to_owned(), bytes));
        Ok(())
    }

    pub(crate) fn finish(self) -> Packed {
        self.packed
    }
}

pub(crate) async fn add(tx: &TenantTx, run: RunId, explanations: Packed) -> Result<()> {
    let rows = explanations.into_iter().map(|(unit, explanation)| Model {
        tenant_id: tx.tenant_id(),
        run_id: run,
        unit,
        explanation,
    });
    tx.insert_many::<Entity, ActiveModel, _>(rows.map(Model::into_active_model)).await?;
    Ok(())
}

/// The explanation of a unit; none where the unit has no bloc in the run.
pub(crate) async fn get(tx: &TenantTx, run: RunId, unit: &str) -> Result<Option<KeptExplanation>> {
    let find = tx.find::<Entity>().filter(Column::RunId.eq(run)).filter(Column::Unit.eq(unit));
    let Some(row) = find.one().await? else { return Ok(None) };
    let bytes = zstd::stream::decode_all(row.explanation.as_slice()).map_err(Error::internal)?;
    KeptExplanation::decode(bytes.as_slice()).map(Some).map_err(Error::internal)
}
