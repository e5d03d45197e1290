//! CriteriaService: criteria sets in their versions.

mod list;
mod put;

use proto::competition::v1::criteria_service_server::CriteriaService;
use proto::competition::v1::*;
use tonic::{Request, Response, Status};

use super::Ground;

pub(crate) struct Criteria(pub(crate) Ground);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl CriteriaService for Criteria {
    async fn put_criteria_set(
        &self,
        request: Request<PutCriteriaSetRequest>,
    ) -> Answer<PutCriteriaSetResponse> {
        Ok(Response::new(put::put_criteria_set(&self.0, request).await?))
    }

    async fn get_criteria_set(
        &self,
        request: Request<GetCriteriaSetRequest>,
    ) -> Answer<GetCriteriaSetResponse> {
        Ok(Response::new(list::get_criteria_set(&self.0, request).await?))
    }

    async fn list_criteria_sets(
        &self,
        request: Request<ListCriteriaSetsRequest>,
    ) -> Answer<ListCriteriaSetsResponse> {
        Ok(Response::new(list::list_criteria_sets(&self.0, request).await?))
    }
}
