use platform::audit::Act;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::scoring::v1::{RejectRunRequest, RejectRunResponse};
use tonic::Request;

use super::{Runs, run_id, shown};
use crate::domain::runs::{Run, State};
use crate::error;
use crate::rpc::{Received, received};
use crate::store::runs;

pub(super) async fn reject_run(
    service: &Runs,
    request: Request<RejectRunRequest>,
) -> Result<RejectRunResponse> {
    let Received { caller, member, key, request } = received(request)?;
    let mut faults = Faults::new();
    let id = run_id(&request.run_id, &mut faults);
    let reason = faults.text("reason", &request.reason);
    let (id, reason) = faults.finish(id.zip(reason))?;

    let db = &service.db;
    if let Some(answer) = idempotency::answered(db, &caller, key.as_ref(), &request).await? {
        return Ok(answer);
    }
    let by = service.peers.signature(&member).await?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        let season = runs::get(tx, id).await?.season;
        let run = runs::held(tx, &season).await?.into_iter().find(|run| run.id == id);
        let run = run.ok_or_else(|| error::run_unknown(id))?;
        if run.state != State::Draft {
            return Err(error::run_state(&run, "rejected"));
        }
        let run = Run { state: State::Rejected, rejected: Some((by, reason)), ..run };
        runs::change(tx, &run).await?;
        tx.record(Act::new("run.rejected", "run", id).with("season", run.season.as_str()));
        Ok(RejectRunResponse { run: Some(shown(tx, &run).await?) })
    })
    .await
}
