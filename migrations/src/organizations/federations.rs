//! The federations that the platform serves: the truth behind every service's table `tenants`.

use crate::{DbErr, Rights, Schema, Table, integer, text};

crate::migration!(Federations, "organizations_0001_federations", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let federations = Table::tenant("federations")
        .column(text("code"))
        .column(text("name"))
        // IANA time zone.
        .column(text("zone"))
        .column(integer("weight"))
        // Limits; null is none.
        .column(integer("jobs_in_flight").null())
        .column(integer("units").null())
        .column(integer("accounts").null())
        .column(integer("calls_per_minute").null())
        // Why it is suspended; null when it is not.
        .column(text("suspended").null())
        .column(integer("revision"))
        .column(integer("created_at"))
        .key([])
        .unique_everywhere(["code"])
        // Operators, who have no tenant, list and change federations.
        .system(Rights::All);
    schema.create(federations).await?;
    schema.open_to_founding().await
}
