//! BlocService: the blocs of a season, their members and leaders.

mod create;
mod leaders;
mod list;
mod members;
mod update;

use proto::competition::v1::bloc_service_server::BlocService;
use proto::competition::v1::*;
use tonic::{Request, Response, Status};

use super::Ground;

pub(crate) struct Blocs(pub(crate) Ground);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl BlocService for Blocs {
    async fn create_bloc(&self, request: Request<CreateBlocRequest>) -> Answer<CreateBlocResponse> {
        Ok(Response::new(create::create_bloc(&self.0, request).await?))
    }

    async fn update_bloc(&self, request: Request<UpdateBlocRequest>) -> Answer<UpdateBlocResponse> {
        Ok(Response::new(update::update_bloc(&self.0, request).await?))
    }

    async fn set_members(&self, request: Request<SetMembersRequest>) -> Answer<SetMembersResponse> {
        Ok(Response::new(members::set_members(&self.0, request).await?))
    }

    async fn set_leaders(&self, request: Request<SetLeadersRequest>) -> Answer<SetLeadersResponse> {
        Ok(Response::new(leaders::set_leaders(&self.0, request).await?))
    }

    async fn get_bloc(&self, request: Request<GetBlocRequest>) -> Answer<GetBlocResponse> {
        Ok(Response::new(list::get_bloc(&self.0, request).await?))
    }

    async fn list_blocs(&self, request: Request<ListBlocsRequest>) -> Answer<ListBlocsResponse> {
        Ok(Response::new(list::list_blocs(&self.0, request).await?))
    }

    async fn find_bloc_of_unit(
        &self,
        request: Request<FindBlocOfUnitRequest>,
    ) -> Answer<FindBlocOfUnitResponse> {
        Ok(Response::new(list::find_bloc_of_unit(&self.0, request).await?))
    }
}
