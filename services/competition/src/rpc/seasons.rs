//! SeasonService: seasons and their phases.

mod create;
mod list;
mod phases;
mod pin;
mod update;

use proto::competition::v1::season_service_server::SeasonService;
use proto::competition::v1::*;
use tonic::{Request, Response, Status};

use super::Ground;

pub(crate) struct Seasons(pub(crate) Ground);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl SeasonService for Seasons {
    async fn create_season(&self, request: Request<CreateSeasonRequest>) -> Answer<CreateSeasonResponse> {
        Ok(Response::new(create::create_season(&self.0, request).await?))
    }

    async fn update_season(&self, request: Request<UpdateSeasonRequest>) -> Answer<UpdateSeasonResponse> {
        Ok(Response::new(update::update_season(&self.0, request).await?))
    }

    async fn get_season(&self, request: Request<GetSeasonRequest>) -> Answer<GetSeasonResponse> {
        Ok(Response::new(list::get_season(&self.0, request).await?))
    }

    async fn list_seasons(&self, request: Request<ListSeasonsRequest>) -> Answer<ListSeasonsResponse> {
        Ok(Response::new(list::list_seasons(&self.0, request).await?))
    }

    async fn pin_criteria_sets(
        &self,
        request: Request<PinCriteriaSetsRequest>,
    ) -> Answer<PinCriteriaSetsResponse> {
        Ok(Response::new(pin::pin_criteria_sets(&self.0, request).await?))
    }

    async fn open_phase(&self, request: Request<OpenPhaseRequest>) -> Answer<OpenPhaseResponse> {
        Ok(Response::new(phases::open_phase(&self.0, request).await?))
    }

    async fn close_phase(&self, request: Request<ClosePhaseRequest>) -> Answer<ClosePhaseResponse> {
        Ok(Response::new(phases::close_phase(&self.0, request).await?))
    }
}
