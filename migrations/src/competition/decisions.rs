//! What the standing committee decided on the classes of single units.

use crate::{DbErr, Rights, Schema, Table, integer, text, uuid};

crate::migration!(Decisions, "competition_0005_decisions", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    // The acts on the class of a unit, each of which ends the one before.
    let decisions = Table::tenant("decisions")
        .column(text("season"))
        .column(text("unit"))
        // 0 for the unit's first, and so on.
        .column(integer("position"))
        // None: the decision before was withdrawn.
        .column(text("class").null())
        .column(text("reason"))
        // Of the paper; may be empty.
        .column(text("number"))
        .column(uuid("account_id").null())
        .column(text("account_name"))
        .column(text("account_title"))
        .column(integer("at"))
        .key(["season", "unit", "position"])
        .reference(["season"], "seasons", ["code"])
        .runtime(Rights::Append);
    schema.create(decisions).await
}
