//! BallotService: the honour votes of blocs.

mod cast;
mod close;
mod list;
mod open;
mod paper_vote;
mod roll;

use proto::competition::v1::ballot_service_server::BallotService;
use proto::competition::v1::*;
use tonic::{Request, Response, Status};

use super::Ground;

pub(crate) struct Ballots(pub(crate) Ground);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl BallotService for Ballots {
    async fn open_vote(&self, request: Request<OpenVoteRequest>) -> Answer<OpenVoteResponse> {
        Ok(Response::new(open::open_vote(&self.0, request).await?))
    }

    async fn cast_ballot(&self, request: Request<CastBallotRequest>) -> Answer<CastBallotResponse> {
        Ok(Response::new(cast::cast_ballot(&self.0, request).await?))
    }

    async fn get_vote(&self, request: Request<GetVoteRequest>) -> Answer<GetVoteResponse> {
        Ok(Response::new(list::get_vote(&self.0, request).await?))
    }

    async fn list_votes(&self, request: Request<ListVotesRequest>) -> Answer<ListVotesResponse> {
        Ok(Response::new(list::list_votes(&self.0, request).await?))
    }

    async fn get_roll(&self, request: Request<GetRollRequest>) -> Answer<GetRollResponse> {
        Ok(Response::new(roll::get_roll(&self.0, request).await?))
    }

    async fn close_vote(&self, request: Request<CloseVoteRequest>) -> Answer<CloseVoteResponse> {
        Ok(Response::new(close::close_vote(&self.0, request).await?))
    }

    async fn open_next_round(&self, request: Request<OpenNextRoundRequest>) -> Answer<OpenNextRoundResponse> {
        Ok(Response::new(open::open_next_round(&self.0, request).await?))
    }

    async fn enter_paper_vote(
        &self,
        request: Request<EnterPaperVoteRequest>,
    ) -> Answer<EnterPaperVoteResponse> {
        Ok(Response::new(paper_vote::enter_paper_vote(&self.0, request).await?))
    }
}
