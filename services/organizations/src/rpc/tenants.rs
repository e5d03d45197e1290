//! TenantService: the federations that the platform serves.

mod change;
mod create;
mod read;

use platform::Result;
use platform::db::Database;
use proto::organizations::v1::tenant_service_server::TenantService;
use proto::organizations::v1::*;
use tonic::{Request, Response, Status};

use crate::rpc::Answers;

pub(crate) struct Tenants {
    pub(crate) db: Database,
}

#[tonic::async_trait]
impl TenantService for Tenants {
    async fn create_tenant(
        &self,
        request: Request<CreateTenantRequest>,
    ) -> Result<Response<CreateTenantResponse>, Status> {
        Ok(Response::new(create::create_tenant(&self.db, request).await?))
    }

    async fn get_tenant(
        &self,
        request: Request<GetTenantRequest>,
    ) -> Result<Response<GetTenantResponse>, Status> {
        Ok(Response::new(read::get_tenant(&self.db, request).await?))
    }

    async fn list_tenants(
        &self,
        request: Request<ListTenantsRequest>,
    ) -> Result<Response<ListTenantsResponse>, Status> {
        Ok(Response::new(read::list_tenants(&self.db, request).await?))
    }

    async fn update_tenant(
        &self,
        request: Request<UpdateTenantRequest>,
    ) -> Result<Response<UpdateTenantResponse>, Status> {
        Ok(Response::new(change::update_tenant(&self.db, request).await?))
    }

    async fn suspend_tenant(
        &self,
        request: Request<SuspendTenantRequest>,
    ) -> Result<Response<SuspendTenantResponse>, Status> {
        Ok(Response::new(change::suspend_tenant(&self.db, request).await?))
    }

    async fn resume_tenant(
        &self,
        request: Request<ResumeTenantRequest>,
    ) -> Result<Response<ResumeTenantResponse>, Status> {
        Ok(Response::new(change::resume_tenant(&self.db, request).await?))
    }

    async fn get_own_tenant(
        &self,
        request: Request<GetOwnTenantRequest>,
    ) -> Result<Response<GetOwnTenantResponse>, Status> {
        Ok(Response::new(read::get_own_tenant(&self.db, request).await?))
    }

    type StreamTenantsStream = Answers<StreamTenantsResponse>;

    async fn stream_tenants(
        &self,
        request: Request<StreamTenantsRequest>,
    ) -> Result<Response<Self::StreamTenantsStream>, Status> {
        Ok(Response::new(read::stream_tenants(&self.db, request).await?))
    }
}
