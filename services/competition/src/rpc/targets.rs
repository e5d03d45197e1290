//! TargetService: what units have undertaken, and how far they are.

mod list;
mod progress;
mod put;
mod record;
mod remove;
mod summarize;

use proto::competition::v1::target_service_server::TargetService;
use proto::competition::v1::*;
use tonic::{Request, Response, Status};

use super::Ground;

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
