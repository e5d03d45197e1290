//! The RPCs, by gRPC service: request → domain input → use case → response.

mod ballots;
mod blocs;
mod change;
mod commendations;
mod conferences;
mod criteria;
mod decisions;
mod gather;
mod pacts;
mod policies;
mod scope;
mod seasons;
mod targets;

use platform::db::Database;
use platform::tenants::Tenants;
use proto::competition::v1::ballot_service_server::BallotServiceServer;
use proto::competition::v1::bloc_service_server::BlocServiceServer;
use proto::competition::v1::commendation_service_server::CommendationServiceServer;
use proto::competition::v1::conference_service_server::ConferenceServiceServer;
use proto::competition::v1::criteria_service_server::CriteriaServiceServer;
use proto::competition::v1::decision_service_server::DecisionServiceServer;
use proto::competition::v1::gather_service_server::GatherServiceServer;
use proto::competition::v1::pact_service_server::PactServiceServer;
use proto::competition::v1::policy_service_server::PolicyServiceServer;
use proto::competition::v1::season_service_server::SeasonServiceServer;
use proto::competition::v1::target_service_server::TargetServiceServer;
use tonic::service::Routes;

use crate::peers::{Organizations, Scoring};

/// What the handlers stand on.
#[derive(Clone)]
pub(crate) struct Ground {
    pub(crate) db: Database,
    pub(crate) organizations: Organizations,
    pub(crate) scoring: Scoring,
    pub(crate) tenants: Tenants,
}

/// The routes of all gRPC services of competition.
pub(crate) fn routes(ground: Ground) -> Routes {
    Routes::new(SeasonServiceServer::new(seasons::Seasons(ground.clone())))
        .add_service(CriteriaServiceServer::new(criteria::Criteria(ground.clone())))
        .add_service(PolicyServiceServer::new(policies::Policies(ground.clone())))
        .add_service(BlocServiceServer::new(blocs::Blocs(ground.clone())))
        .add_service(PactServiceServer::new(pacts::Pacts(ground.clone())))
        .add_service(TargetServiceServer::new(targets::Targets(ground.clone())))
        .add_service(ConferenceServiceServer::new(conferences::Conferences(ground.clone())))
        .add_service(CommendationServiceServer::new(commendations::Commendations(ground.clone())))
        .add_service(BallotServiceServer::new(ballots::Ballots(ground.clone())))
        .add_service(DecisionServiceServer::new(decisions::Decisions(ground.clone())))
        .add_service(GatherServiceServer::new(gather::Gather(ground)))
}
