//! What runs found, for reading: standings, counts, and what units were scored by. Written with the run, never changed.

use crate::{DbErr, Rights, Schema, Table, bytes, integer, text, uuid};

crate::migration!(Results, "scoring_0003_results", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    schema.create(units()).await?;
    schema.create(blocs()).await?;
    schema.create(sets()).await
}

fn units() -> Table {
    Table::tenant("run_units")
        .column(uuid("run_id"))
        .column(text("unit"))
        // From 0 in the order of the federation's standings, which is also that of each bloc.
        .column(integer("place"))
        // Empty: none.
        .column(text("bloc"))
        // After decisions.
        .column(text("class"))
        // A message `thidua.scoring.v1.Standing`.
        .column(bytes("standing"))
        // Points, layer and state of each line (a protobuf message of the domain).
        .column(bytes("lines"))
        .key(["run_id", "unit"])
        .unique(["run_id", "place"])
        .index(["run_id", "bloc"])
        .reference(["run_id"], "runs", ["run_id"])
        .runtime(Rights::Append)
}

fn blocs() -> Table {
    Table::tenant("run_blocs")
        .column(uuid("run_id"))
        // Empty: the whole federation.
        .column(text("bloc"))
        .column(text("name"))
        // What its units are scored by; empty for the federation.
        .column(text("criteria_set"))
        // A message `thidua.scoring.v1.Summary`.
        .column(bytes("summary"))
        .key(["run_id", "bloc"])
        .reference(["run_id"], "runs", ["run_id"])
        .runtime(Rights::Append)
}

fn sets() -> Table {
    Table::tenant("run_sets")
        .column(uuid("run_id"))
        .column(text("criteria_set"))
        // Groups and criteria, which the units' lines follow in order (a protobuf message of the domain).
        .column(bytes("content"))
        .key(["run_id", "criteria_set"])
        .reference(["run_id"], "runs", ["run_id"])
        .runtime(Rights::Append)
}
