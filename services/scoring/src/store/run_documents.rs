//! The documents of runs, compressed (zstd) and cut into rows: never changed.

use std::io::Write as _;

use platform::db::TenantTx;
use platform::ids::TenantId;
use platform::{Error, Result};
use sea_orm::IntoActiveModel as _;
use sea_orm::entity::prelude::*;

use crate::domain::runs::RunId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "run_documents")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: RunId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub document: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: i64,
    pub piece: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// Bytes of a row.
const PIECE: usize = 1024 * 1024;
/// Snapshots repeat themselves so much that more effort gains little.
const LEVEL: i32 = 3;

/// Which document of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Campaign,
    Results,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Campaign => "campaign",
            Self::Results => "results",
        }
    }
}

/// A document as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Packed(pub(crate) Vec<u8>);

impl Packed {
    /// Compresses a document: work for a moment without an open transaction.
    pub(crate) fn pack(document: &[u8]) -> Result<Self> {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), LEVEL).map_err(Error::internal)?;
        encoder.include_checksum(true).map_err(Error::internal)?;
        encoder.write_all(document).map_err(Error::internal)?;
        encoder.finish().map(Self).map_err(Error::internal)
    }
}

pub(crate) async fn add(tx: &TenantTx, run: RunId, kind: Kind, document: &Packed) -> Result<()> {
    // One row a statement: pieces are large enough.
    for (piece, place) in document.0.chunks(PIECE).zip(0..) {
        let row = Model {
            tenant_id: tx.tenant_id(),
            run_id: run,
            document: kind.as_str().to_owned(),
            place,
            piece: piece.to_vec(),
        };
        tx.insert::<Entity, ActiveModel>(row.into_active_model()).await?;
    }
    Ok(())
}

/// The document; none where the run has none.
pub(crate) async fn get(tx: &TenantTx, run: RunId, kind: Kind) -> Result<Option<Packed>> {
    let rows = tx
        .find::<Entity>()
        .columns([Column::Piece])
        .filter(Column::RunId.eq(run))
        .filter(Column::Document.eq(kind.as_str()))
        .order_by_asc(Column::Place)
        .all_tuples::<(Vec<u8>,)>()
        .await?;
    let document: Vec<u8> = rows.into_iter().flat_map(|(piece,)| piece).collect();
    Ok((!document.is_empty()).then_some(Packed(document)))
}
