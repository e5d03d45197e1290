//! Units, their parents and statuses over time, and the facts about them.

use crate::{DbErr, Schema, Table, integer, text, uuid};

crate::migration!(Units, "organizations_0002_units", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let units = Table::tenant("units")
        .column(text("code"))
        .column(text("name"))
        // The name in small letters without diacritics, for searching.
        .column(text("folded_name"))
        .column(text("kind"))
        .column(text("sector").null())
        // Dates are YYYY-MM-DD.
        .column(text("founded_on").null())
        .column(text("reorganised_on").null())
        .column(integer("members"))
        .key(["code"]);
    schema.create(units).await?;

    let parents = Table::tenant("unit_parents")
        .column(text("unit"))
        // Empty: from ever. The last day is the one before the next row's first.
        .column(text("first_day"))
        // Null: the federation itself.
        .column(text("parent").null())
        .key(["unit", "first_day"])
        .reference(["unit"], "units", ["code"])
        .reference(["parent"], "units", ["code"])
        .index(["parent"]);
    schema.create(parents).await?;

    let statuses = Table::tenant("unit_statuses")
        .column(text("unit"))
        .column(text("first_day"))
        .column(text("status"))
        .column(text("reason"))
        .key(["unit", "first_day"])
        .reference(["unit"], "units", ["code"])
        .index(["status"]);
    schema.create(statuses).await?;

    let facts = Table::tenant("unit_facts")
        .column(text("season"))
        .column(text("unit"))
        // JSON: the facts, by their bytes.
        .column(text("facts"))
        .column(text("source"))
        // Who said so last, with name and title of that moment.
        .column(uuid("account_id"))
        .column(text("name"))
        .column(text("title"))
        .column(integer("updated_at"))
        .key(["season", "unit"])
        .reference(["unit"], "units", ["code"]);
    schema.create(facts).await?;

    // Rises with each change of a unit or a fact.
    let revisions = Table::tenant("unit_revisions").column(integer("revision")).key([]);
    schema.create(revisions).await
}
