//! Jobs, their attempts, and the workers that have slots for them.

use crate::{DbErr, Rights, Schema, Table, integer, text, uuid};

crate::migration!(Jobs, "platform_0004_jobs", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    schema.create(jobs()).await?;
    schema.create(attempts()).await?;
    schema.create(workers()).await
}

fn jobs() -> Table {
    Table::tenant("jobs")
        .column(uuid("job_id"))
        .column(text("kind"))
        // fast, recalculation, report
        .column(text("lane"))
        // JSON in the form of payload_version of the kind.
        .column(text("payload"))
        .column(integer("payload_version"))
        // JSON object of strings: what the job is about.
        .column(text("subject"))
        // Emptied when the job starts or is cancelled: it counts only rows that have not been started.
        .column(text("unique_key").null())
        // The lower goes first within tenant and lane.
        .column(integer("rank"))
        .column(integer("run_at"))
        // waiting, dispatched, running, succeeded, failed, cancelled
        .column(text("state"))
        .column(integer("failures"))
        .column(integer("max_failures"))
        .column(integer("crashes"))
        // Fencing token: the number of the latest attempt.
        .column(integer("fence"))
        .column(integer("lease_until").null())
        .column(uuid("worker_id").null())
        .column(integer("dispatched_at").null())
        .column(integer("cancel_asked_at").null())
        .column(text("phase"))
        .column(integer("done"))
        .column(integer("total"))
        .column(text("error").null())
        // W3C trace context, or empty.
        .column(text("trace"))
        .column(text("schedule").null())
        .column(uuid("enqueued_by").null())
        .column(integer("enqueued_at"))
        .column(integer("started_at").null())
        .column(integer("finished_at").null())
        .key(["job_id"])
        .unique(["kind", "unique_key"])
        // The order of dispatch. Not partial: the databases do not use a partial index for a bound state.
        .system_index(["state", "lane", "tenant_id", "rank", "run_at", "job_id"], "")
        // Retention.
        .system_index(["finished_at"], "")
        // The newest of all tenants.
        .system_index(["job_id"], "")
        .system(Rights::All)
}

fn attempts() -> Table {
    Table::tenant("job_attempts")
        .column(uuid("job_id"))
        // The fencing token of the claim.
        .column(integer("attempt"))
        .column(uuid("worker_id"))
        .column(integer("started_at"))
        .column(integer("finished_at").null())
        // succeeded, failed, crashed, cancelled, released; empty while it runs
        .column(text("outcome").null())
        .column(text("error").null())
        .key(["job_id", "attempt"])
        .reference(["job_id"], "jobs", ["job_id"])
        .system(Rights::All)
}

fn workers() -> Table {
    Table::platform("job_workers")
        .column(uuid("worker_id"))
        .column(text("lane"))
        .column(integer("slots"))
        .column(integer("seen_at"))
        .key(["worker_id", "lane"])
        .system(Rights::All)
}
