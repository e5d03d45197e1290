//! PolicyService: how a season turns points into classes.

mod get;
mod put;

use proto::competition::v1::policy_service_server::PolicyService;
use proto::competition::v1::*;
use tonic::{Request, Response, Status};

use super::Ground;

pub(crate) struct Policies(pub(crate) Ground);

#[tonic::async_trait]
impl PolicyService for Policies {
    async fn put_policy(
        &self,
        request: Request<PutPolicyRequest>,
    ) -> Result<Response<PutPolicyResponse>, Status> {
        Ok(Response::new(put::put_policy(&self.0, request).await?))
    }

    async fn get_policy(
        &self,
        request: Request<GetPolicyRequest>,
    ) -> Result<Response<GetPolicyResponse>, Status> {
        Ok(Response::new(get::get_policy(&self.0, request).await?))
    }
}
