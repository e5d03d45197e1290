//! Score sheets and their history.

use crate::{DbErr, Rights, Schema, Table, boolean, bytes, integer, text, uuid};

crate::migration!(Sheets, "scoring_0001_sheets", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let sheets = Table::tenant("sheets")
        .column(text("season"))
        .column(text("unit"))
        .column(text("layer"))
        // The scoring unit's code in the cross layer, which has several sheets for a unit; else empty.
        .column(text("peer"))
        // As it is shown: a unit's code or free text.
        .column(text("scorer"))
        .column(boolean("submitted"))
        .column(integer("revision"))
        // The revision that counts; 0 when it was never submitted.
        .column(integer("submitted_revision"))
        .column(integer("line_count"))
        // The lines that count (a protobuf message of the store); null when it was never submitted.
        .column(bytes("counted").null())
        // The lines as they are now; null when those are the ones that count.
        .column(bytes("draft").null())
        // Who changed it last, with name and title of that moment.
        .column(uuid("account_id"))
        .column(text("name"))
        .column(text("title"))
        .column(integer("updated_at"))
        .key(["season", "unit", "layer", "peer"]);
    schema.create(sheets).await?;

    let changes = Table::tenant("sheet_changes")
        .column(text("season"))
        .column(text("unit"))
        .column(text("layer"))
        .column(text("peer"))
        // The sheet's revision that the change made.
        .column(integer("revision"))
        // The changed lines, before and after (a protobuf message of the store).
        .column(bytes("lines"))
        .column(boolean("submitted"))
        // Why it was reopened; null for other changes.
        .column(text("reopened").null())
        .column(uuid("account_id"))
        .column(text("name"))
        .column(text("title"))
        .column(integer("at"))
        .key(["season", "unit", "layer", "peer", "revision"])
        .runtime(Rights::Append);
    schema.create(changes).await
}
