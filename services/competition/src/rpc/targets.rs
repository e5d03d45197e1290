//! TargetService: what units have undertaken, and how far they are.

mod list;
mod progress;
mod put;
mod record;
mod remove;
mod summarize;

use platform::Result;
use platform::db::TenantTx;
use proto::competition::v1::target_service_server::TargetService;
use proto::competition::v1::*;
use tonic::{Request, Response, Status};

use super::Ground;
use super::change::Stale;
use crate::store::bloc_members;

pub(crate) struct Targets(pub(crate) Ground);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl TargetService for Targets {
    async fn put_targets(&self, request: Request<PutTargetsRequest>) -> Answer<PutTargetsResponse> {
        Ok(Response::new(put::put_targets(&self.0, request).await?))
    }

    async fn remove_target(&self, request: Request<RemoveTargetRequest>) -> Answer<RemoveTargetResponse> {
        Ok(Response::new(remove::remove_target(&self.0, request).await?))
    }

    async fn list_targets(&self, request: Request<ListTargetsRequest>) -> Answer<ListTargetsResponse> {
        Ok(Response::new(list::list_targets(&self.0, request).await?))
    }

    async fn record_progress(
        &self,
        request: Request<RecordProgressRequest>,
    ) -> Answer<RecordProgressResponse> {
        Ok(Response::new(record::record_progress(&self.0, request).await?))
    }

    async fn list_progress(&self, request: Request<ListProgressRequest>) -> Answer<ListProgressResponse> {
        Ok(Response::new(progress::list_progress(&self.0, request).await?))
    }

    async fn summarize_targets(
        &self,
        request: Request<SummarizeTargetsRequest>,
    ) -> Answer<SummarizeTargetsResponse> {
        Ok(Response::new(summarize::summarize_targets(&self.0, request).await?))
    }
}

/// What a change of a unit's targets makes stale: the standings of its bloc, if it is in one.
async fn stale(tx: &TenantTx, season: &str, unit: &str) -> Result<Stale> {
    Ok(Stale::Blocs(bloc_members::bloc_of(tx, season, unit).await?.into_iter().collect()))
}
