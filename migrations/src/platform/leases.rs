//! Who leads: the holder of a lease does the service's maintenance until the lease runs out.

use crate::{DbErr, Rights, Schema, Table, integer, text};

crate::migration!(Leases, "platform_0003_leases", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let table = Table::platform("leases")
        .column(text("name"))
        // The process that holds it.
        .column(text("holder"))
        // Grows with each new holder, so that a late write of the last one can be told.
        .column(integer("fence"))
        // Microseconds since 1970.
        .column(integer("expires_at"))
        .key(["name"])
        .system(Rights::All);
    schema.create(table).await
}
