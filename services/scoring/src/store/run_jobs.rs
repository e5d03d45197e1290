//! The states of runs' jobs.

use std::collections::BTreeMap;

use platform::Result;
use platform::db::TenantTx;
use platform::ids::JobId;
use platform::jobs::{Entity, State};
use sea_orm::entity::prelude::*;

use crate::domain::runs::JobState;

type Column = <Entity as EntityTrait>::Column;

/// Jobs in one condition.
const JOBS: usize = 500;

/// The state of each of these jobs that is still known.
pub(crate) async fn states(tx: &TenantTx, jobs: &[JobId]) -> Result<BTreeMap<JobId, JobState>> {
    let mut found = BTreeMap::new();
    for jobs in jobs.chunks(JOBS) {
        let rows = tx
            .find::<Entity>()
            .columns([Column::JobId, Column::State])
            .filter(Column::JobId.is_in(jobs.iter().copied()))
            .all_tuples::<(JobId, State)>()
            .await?;
        found.extend(rows.into_iter().map(|(job, state)| (job, doing(state))));
    }
    Ok(found)
}

fn doing(state: State) -> JobState {
    match state {
        State::Waiting | State::Dispatched => JobState::Waits,
        State::Running => JobState::Works,
        State::Succeeded | State::Failed | State::Cancelled => JobState::Ended,
    }
}
