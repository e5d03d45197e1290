//! Which binaries may serve this schema. The row is written by [`Schema::require_binary`].

use crate::{DbErr, Rights, Schema, Table, integer, text};

crate::migration!(SchemaState, "platform_0001_schema_state", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let table = Table::platform("schema_state")
        .column(integer("id"))
        // A binary serves when it knows the migration of this name; empty admits every binary.
        .column(text("min_binary"))
        .key(["id"])
        .check("one_row", "id = 1")
        .system(Rights::Read);
    schema.create(table).await?;
    schema.open_to_read("schema_state").await?;
    schema.execute("INSERT INTO schema_state (id, min_binary) VALUES (1, '')").await?;
    schema.open_to_read("seaql_migrations").await
}
