//! OfficialService: persons in an office at the federation or at a unit.

mod change;
mod read;

use platform::Result;
use platform::db::Database;
use proto::organizations::v1::official_service_server::OfficialService;
use proto::organizations::v1::*;
use tonic::{Request, Response, Status};

pub(crate) struct Officials {
    pub(crate) db: Database,
}

#[tonic::async_trait]
impl OfficialService for Officials {
    async fn create_official(
        &self,
        request: Request<CreateOfficialRequest>,
    ) -> Result<Response<CreateOfficialResponse>, Status> {
        Ok(Response::new(change::create_official(&self.db, request).await?))
    }

    async fn update_official(
        &self,
        request: Request<UpdateOfficialRequest>,
    ) -> Result<Response<UpdateOfficialResponse>, Status> {
        Ok(Response::new(change::update_official(&self.db, request).await?))
    }

    async fn get_official(
        &self,
        request: Request<GetOfficialRequest>,
    ) -> Result<Response<GetOfficialResponse>, Status> {
        Ok(Response::new(read::get_official(&self.db, request).await?))
    }

    async fn list_officials(
        &self,
        request: Request<ListOfficialsRequest>,
    ) -> Result<Response<ListOfficialsResponse>, Status> {
        Ok(Response::new(read::list_officials(&self.db, request).await?))
    }
}
