//! Schedules as messages, and back.

use proto::common::v1::{Act, Reason};
use proto::platform::v1 as pb;
use proto::platform::v1::schedule::Timing as TimingMessage;

use crate::error::{Error, Result};
use crate::ids::TenantId;
use crate::jobs::JobSystem;
use crate::jobs::rpc::instant;
use crate::schedules::plan::{DEFAULT_ZONE, MOST_MISSED};
use crate::schedules::{Missed, MissedRuns, NewSchedule, RunOutcome, ScheduleRow, ScheduleRun, Timing};
use crate::{Timestamp, Violation};

pub(super) fn schedule(system: &JobSystem, row: &ScheduleRow) -> pb::Schedule {
    let (missed_runs, missed_bound) = match row.missed {
        MissedRuns::Skip => (pb::MissedRuns::Skip, 0),
        MissedRuns::Once => (pb::MissedRuns::Once, 0),
        MissedRuns::All => (pb::MissedRuns::All, u32::try_from(row.missed_bound).unwrap_or(1)),
    };
    pb::Schedule {
        service: system.database().service().to_owned(),
        tenant: system.tenants().get(row.tenant_id).map(|tenant| tenant.code.clone()).unwrap_or_default(),
        name: row.name.clone(),
        job_kind: row.job_kind.clone(),
        subject: row.subject().into_iter().collect(),
        timing: match (&row.cron, row.once_at) {
            (Some(cron), _) => Some(TimingMessage::Cron(cron.clone())),
            (None, at) => at.map(|at| TimingMessage::OnceAt(instant(at))),
        },
        zone: row.zone.clone(),
        missed_runs: missed_runs.into(),
        spread_seconds: u32::try_from(row.spread_seconds).unwrap_or(0),
        paused: row.paused,
        next_at: row.next_at.filter(|_| !row.paused).map(instant),
        updated: Some(Act {
            account_id: row.updated_by.map(|account| account.to_string()).unwrap_or_default(),
            at: Some(instant(row.updated_at)),
            ..Act::default()
        }),
        missed_bound,
        fault: row.fault.clone().unwrap_or_default(),
    }
}

pub(super) fn run(run: &ScheduleRun) -> pb::ScheduleRun {
    let outcome = match run.outcome {
        RunOutcome::Enqueued => pb::ScheduleRunOutcome::Enqueued,
        RunOutcome::AlreadyWaiting => pb::ScheduleRunOutcome::AlreadyWaiting,
        RunOutcome::Skipped => pb::ScheduleRunOutcome::Skipped,
        RunOutcome::Suspended => pb::ScheduleRunOutcome::Suspended,
        RunOutcome::Failed => pb::ScheduleRunOutcome::Failed,
    };
    pb::ScheduleRun {
        due_at: Some(instant(run.due_at)),
        outcome: outcome.into(),
        job_id: run.job_id.map(|job| job.to_string()).unwrap_or_default(),
    }
}

/// What a message asks for, as far as it can be understood; the rest is checked where it is put.
pub(super) fn new_schedule(
    system: &JobSystem,
    tenant: TenantId,
    message: &pb::Schedule,
) -> Result<NewSchedule> {
    let mut faults = Vec::new();
    let mut fault = |field: &str, reason: Reason, sentence: String| {
        faults.push(Violation::new(format!("schedule.{field}"), reason.code(), sentence));
    };
    let timing = match &message.timing {
        Some(TimingMessage::Cron(cron)) => {
            let own_zone = || system.tenants().get(tenant).map(|tenant| tenant.zone.clone());
            let zone = match message.zone.as_str() {
                "" => own_zone().unwrap_or_else(|_| DEFAULT_ZONE.to_owned()),
                zone => zone.to_owned(),
            };
            Some(Timing::Cron { cron: cron.clone(), zone })
        }
        Some(TimingMessage::OnceAt(at)) => match timestamp(at) {
            Some(at) => Some(Timing::Once(at)),
            None => {
                fault("once_at", Reason::InvalidArgument, format!("{at:?} is no moment"));
                None
            }
        },
        None => {
            fault("timing", Reason::FieldRequired, "either cron or once_at is required".to_owned());
            None
        }
    };
    let bound = message.missed_bound;
    let missed = match message.missed_runs() {
        pb::MissedRuns::Unspecified | pb::MissedRuns::Once => Missed::RunOnce,
        pb::MissedRuns::Skip => Missed::Skip,
        pb::MissedRuns::All => {
            if !(1..=MOST_MISSED).contains(&bound) {
                let sentence = format!("{bound} is not between 1 and {MOST_MISSED}");
                fault("missed_bound", Reason::NumberInvalid, sentence);
            }
            Missed::RunAll { bound }
        }
    };
    match timing {
        Some(timing) if faults.is_empty() => Ok(NewSchedule {
            name: message.name.clone(),
            job_kind: message.job_kind.clone(),
            subject: message.subject.clone().into_iter().collect(),
            timing,
            missed,
            spread_seconds: message.spread_seconds,
        }),
        _ => Err(Error::invalid(faults)),
    }
}

fn timestamp(message: &prost_types::Timestamp) -> Option<Timestamp> {
    let micros = message.seconds.checked_mul(1_000_000)?.checked_add(i64::from(message.nanos) / 1000)?;
    jiff::Timestamp::from_microsecond(micros).ok().map(|_| Timestamp::from_micros(micros))
}

/// The same error, its fields within the request's `schedule`.
pub(super) fn within_schedule(error: Error) -> Error {
    if error.violations().is_empty() {
        return error;
    }
    let within = |violation: &Violation| {
        let field = format!("schedule.{}", violation.field);
        Violation::new(field, violation.reason, violation.description.clone())
    };
    Error::invalid(error.violations().iter().map(within).collect())
}
