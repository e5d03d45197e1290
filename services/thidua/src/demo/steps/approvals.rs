//! Two different persons of the standing committee approve the draft, which publishes it.

use proto::scoring::v1::run_service_client::RunServiceClient;
use proto::scoring::v1::{ApproveRunRequest, RunState};

use super::run;
use crate::demo::call::{Failure, Result};
use crate::demo::stage::Stage;

pub(super) async fn give(stage: &Stage) -> Result<()> {
    let run = run::own(stage).await?;
    let mut run = run.ok_or_else(|| Failure::new("there is no run to approve"))?;
    for login in stage.campaign.season.approved_by.iter().map(|code| code.as_str()) {
        let own = stage.actors.id(login);
        let by =
            |approval: &proto::scoring::v1::Approval| approval.act.as_ref().map(|a| a.account_id.clone());
        if run.state() != RunState::Draft || run.approvals.iter().any(|approval| by(approval) == own) {
            continue;
        }
        let request = ApproveRunRequest {
            run_id: run.id.clone(),
            results_sha256: run.results_sha256.clone(),
            note: String::new(),
        };
        let rpc = async |c, r| RunServiceClient::new(c).approve_run(r).await;
        let approved = stage.act(login, request, rpc).await?.run;
        run = approved.ok_or_else(|| Failure::new("a run was approved without an answer"))?;
    }
    match run.state() {
        RunState::Published => Ok(()),
        _ => Err(Failure::new(format!("run {} is not published after two approvals", run.number))),
    }
}
