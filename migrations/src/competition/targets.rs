//! What units have undertaken and recorded, and the pacts of blocs.

use crate::{DbErr, Rights, Schema, Table, bytes, integer, text, uuid};

crate::migration!(Targets, "competition_0003_targets", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let targets = Table::tenant("targets")
        .column(text("season"))
        .column(text("unit"))
        .column(text("code"))
        .column(text("name"))
        .column(text("target_group"))
        .column(text("criterion").null())
        // In the order in which the unit's targets were first put, from 0.
        .column(integer("position"))
        .key(["season", "unit", "code"])
        .reference(["season"], "seasons", ["code"]);
    schema.create(targets).await?;

    let figures = Table::tenant("target_figures")
        .column(text("season"))
        .column(text("unit"))
        .column(text("target"))
        .column(text("code"))
        .column(integer("position"))
        .column(text("name"))
        .column(text("unit_of_measure"))
        .column(integer("planned"))
        // What was recorded last.
        .column(integer("actual").null())
        .key(["season", "unit", "target", "code"])
        .reference(["season", "unit", "target"], "targets", ["season", "unit", "code"]);
    schema.create(figures).await?;

    // It outlives its target's figure, so it points to the season alone.
    let progress = Table::tenant("progress")
        .column(text("season"))
        .column(text("unit"))
        // In the order of recording.
        .column(uuid("progress_id"))
        .column(text("target"))
        .column(text("figure"))
        .column(integer("actual"))
        .column(text("as_of"))
        .column(text("note"))
        .column(uuid("account_id").null())
        .column(text("account_name"))
        .column(text("account_title"))
        .column(integer("at"))
        .key(["season", "unit", "progress_id"])
        .reference(["season"], "seasons", ["code"])
        .runtime(Rights::Append);
    schema.create(progress).await?;

    let pacts = Table::tenant("pacts")
        .column(text("season"))
        .column(text("bloc"))
        .column(text("title"))
        // An encoded Pact message that has its documents alone.
        .column(bytes("documents"))
        .column(text("adopted_on").null())
        .column(text("state"))
        .column(uuid("account_id").null())
        .column(text("account_name"))
        .column(text("account_title"))
        .column(integer("at"))
        .key(["season", "bloc"])
        .reference(["season", "bloc"], "blocs", ["season", "code"]);
    schema.create(pacts).await?;

    let parties = Table::tenant("pact_parties")
        .column(text("season"))
        .column(text("bloc"))
        // Empty: the federation.
        .column(text("unit"))
        // Who signed, and when; without an instant nobody has.
        .column(uuid("account_id").null())
        .column(text("account_name"))
        .column(text("account_title"))
        .column(integer("at").null())
        .key(["season", "bloc", "unit"])
        .reference(["season", "bloc"], "pacts", ["season", "bloc"]);
    schema.create(parties).await?;

    let withdrawals = Table::tenant("pact_withdrawals")
        .column(text("season"))
        .column(text("bloc"))
        .column(uuid("withdrawal_id"))
        .column(text("reason"))
        .column(uuid("account_id").null())
        .column(text("account_name"))
        .column(text("account_title"))
        .column(integer("at"))
        .key(["season", "bloc", "withdrawal_id"])
        .reference(["season", "bloc"], "pacts", ["season", "bloc"])
        .runtime(Rights::Append);
    schema.create(withdrawals).await
}
