//! What officials are told: the facts once per event, and for each account that it concerns a message that points there.

use crate::{DbErr, Rights, Schema, Table, integer, text, uuid};

crate::migration!(Inbox, "notifications_0001_inbox", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let notices = Table::tenant("notices")
        // The event that told of it.
        .column(uuid("event_id"))
        // run_failed, run_drafted, run_published
        .column(text("kind"))
        .column(text("season"))
        .column(text("run_id"))
        .column(integer("run_number"))
        // JSON: what else the texts are made of.
        .column(text("facts"))
        .key(["event_id"])
        .runtime(Rights::Append);
    schema.create(notices).await?;

    let heads = Table::tenant("inbox_heads")
        // The highest number of a message. Who adds messages holds this row until the commit, so that numbers become
        // visible in their order.
        .column(integer("last"))
        .key([]);
    schema.create(heads).await?;

    let messages = Table::tenant("messages")
        .column(uuid("message_id"))
        .column(uuid("account_id"))
        .column(uuid("event_id"))
        // From 1, in the order of the federation's messages.
        .column(integer("number"))
        .column(integer("created_at"))
        .column(integer("read_at").null())
        .key(["message_id"])
        .unique(["account_id", "event_id"])
        .unique(["account_id", "number"])
        .reference(["event_id"], "notices", ["event_id"])
        .index_where(["account_id"], "read_at IS NULL");
    schema.create(messages).await
}
