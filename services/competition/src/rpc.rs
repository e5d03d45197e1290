//! The RPCs, by gRPC service: request → domain input → use case → response.

mod blocs;
mod change;
mod criteria;
mod policies;
mod scope;
mod seasons;

use platform::db::Database;
use platform::idempotency::Key;
use platform::tenancy::Principal;
use platform::{Result, auth};
use proto::competition::v1::bloc_service_server::BlocServiceServer;
use proto::competition::v1::criteria_service_server::CriteriaServiceServer;
use proto::competition::v1::policy_service_server::PolicyServiceServer;
use proto::competition::v1::season_service_server::SeasonServiceServer;
use tonic::Request;
use tonic::service::Routes;

use crate::peers::Organizations;

/// What the handlers stand on.
#[derive(Clone)]
pub(crate) struct Ground {
    pub(crate) db: Database,
    pub(crate) organizations: Organizations,
}

/// The routes of all gRPC services of competition.
pub(crate) fn routes(db: &Database, organizations: &Organizations) -> Routes {
    let ground = Ground { db: db.clone(), organizations: organizations.clone() };
    Routes::new(SeasonServiceServer::new(seasons::Seasons(ground.clone())))
        .add_service(CriteriaServiceServer::new(criteria::Criteria(ground.clone())))
        .add_service(PolicyServiceServer::new(policies::Policies(ground.clone())))
        .add_service(BlocServiceServer::new(blocs::Blocs(ground)))
}

/// A mutating request with its caller and its idempotency key.
fn received<Q>(request: Request<Q>) -> Result<(Principal, Option<Key>, Q)> {
    let caller = auth::principal(&request)?.clone();
    let key = Key::of(request.metadata())?;
    Ok((caller, key, request.into_inner()))
}
