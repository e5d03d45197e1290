//! Criteria sets in their versions, which season uses which, and the policies of seasons.

use crate::{DbErr, Rights, Schema, Table, bytes, integer, text, uuid};

crate::migration!(Criteria, "competition_0002_criteria", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let sets = Table::tenant("criteria_sets")
        .column(text("code"))
        // 1 for the first.
        .column(integer("version"))
        .column(text("name"))
        .column(integer("max_points"))
        // The groups with their criteria: an encoded CriteriaSet message that has them alone. A version never changes.
        .column(bytes("groups"))
        .column(uuid("account_id").null())
        .column(text("account_name"))
        .column(text("account_title"))
        .column(integer("at"))
        .key(["code", "version"])
        .runtime(Rights::Append);
    schema.create(sets).await?;

    let pinned = Table::tenant("pinned_sets")
        .column(text("season"))
        .column(text("code"))
        .column(integer("version"))
        .key(["season", "code"])
        .reference(["season"], "seasons", ["code"])
        .reference(["code", "version"], "criteria_sets", ["code", "version"]);
    schema.create(pinned).await?;

    let policies = Table::tenant("policies")
        .column(text("season"))
        // An encoded Policy message.
        .column(bytes("policy"))
        .column(uuid("account_id").null())
        .column(text("account_name"))
        .column(text("account_title"))
        .column(integer("at"))
        .key(["season"])
        .reference(["season"], "seasons", ["code"]);
    schema.create(policies).await
}
