//! Classification runs, what they gathered and computed, and which of them is published.

use crate::{DbErr, Rights, Schema, Table, bytes, integer, text, uuid};

crate::migration!(Runs, "scoring_0002_runs", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    schema.create(runs()).await?;
    schema.create(approvals()).await?;
    schema.create(faults()).await?;
    schema.create(documents()).await?;
    schema.create(publications()).await
}

fn runs() -> Table {
    Table::tenant("runs")
        .column(uuid("run_id"))
        .column(text("season"))
        // 1 for the first of the season.
        .column(integer("number"))
        // A replayed job has one run for each time that it was started.
        .column(uuid("job_id"))
        // pending, failed, draft, published, rejected
        .column(text("state"))
        // Who started it; no account: a schedule.
        .column(uuid("started_by").null())
        .column(text("started_name"))
        .column(text("started_title"))
        .column(integer("started_at"))
        .column(integer("finished_at").null())
        // 0 before it is finished.
        .column(integer("season_revision"))
        // Hashes in lower-case hex; empty where there is none.
        .column(text("campaign_sha256"))
        .column(text("results_sha256"))
        // Bytes of the documents before compression.
        .column(integer("campaign_size"))
        .column(integer("results_size"))
        .column(integer("units"))
        .column(integer("ranked"))
        .column(integer("faults"))
        // Why it failed when it was not the campaign's fault; else empty.
        .column(text("error"))
        .column(uuid("rejected_by").null())
        .column(text("rejected_name"))
        .column(text("rejected_title"))
        .column(integer("rejected_at").null())
        .column(text("rejection_reason"))
        .column(integer("published_at").null())
        .key(["run_id"])
        .unique(["season", "number"])
        .unique_where(["season"], "state = 'pending'")
        .index(["job_id"])
}

fn approvals() -> Table {
    Table::tenant("run_approvals")
        .column(uuid("run_id"))
        // The person, whatever the account.
        .column(text("official_id"))
        .column(uuid("account_id"))
        .column(text("name"))
        .column(text("title"))
        .column(integer("at"))
        .column(text("results_sha256"))
        .column(text("note"))
        .key(["run_id", "official_id"])
        .reference(["run_id"], "runs", ["run_id"])
        .runtime(Rights::Append)
}

fn faults() -> Table {
    Table::tenant("run_faults")
        .column(uuid("run_id"))
        // From 0, in the order in which they were found.
        .column(integer("place"))
        .column(text("pointer"))
        .column(text("message"))
        .key(["run_id", "place"])
        .reference(["run_id"], "runs", ["run_id"])
        .runtime(Rights::Append)
}

fn documents() -> Table {
    Table::tenant("run_documents")
        .column(uuid("run_id"))
        // campaign, results
        .column(text("document"))
        // From 0.
        .column(integer("place"))
        // A piece of the compressed document, at most 1 MiB.
        .column(bytes("piece"))
        .key(["run_id", "document", "place"])
        .reference(["run_id"], "runs", ["run_id"])
        .runtime(Rights::Append)
}

fn publications() -> Table {
    Table::tenant("publications")
        .column(text("season"))
        // The run that is published now.
        .column(uuid("run_id"))
        .key(["season"])
        .reference(["run_id"], "runs", ["run_id"])
}
