//! DecisionService: the standing committee on the classes of single units.

mod decide;
mod list;
mod withdraw;

use proto::competition::v1::decision_service_server::DecisionService;
use proto::competition::v1::*;
use tonic::{Request, Response, Status};

use super::Ground;

pub(crate) struct Decisions(pub(crate) Ground);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl DecisionService for Decisions {
    async fn decide_class(&self, request: Request<DecideClassRequest>) -> Answer<DecideClassResponse> {
        Ok(Response::new(decide::decide_class(&self.0, request).await?))
    }

    async fn withdraw_decision(
        &self,
        request: Request<WithdrawDecisionRequest>,
    ) -> Answer<WithdrawDecisionResponse> {
        Ok(Response::new(withdraw::withdraw_decision(&self.0, request).await?))
    }

    async fn list_decisions(&self, request: Request<ListDecisionsRequest>) -> Answer<ListDecisionsResponse> {
        Ok(Response::new(list::list_decisions(&self.0, request).await?))
    }
}
