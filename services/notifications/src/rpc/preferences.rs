//! PreferenceService: how the caller wants to be told.

mod get;
mod put;

use platform::Result;
use platform::db::Database;
use proto::notifications::v1::preference_service_server::PreferenceService;
use proto::notifications::v1::*;
use tonic::{Request, Response, Status};

pub(crate) struct Preferences {
    pub(crate) db: Database,
}

#[tonic::async_trait]
impl PreferenceService for Preferences {
    async fn get_preferences(
        &self,
        request: Request<GetPreferencesRequest>,
    ) -> Result<Response<GetPreferencesResponse>, Status> {
        Ok(Response::new(get::get_preferences(&self.db, request).await?))
    }

    async fn put_preferences(
        &self,
        request: Request<PutPreferencesRequest>,
    ) -> Result<Response<PutPreferencesResponse>, Status> {
        Ok(Response::new(put::put_preferences(&self.db, request).await?))
    }
}
