use platform::audit::Act;
use platform::input::Faults;
use platform::jobs::{Enqueued, NewJob};
use platform::{Result, idempotency};
use proto::scoring::v1::{StartRunRequest, StartRunResponse};
use tonic::Request;

use super::{Runs, shown};
use crate::domain::runs::{Classify, Started};
use crate::error;
use crate::rpc::{Received, received};
use crate::store::runs;

pub(super) async fn start_run(service: &Runs, request: Request<StartRunRequest>) -> Result<StartRunResponse> {
    let Received { caller, member, key, request } = received(request)?;
    let mut faults = Faults::new();
    let season = faults.code("season", &request.season);
    let season = faults.finish(season)?;

    let db = &service.db;
    if let Some(answer) = idempotency::answered(db, &caller, key.as_ref(), &request).await? {
        return Ok(answer);
    }
    service.peers.season(member.tenant_id(), &season).await?;
    let by = service.peers.signature(&member).await?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        let job = NewJob::from(Classify { season: season.clone() }).unique(season.as_str());
        let job = match tx.enqueue(job).await? {
            Enqueued::New(job) => job,
            Enqueued::Waiting(_) => return Err(error::run_in_progress(&season, None)),
        };
        let started = Started { account: Some(by.account), name: by.name, title: by.title, at: by.at };
        let run = runs::begin(tx, &season, job, started).await?;
        tx.record(Act::new("run.started", "run", run.id).with("season", season.as_str()));
        Ok(StartRunResponse { run: Some(shown(tx, &run).await?) })
    })
    .await
}
