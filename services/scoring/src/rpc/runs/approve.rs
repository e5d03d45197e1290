use platform::audit::Act;
use platform::db::TenantTx;
use platform::input::{self, Faults};
use platform::{Result, Timestamp, idempotency};
use proto::common::v1::Reason;
use proto::scoring::v1::{ApproveRunRequest, ApproveRunResponse, RunPublished};
use tonic::Request;

use super::{Runs, run_id, shown};
use crate::domain::runs::{Approval, Run, State};
use crate::error;
use crate::rpc::{Received, received};
use crate::store::{publications, run_approvals, runs};

/// So many persons publish a run.
const APPROVALS: usize = 2;

pub(super) async fn approve_run(
    service: &Runs,
    request: Request<ApproveRunRequest>,
) -> Result<ApproveRunResponse> {
    let Received { caller, member, key, request } = received(request)?;
    let mut faults = Faults::new();
    let id = run_id(&request.run_id, &mut faults);
    if request.results_sha256.is_empty() {
        faults.add("results_sha256", Reason::FieldRequired, "is required");
    }
    let note = faults.optional_text("note", &request.note);
    let (id, note) = faults.finish(id.zip(note))?;

    let db = &service.db;
    if let Some(answer) = idempotency::answered(db, &caller, key.as_ref(), &request).await? {
        return Ok(answer);
    }
    let (by, official) = service.peers.person(&member).await?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        let season = runs::get(tx, id).await?.season;
        let all = runs::held(tx, &season).await?;
        let run = all.iter().find(|run| run.id == id).ok_or_else(|| error::run_unknown(id))?;
        require_approvable(run, &all)?;
        if request.results_sha256 != run.finished.results_sha256 {
            let sentence = format!("is not the hash of the run's results, {:?}", run.finished.results_sha256);
            return Err(input::fault("results_sha256", Reason::InvalidArgument, sentence));
        }
        let now = by.at;
        let approval = Approval { official, by, results_sha256: request.results_sha256.clone(), note };
        let before = run_approvals::of(tx, &[id]).await?.remove(&id).unwrap_or_default();
        let same =
            |one: &Approval| one.official == approval.official || one.by.account == approval.by.account;
        if before.iter().any(same) {
            return Err(error::same_approver(run));
        }
        run_approvals::add(tx, run, &approval).await?;
        let hash = run.finished.results_sha256.as_str();
        tx.record(Act::new("run.approved", "run", id).with("results_sha256", hash));
        let run = run.clone();
        let run =
            if before.len().saturating_add(1) < APPROVALS { run } else { publish(tx, run, now).await? };
        Ok(ApproveRunResponse { run: Some(shown(tx, &run).await?) })
    })
    .await
}

/// A draft, and none that is newer is or was published.
fn require_approvable(run: &Run, all: &[Run]) -> Result<()> {
    if run.state != State::Draft {
        return Err(error::run_state(run, "approved"));
    }
    let newer = all.iter().find(|other| other.state == State::Published && other.number > run.number);
    newer.map_or(Ok(()), |newer| Err(error::run_superseded(run, newer)))
}

async fn publish(tx: &TenantTx, run: Run, now: Timestamp) -> Result<Run> {
    let replaced = publications::current(tx, &run.season).await?;
    let run = Run { state: State::Published, published_at: Some(now), ..run };
    runs::change(tx, &run).await?;
    publications::set(tx, &run.season, run.id).await?;
    tx.record(Act::new("run.published", "run", run.id).with("season", run.season.as_str()));
    tx.publish(&RunPublished {
        season: run.season.clone(),
        run_id: run.id.to_string(),
        run_number: run.number,
        units: run.finished.units,
        ranked: run.finished.ranked,
        results_sha256: run.finished.results_sha256.clone(),
        replaces_run_id: replaced.map(|id| id.to_string()).unwrap_or_default(),
    });
    Ok(run)
}
