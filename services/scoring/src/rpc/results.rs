//! ResultService: the standings of a bloc and of the federation, and what moved between two runs.

mod blocs;
mod compare;
mod federation;
pub(super) mod source;
mod summary;

use platform::Result;
use platform::cache::Cache;
use platform::db::Database;
use proto::scoring::v1::result_service_server::ResultService;
use proto::scoring::v1::*;
use tonic::{Request, Response, Status};

use crate::peers::Peers;

pub(crate) struct Results {
    pub(crate) db: Database,
    pub(crate) cache: Cache,
    pub(crate) peers: Peers,
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl ResultService for Results {
    async fn get_bloc_standings(
        &self,
        request: Request<GetBlocStandingsRequest>,
    ) -> Answer<GetBlocStandingsResponse> {
        Ok(Response::new(blocs::get_bloc_standings(self, request).await?))
    }

    async fn list_federation_standings(
        &self,
        request: Request<ListFederationStandingsRequest>,
    ) -> Answer<ListFederationStandingsResponse> {
        Ok(Response::new(federation::list_federation_standings(self, request).await?))
    }

    async fn get_federation_summary(
        &self,
        request: Request<GetFederationSummaryRequest>,
    ) -> Answer<GetFederationSummaryResponse> {
        Ok(Response::new(summary::get_federation_summary(self, request).await?))
    }

    async fn compare_runs(&self, request: Request<CompareRunsRequest>) -> Answer<CompareRunsResponse> {
        Ok(Response::new(compare::compare_runs(self, request).await?))
    }
}
