//! Events on their way: what this service publishes, and what it received.

use crate::{DbErr, Rights, Schema, Table, bytes, integer, text, uuid};

crate::migration!(Events, "platform_0006_events", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let heads = Table::tenant("event_heads")
        // The number of the tenant's latest event. Who publishes holds the row until the commit, so that numbers have
        // the order of commits.
        .column(integer("sequence"))
        .key([])
        .system(Rights::All);
    schema.create(heads).await?;

    let outbox = Table::tenant("event_outbox")
        .column(integer("sequence"))
        .column(uuid("event_id"))
        // The full name of the message.
        .column(text("topic"))
        .column(bytes("payload"))
        // W3C traceparent, or empty.
        .column(text("trace"))
        .column(integer("created_at"))
        .column(integer("published_at").null())
        .key(["sequence"])
        .index_where(["sequence"], "published_at IS NULL")
        .system_index(["published_at"], "published_at IS NOT NULL")
        .runtime(Rights::Append)
        .system(Rights::All);
    schema.create(outbox).await?;

    let inbox = Table::tenant("event_inbox")
        .column(text("consumer"))
        .column(uuid("event_id"))
        // The service that published it, and its place among the tenant's events there.
        .column(text("source"))
        .column(integer("sequence"))
        .column(text("topic"))
        .column(bytes("payload"))
        .column(text("trace"))
        .column(integer("created_at"))
        .column(integer("received_at"))
        .column(text("state"))
        .column(integer("failures"))
        // It is not handled before.
        .column(integer("due_at"))
        .column(text("error").null())
        .column(integer("finished_at").null())
        .key(["consumer", "event_id"])
        .check("state", "state IN ('pending', 'done', 'failed')")
        .index_where(["consumer", "source", "sequence"], "state = 'pending'")
        .system_index(["finished_at"], "state <> 'pending'")
        .system(Rights::All);
    schema.create(inbox).await
}
