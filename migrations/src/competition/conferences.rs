//! The conferences of blocs, who was there, and their minutes.

use crate::{DbErr, Rights, Schema, Table, bytes, integer, text, uuid};

crate::migration!(Conferences, "competition_0006_conferences", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let conferences = Table::tenant("conferences")
        .column(uuid("conference_id"))
        .column(text("season"))
        .column(text("bloc"))
        .column(text("kind"))
        .column(text("held_on"))
        .column(text("place"))
        .column(text("chair"))
        .column(text("secretary"))
        .column(uuid("account_id").null())
        .column(text("account_name"))
        .column(text("account_title"))
        .column(integer("at"))
        .key(["conference_id"])
        .reference(["season", "bloc"], "blocs", ["season", "code"])
        .index(["season", "bloc"])
        .runtime(Rights::Append);
    schema.create(conferences).await?;

    let attendance = Table::tenant("conference_attendance")
        .column(uuid("conference_id"))
        // 1 for what was said first; the last one holds.
        .column(integer("version"))
        // Of all members: an encoded Conference message that has its attendance alone.
        .column(bytes("attendance"))
        .column(uuid("account_id").null())
        .column(text("account_name"))
        .column(text("account_title"))
        .column(integer("at"))
        .key(["conference_id", "version"])
        .reference(["conference_id"], "conferences", ["conference_id"])
        .runtime(Rights::Append);
    schema.create(attendance).await?;

    let minutes = Table::tenant("conference_minutes")
        .column(uuid("conference_id"))
        // 1 for the first; the last one holds.
        .column(integer("version"))
        .column(text("number"))
        .column(text("text"))
        .column(text("reference"))
        .column(text("sha256"))
        .column(uuid("account_id").null())
        .column(text("account_name"))
        .column(text("account_title"))
        .column(integer("at"))
        .key(["conference_id", "version"])
        .reference(["conference_id"], "conferences", ["conference_id"])
        .runtime(Rights::Append);
    schema.create(minutes).await
}
