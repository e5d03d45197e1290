//! The tenants as this service knows them, fed by organizations' events.

use crate::{DbErr, Rights, Schema, Table, integer, text, uuid};

crate::migration!(Tenants, "platform_0002_tenants", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let table = Table::platform("tenants")
        .column(uuid("id"))
        .column(text("code"))
        .column(text("status"))
        // The share of the workers' time in relation to other tenants.
        .column(integer("weight"))
        // JSON: the tenant's limits by name.
        .column(text("quotas"))
        // IANA time zone, such as Asia/Ho_Chi_Minh.
        .column(text("zone"))
        // The revision in organizations that this row shows; an older event does not overwrite it.
        .column(integer("revision"))
        .key(["id"])
        .unique(["code"])
        .system(Rights::All);
    schema.create(table).await
}
