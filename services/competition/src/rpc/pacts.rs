//! PactService: the pact of a bloc, from its draft to the last signature.

mod list;
mod offer;
mod put;
mod sign;
mod withdraw;

use proto::competition::v1::pact_service_server::PactService;
use proto::competition::v1::*;
use tonic::{Request, Response, Status};

use super::Ground;

pub(crate) struct Pacts(pub(crate) Ground);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl PactService for Pacts {
    async fn put_pact(&self, request: Request<PutPactRequest>) -> Answer<PutPactResponse> {
        Ok(Response::new(put::put_pact(&self.0, request).await?))
    }

    async fn offer_pact(&self, request: Request<OfferPactRequest>) -> Answer<OfferPactResponse> {
        Ok(Response::new(offer::offer_pact(&self.0, request).await?))
    }

    async fn sign_pact(&self, request: Request<SignPactRequest>) -> Answer<SignPactResponse> {
        Ok(Response::new(sign::sign_pact(&self.0, request).await?))
    }

    async fn withdraw_pact(&self, request: Request<WithdrawPactRequest>) -> Answer<WithdrawPactResponse> {
        Ok(Response::new(withdraw::withdraw_pact(&self.0, request).await?))
    }

    async fn get_pact(&self, request: Request<GetPactRequest>) -> Answer<GetPactResponse> {
        Ok(Response::new(list::get_pact(&self.0, request).await?))
    }

    async fn list_pacts(&self, request: Request<ListPactsRequest>) -> Answer<ListPactsResponse> {
        Ok(Response::new(list::list_pacts(&self.0, request).await?))
    }
}
