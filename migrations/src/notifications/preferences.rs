//! How accounts want to be told.

use crate::{DbErr, Schema, Table, integer, text, uuid};

crate::migration!(Preferences, "notifications_0002_preferences", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let preferences = Table::tenant("preferences")
        .column(uuid("account_id"))
        // vi, en
        .column(text("language"))
        // Words parted by blanks: email
        .column(text("channels"))
        .column(integer("changed_at"))
        .key(["account_id"]);
    schema.create(preferences).await
}
