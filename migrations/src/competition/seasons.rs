//! Seasons with their phases, and their blocs.

use crate::{DbErr, Rights, Schema, Table, bytes, integer, text, uuid};

crate::migration!(Seasons, "competition_0001_seasons", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let seasons = Table::tenant("seasons")
        .column(text("code"))
        .column(text("name"))
        .column(text("starts_on"))
        .column(text("ends_on"))
        // An encoded VoteRules message; none: the defaults.
        .column(bytes("vote_rules").null())
        .column(integer("revision"))
        .key(["code"]);
    schema.create(seasons).await?;

    let phases = Table::tenant("phases")
        .column(text("season"))
        .column(text("code"))
        // Its place in the order of the season's phases, from 0.
        .column(integer("position"))
        .column(text("name"))
        .column(text("kind"))
        // One a line; empty: none.
        .column(text("layers"))
        .column(text("planned_from").null())
        .column(text("planned_to").null())
        .key(["season", "code"])
        .reference(["season"], "seasons", ["code"]);
    schema.create(phases).await?;

    let acts = Table::tenant("phase_acts")
        .column(text("season"))
        .column(text("phase"))
        // 0 for its first opening, and so on.
        .column(integer("number"))
        .column(text("state"))
        .column(text("reason"))
        .column(uuid("account_id").null())
        .column(text("account_name"))
        .column(text("account_title"))
        .column(integer("at"))
        .key(["season", "phase", "number"])
        .reference(["season", "phase"], "phases", ["season", "code"])
        .runtime(Rights::Append);
    schema.create(acts).await?;

    let blocs = Table::tenant("blocs")
        .column(text("season"))
        .column(text("code"))
        .column(text("name"))
        .column(text("criteria_set"))
        .column(text("leader").null())
        .column(text("deputy").null())
        .key(["season", "code"])
        .reference(["season"], "seasons", ["code"]);
    schema.create(blocs).await?;

    // The key lets a unit be in one bloc of a season.
    let members = Table::tenant("bloc_members")
        .column(text("season"))
        .column(text("unit"))
        .column(text("bloc"))
        .key(["season", "unit"])
        .reference(["season", "bloc"], "blocs", ["season", "code"])
        .index(["season", "bloc"]);
    schema.create(members).await
}
