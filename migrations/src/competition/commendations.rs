//! Commendations and all that was done with them.

use crate::{DbErr, Rights, Schema, Table, integer, text, uuid};

crate::migration!(Commendations, "competition_0007_commendations", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let commendations = Table::tenant("commendations")
        // In the order in which they were proposed.
        .column(uuid("commendation_id"))
        .column(text("season"))
        // `collective` or `individual`.
        .column(text("recipient"))
        .column(text("unit"))
        // The person's name; of a collective the name of the part, empty: the whole unit.
        .column(text("name"))
        // The person's title.
        .column(text("title"))
        .column(text("kind"))
        .column(text("level"))
        .column(text("scope"))
        .column(text("topic"))
        .column(text("citation"))
        .column(uuid("vote_id").null())
        .column(text("submission_number"))
        .column(text("state"))
        // Of the decision by which it was awarded; empty before.
        .column(text("decision_number"))
        .column(text("decided_on").null())
        .key(["commendation_id"])
        .reference(["season"], "seasons", ["code"])
        .reference(["vote_id"], "votes", ["vote_id"])
        .index(["season", "unit"]);
    schema.create(commendations).await?;

    let acts = Table::tenant("commendation_acts")
        .column(uuid("commendation_id"))
        // 0 for the proposal, and so on.
        .column(integer("number"))
        .column(text("state"))
        .column(text("reason"))
        .column(uuid("account_id").null())
        .column(text("account_name"))
        .column(text("account_title"))
        .column(integer("at"))
        .key(["commendation_id", "number"])
        .reference(["commendation_id"], "commendations", ["commendation_id"])
        .runtime(Rights::Append);
    schema.create(acts).await
}
