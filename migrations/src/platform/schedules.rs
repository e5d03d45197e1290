//! Schedules, and what came due of them.

use crate::{DbErr, Rights, Schema, Table, boolean, integer, text, uuid};

crate::migration!(Schedules, "platform_0005_schedules", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    schema.create(schedules()).await?;
    schema.create(runs()).await
}

fn schedules() -> Table {
    Table::tenant("schedules")
        .column(text("name"))
        .column(text("job_kind"))
        // JSON object of strings: the payload of the job.
        .column(text("subject"))
        .column(text("cron").null())
        .column(integer("once_at").null())
        // IANA time zone of the cron expression.
        .column(text("zone"))
        // skip, once, all
        .column(text("missed"))
        .column(integer("missed_bound"))
        .column(integer("spread_seconds"))
        .column(boolean("paused"))
        // Why the platform has paused it.
        .column(text("fault").null())
        .column(integer("next_at").null())
        .column(integer("last_at").null())
        .column(integer("updated_at"))
        .column(uuid("updated_by").null())
        .key(["name"])
        .check("timing", "(cron IS NULL) <> (once_at IS NULL)")
        .system_index(["next_at"], "")
        .system(Rights::All)
}

fn runs() -> Table {
    Table::tenant("schedule_runs")
        .column(text("name"))
        .column(integer("due_at"))
        // enqueued, already_waiting, skipped, suspended, failed
        .column(text("outcome"))
        .column(uuid("job_id").null())
        .column(integer("fired_at"))
        .key(["name", "due_at"])
        .system_index(["due_at"], "")
        .system(Rights::All)
}
