//! Turns due schedules into jobs. Done by the service's leader.

use sea_orm::{ColumnTrait, Set};

use super::plan::{Due, Missed};
use super::rows::{Column, Entity, Model};
use super::runs::{self, RunOutcome};
use crate::Timestamp;
use crate::db::{System, SystemTx, SystemUse, Update, woken};
use crate::error::{Error, Result};
use crate::ids::JobId;
use crate::jobs::{Enqueued, Parts, Terms, enqueue_for};
use crate::tenants::Status;

const BATCH: u64 = 100;

/// Never ends.
pub(crate) async fn run(parts: &Parts) {
    let mut wakes = parts.db.listen(super::WAKE);
    loop {
        if let Err(error) = pass(parts).await {
            tracing::warn!(%error, cause = error.cause(), "schedules were not looked at");
        }
        woken(&mut wakes, &parts.clock).await;
    }
}

async fn pass(parts: &Parts) -> Result<()> {
    let now = parts.clock.now();
    let due = {
        let tx = parts.db.system_read(SystemUse::Schedules).await?;
        let due = tx.find::<Entity>().filter(Column::Paused.eq(false)).filter(Column::NextAt.lte(now));
        due.order_by_asc(Column::NextAt).limit(BATCH).all().await?
    };
    for schedule in due {
        let (tenant, name) = (schedule.tenant_id, &schedule.name);
        let Err(error) = fire(parts, &schedule, now).await else { continue };
        tracing::error!(%tenant, name, %error, cause = error.cause(), "a schedule did not fire");
        // What may pass is tried again. The rest would fail each second, and hide schedules that are due after it.
        if !error.is_transient()
            && let Err(error) = pause(parts, &schedule, &error, now).await
        {
            tracing::error!(%tenant, name, %error, cause = error.cause(), "it was not paused either");
        }
    }
    Ok(())
}

/// Inserts the jobs that are due and moves the schedule on, in one transaction: never twice, never lost.
async fn fire(parts: &Parts, schedule: &Model, now: Timestamp) -> Result<()> {
    let Some(next_at) = schedule.next_at else { return Ok(()) };
    let plan = schedule.plan().map_err(Error::invalid)?;
    let due = match &plan {
        Some(plan) => plan.due(next_at, now, schedule.missed()),
        None => Due { occurrences: Vec::new(), next_at: None },
    };
    let tx = parts.db.system_write(SystemUse::Schedules).await?;
    let moved = unchanged(&tx, schedule)
        .set(Column::NextAt, due.next_at)
        .set(Column::LastAt, due.occurrences.last().copied().unwrap_or(next_at))
        .exec()
        .await?;
    if moved != 1 {
        return Ok(());
    }
    if due.occurrences.is_empty() {
        note(&tx, schedule, next_at, RunOutcome::Skipped, None, now).await?;
    }
    for occurrence in due.occurrences {
        let (outcome, job) = enqueue(parts, &tx, schedule, occurrence).await?;
        note(&tx, schedule, occurrence, outcome, job, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The schedule's row, unless somebody or another leader has changed it since.
fn unchanged<'a>(tx: &'a SystemTx, schedule: &Model) -> Update<'a, System, Entity> {
    tx.update::<Entity>()
        .filter(Column::TenantId.eq(schedule.tenant_id))
        .filter(Column::Name.eq(schedule.name.as_str()))
        .filter(Column::Paused.eq(false))
        .filter(Column::UpdatedAt.eq(schedule.updated_at))
        .filter(Column::NextAt.eq(schedule.next_at))
}

/// Stops a schedule of which no job can be made, and says why. The occurrence stays due: when the schedule is put right
/// or resumed it counts as missed.
async fn pause(parts: &Parts, schedule: &Model, error: &Error, now: Timestamp) -> Result<()> {
    let Some(due_at) = schedule.next_at else { return Ok(()) };
    let tx = parts.db.system_write(SystemUse::Schedules).await?;
    let paused = unchanged(&tx, schedule)
        .set(Column::Paused, true)
        .set(Column::Fault, Some(error.to_string()))
        .exec()
        .await?;
    if paused == 1 {
        note(&tx, schedule, due_at, RunOutcome::Failed, None, now).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn enqueue(
    parts: &Parts,
    tx: &SystemTx,
    schedule: &Model,
    occurrence: Timestamp,
) -> Result<(RunOutcome, Option<JobId>)> {
    let tenant = parts.tenants.get(schedule.tenant_id);
    if tenant.is_ok_and(|tenant| tenant.status == Status::Suspended) {
        return Ok((RunOutcome::Suspended, None));
    }
    let draft = parts.registry.draft(&schedule.job_kind, &schedule.subject())?;
    // Each missed run of its own counts for itself; otherwise one job that still waits stands for all.
    let unique_key = match schedule.missed() {
        Missed::RunAll { .. } => format!("schedule/{}/{}", schedule.name, occurrence.micros()),
        Missed::Skip | Missed::RunOnce => format!("schedule/{}", schedule.name),
    };
    let terms =
        Terms { unique_key: Some(unique_key), schedule: Some(schedule.name.clone()), ..Terms::default() };
    Ok(match enqueue_for(tx, schedule.tenant_id, &draft, terms).await? {
        Enqueued::New(job) => (RunOutcome::Enqueued, Some(job)),
        Enqueued::Waiting(job) => (RunOutcome::AlreadyWaiting, Some(job)),
    })
}

async fn note(
    tx: &SystemTx,
    schedule: &Model,
    due_at: Timestamp,
    outcome: RunOutcome,
    job_id: Option<JobId>,
    now: Timestamp,
) -> Result<()> {
    let row = runs::ActiveModel {
        tenant_id: Set(schedule.tenant_id),
        name: Set(schedule.name.clone()),
        due_at: Set(due_at),
        outcome: Set(outcome),
        job_id: Set(job_id),
        fired_at: Set(now),
    };
    // The same occurrence comes again when it failed before, or the schedule was put back to a time that it has had.
    let key = [runs::Column::TenantId, runs::Column::Name, runs::Column::DueAt];
    tx.upsert(row, key, [runs::Column::Outcome, runs::Column::JobId, runs::Column::FiredAt]).await?;
    Ok(())
}
