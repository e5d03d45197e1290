//! Officials, their accounts, and what these may do.

use crate::{DbErr, Schema, Table, boolean, integer, text, uuid};

crate::migration!(Accounts, "organizations_0003_accounts", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let officials = Table::tenant("officials")
        .column(uuid("official_id"))
        .column(text("name"))
        .column(text("title"))
        // Null: the federation.
        .column(text("unit").null())
        .column(text("first_day"))
        .column(text("last_day").null())
        .column(text("email"))
        .key(["official_id"])
        .reference(["unit"], "units", ["code"])
        .index(["unit"]);
    schema.create(officials).await?;

    let accounts = Table::tenant("accounts")
        .column(uuid("account_id"))
        .column(text("login"))
        .column(uuid("official_id"))
        .column(boolean("disabled"))
        .column(integer("created_at"))
        .key(["account_id"])
        .unique(["login"])
        .unique(["official_id"])
        .reference(["official_id"], "officials", ["official_id"]);
    schema.create(accounts).await?;

    let grants = Table::tenant("account_grants")
        .column(uuid("account_id"))
        .column(text("role"))
        // Where it counts; what does not apply is empty.
        .column(text("unit"))
        .column(text("season"))
        .column(text("bloc"))
        .key(["account_id", "role", "unit", "season", "bloc"])
        .reference(["account_id"], "accounts", ["account_id"])
        .index(["role"])
        .index(["unit"])
        .index(["season", "bloc"]);
    schema.create(grants).await
}
