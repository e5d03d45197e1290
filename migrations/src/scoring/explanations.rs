//! Why the units of runs have the points and the class that they have. Written with the run, never changed.

use crate::{DbErr, Rights, Schema, Table, bytes, text, uuid};

crate::migration!(Explanations, "scoring_0004_explanations", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let explanations = Table::tenant("run_explanations")
        .column(uuid("run_id"))
        .column(text("unit"))
        // A protobuf message of the domain, compressed (zstd).
        .column(bytes("explanation"))
        .key(["run_id", "unit"])
        .reference(["run_id"], "runs", ["run_id"])
        .runtime(Rights::Append);
    schema.create(explanations).await
}
