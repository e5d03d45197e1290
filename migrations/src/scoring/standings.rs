//! Live standings of blocs, and what has changed since standings and runs were computed.

use crate::{DbErr, Schema, Table, bytes, integer, text, uuid};

crate::migration!(Standings, "scoring_0004_standings", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    schema.create(standings()).await?;
    schema.create(members()).await?;
    schema.create(heard()).await?;
    schema.create(freshness()).await
}

fn standings() -> Table {
    Table::tenant("live_standings")
        .column(text("season"))
        .column(text("bloc"))
        // Rises with each change of something that the standings rest on.
        .column(integer("mark"))
        // Rises with each change of a sheet that counts.
        .column(integer("sheets_mark"))
        // The latest change.
        .column(integer("changed_at"))
        // Since when something is not in the standings; null: all is.
        .column(integer("stale_since").null())
        // Rises with each computation; 0 before the first.
        .column(integer("version"))
        .column(integer("computed_at").null())
        // What the computation gathered; 0 before the first.
        .column(integer("season_revision"))
        .column(integer("units_revision"))
        // Why there are no standings; empty when there are some, and before the first computation.
        .column(text("fault"))
        // A message `thidua.scoring.v1.GetBlocStandingsResponse` without its origin; null when there are none.
        .column(bytes("standings").null())
        .key(["season", "bloc"])
}

/// The units that the last computation found in each bloc.
fn members() -> Table {
    Table::tenant("live_members")
        .column(text("season"))
        .column(text("bloc"))
        .column(text("unit"))
        .key(["season", "bloc", "unit"])
        .index(["unit"])
}

/// The latest change in other services that was heard of.
fn heard() -> Table {
    Table::tenant("heard_changes")
        // Of competition; empty: of the units of organizations.
        .column(text("season"))
        .column(integer("revision"))
        .column(integer("at"))
        .key(["season"])
}

fn freshness() -> Table {
    Table::tenant("run_freshness")
        .column(uuid("run_id"))
        .column(text("season"))
        // What the run gathered.
        .column(integer("season_revision"))
        .column(integer("units_revision"))
        // The first change after that; null: none yet.
        .column(integer("stale_since").null())
        .key(["run_id"])
        .index(["season"])
        .reference(["run_id"], "runs", ["run_id"])
}
