//! Rows of jobs as messages.

use proto::common::v1::{Act, Reason};
use proto::platform::v1 as pb;

use crate::error::{Error, Result};
use crate::jobs::attempts::{self, Outcome};
use crate::jobs::{JobRow, JobSystem, Lane, State};
use crate::{Timestamp, Violation};

pub(crate) fn instant(time: Timestamp) -> prost_types::Timestamp {
    let (seconds, micros) = (time.micros().div_euclid(1_000_000), time.micros().rem_euclid(1_000_000));
    prost_types::Timestamp { seconds, nanos: i32::try_from(micros * 1000).unwrap_or(0) }
}

pub(super) fn job(system: &JobSystem, row: &JobRow, place: Option<u64>) -> pb::Job {
    let told = !row.phase.is_empty() || row.done > 0 || row.total > 0;
    pb::Job {
        service: system.database().service().to_owned(),
        id: row.job_id.to_string(),
        kind: row.kind.clone(),
        lane: lane(row.lane).into(),
        tenant: system.tenants().get(row.tenant_id).map(|tenant| tenant.code.clone()).unwrap_or_default(),
        subject: row.subject().into_iter().collect(),
        state: state(row.state).into(),
        progress: told.then(|| pb::Progress {
            phase: row.phase.clone(),
            done: count(row.done),
            total: count(row.total),
        }),
        queue_place: place.map(|place| u32::try_from(place).unwrap_or(u32::MAX)),
        run_at: Some(instant(row.run_at)),
        enqueued_at: Some(instant(row.enqueued_at)),
        started_at: row.started_at.map(instant),
        finished_at: row.finished_at.map(instant),
        failures: small(row.failures),
        max_failures: small(row.max_failures),
        crashes: small(row.crashes),
        last_error: row.error.clone().unwrap_or_default(),
        schedule: row.schedule.clone().unwrap_or_default(),
        enqueued_by: row.enqueued_by.map(|account| Act {
            account_id: account.to_string(),
            at: Some(instant(row.enqueued_at)),
            ..Act::default()
        }),
    }
}

pub(super) fn attempt(row: &attempts::Model) -> pb::Attempt {
    pb::Attempt {
        number: small(row.attempt),
        started_at: Some(instant(row.started_at)),
        finished_at: row.finished_at.map(instant),
        error: row.error.clone().unwrap_or_default(),
        crashed: row.outcome == Some(Outcome::Crashed),
    }
}

/// The states that a filter means; empty for all.
pub(super) fn states(asked: &[i32]) -> Result<Vec<State>> {
    let mut states = Vec::new();
    for (place, number) in asked.iter().enumerate() {
        match pb::JobState::try_from(*number) {
            Ok(pb::JobState::Unspecified) => return Ok(Vec::new()),
            Ok(pb::JobState::Waiting) => states.extend([State::Waiting, State::Dispatched]),
            Ok(pb::JobState::Running) => states.push(State::Running),
            Ok(pb::JobState::Succeeded) => states.push(State::Succeeded),
            Ok(pb::JobState::Failed) => states.push(State::Failed),
            Ok(pb::JobState::Cancelled) => states.push(State::Cancelled),
            Err(_) => {
                let sentence = format!("{number} is no state of a job");
                let field = format!("states[{place}]");
                return Err(Error::invalid(vec![Violation::new(
                    field,
                    Reason::InvalidArgument.code(),
                    sentence,
                )]));
            }
        }
    }
    Ok(states)
}

fn lane(lane: Lane) -> pb::Lane {
    match lane {
        Lane::Fast => pb::Lane::Fast,
        Lane::Recalculation => pb::Lane::Recalculation,
        Lane::Report => pb::Lane::Report,
    }
}

/// That a job was handed to the workers and not begun is our affair: it waits.
fn state(state: State) -> pb::JobState {
    match state {
        State::Waiting | State::Dispatched => pb::JobState::Waiting,
        State::Running => pb::JobState::Running,
        State::Succeeded => pb::JobState::Succeeded,
        State::Failed => pb::JobState::Failed,
        State::Cancelled => pb::JobState::Cancelled,
    }
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(if number < 0 { 0 } else { u32::MAX })
}
