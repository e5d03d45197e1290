//! RunService: classification runs from their start to their publication.

mod approve;
mod faults;
mod publication;
mod read;
mod reject;
mod start;

use platform::Result;
use platform::db::{Database, TenantTx};
use platform::input::Faults;
use proto::scoring::v1 as wire;
use proto::scoring::v1::run_service_server::RunService;
use proto::scoring::v1::*;
use tonic::{Request, Response, Status};

use crate::domain::runs::{Run, RunId};
use crate::peers::Peers;
use crate::store::{run_approvals, run_jobs};

pub(crate) struct Runs {
    pub(crate) db: Database,
    pub(crate) peers: Peers,
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl RunService for Runs {
    async fn start_run(&self, request: Request<StartRunRequest>) -> Answer<StartRunResponse> {
        Ok(Response::new(start::start_run(self, request).await?))
    }

    async fn get_run(&self, request: Request<GetRunRequest>) -> Answer<GetRunResponse> {
        Ok(Response::new(read::get_run(self, request).await?))
    }

    async fn list_runs(&self, request: Request<ListRunsRequest>) -> Answer<ListRunsResponse> {
        Ok(Response::new(read::list_runs(self, request).await?))
    }

    async fn list_run_faults(&self, request: Request<ListRunFaultsRequest>) -> Answer<ListRunFaultsResponse> {
        Ok(Response::new(faults::list_run_faults(self, request).await?))
    }

    async fn approve_run(&self, request: Request<ApproveRunRequest>) -> Answer<ApproveRunResponse> {
        Ok(Response::new(approve::approve_run(self, request).await?))
    }

    async fn reject_run(&self, request: Request<RejectRunRequest>) -> Answer<RejectRunResponse> {
        Ok(Response::new(reject::reject_run(self, request).await?))
    }

    async fn get_publication(
        &self,
        request: Request<GetPublicationRequest>,
    ) -> Answer<GetPublicationResponse> {
        Ok(Response::new(publication::get_publication(self, request).await?))
    }
}

/// The id of a run that a request names.
fn run_id(text: &str, faults: &mut Faults) -> Option<RunId> {
    faults.id("run_id", text)
}

/// The run as answers have it.
async fn shown(tx: &TenantTx, run: &Run) -> Result<wire::Run> {
    let job = run_jobs::states(tx, &[run.job]).await?.remove(&run.job);
    let approvals = run_approvals::of(tx, &[run.id]).await?.remove(&run.id).unwrap_or_default();
    Ok(run.to_proto(job, &approvals))
}
