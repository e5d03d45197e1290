//! CommendationService: commendations, from the proposal to the award, and back.

mod approve;
mod award;
mod count;
mod decline;
mod flags;
mod list;
mod propose;
mod revoke;

use std::collections::BTreeSet;

use platform::Result;
use platform::auth::role_name;
use platform::db::TenantTx;
use platform::input::Faults;
use platform::tenancy::Principal;
use proto::common::v1::{Reason, Role};
use proto::competition::v1::commendation_service_server::CommendationService;
use proto::competition::v1::*;
use tonic::{Request, Response, Status};

use super::Ground;
use crate::domain::commendations::{self as domain, CommendationId, MOST};
use crate::store::commendations;

pub(crate) struct Commendations(pub(crate) Ground);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl CommendationService for Commendations {
    async fn propose_commendations(
        &self,
        request: Request<ProposeCommendationsRequest>,
    ) -> Answer<ProposeCommendationsResponse> {
        Ok(Response::new(propose::propose_commendations(&self.0, request).await?))
    }

    async fn approve_commendations(
        &self,
        request: Request<ApproveCommendationsRequest>,
    ) -> Answer<ApproveCommendationsResponse> {
        Ok(Response::new(approve::approve_commendations(&self.0, request).await?))
    }

    async fn decline_commendations(
        &self,
        request: Request<DeclineCommendationsRequest>,
    ) -> Answer<DeclineCommendationsResponse> {
        Ok(Response::new(decline::decline_commendations(&self.0, request).await?))
    }

    async fn award_commendations(
        &self,
        request: Request<AwardCommendationsRequest>,
    ) -> Answer<AwardCommendationsResponse> {
        Ok(Response::new(award::award_commendations(&self.0, request).await?))
    }

    async fn revoke_commendation(
        &self,
        request: Request<RevokeCommendationRequest>,
    ) -> Answer<RevokeCommendationResponse> {
        Ok(Response::new(revoke::revoke_commendation(&self.0, request).await?))
    }

    async fn get_commendation(
        &self,
        request: Request<GetCommendationRequest>,
    ) -> Answer<GetCommendationResponse> {
        Ok(Response::new(list::get_commendation(&self.0, request).await?))
    }

    async fn list_commendations(
        &self,
        request: Request<ListCommendationsRequest>,
    ) -> Answer<ListCommendationsResponse> {
        Ok(Response::new(list::list_commendations(&self.0, request).await?))
    }

    async fn count_commendations(
        &self,
        request: Request<CountCommendationsRequest>,
    ) -> Answer<CountCommendationsResponse> {
        Ok(Response::new(count::count_commendations(&self.0, request).await?))
    }
}

/// The ids of a request, each once.
fn parse_ids(ids: &[String], faults: &mut Faults) -> Option<Vec<CommendationId>> {
    if ids.is_empty() {
        return faults.refuse("commendation_ids", Reason::FieldRequired, "at least one id is required");
    }
    let read =
        faults.each("commendation_ids", MOST, ids, |at, id, faults| faults.id::<CommendationId>(at, id))?;
    let mut once = BTreeSet::new();
    for (place, id) in read.iter().enumerate() {
        if !once.insert(id) {
            let sentence = format!("{id} stands there twice");
            faults.add(format!("commendation_ids[{place}]"), Reason::InvalidArgument, sentence);
        }
    }
    Some(read)
}

/// The season that the commendations with these ids are of. It never changes, so that it may be read before it is held.
async fn season_of(tx: &TenantTx, ids: &[CommendationId]) -> Result<String> {
    let all = commendations::get(tx, ids).await?;
    let season = all.first().map(|one| one.season.clone()).unwrap_or_default();
    let mut faults = Faults::new();
    for (place, other) in all.iter().enumerate().filter(|(_, one)| one.season != season) {
        let sentence = format!("it is of season {:?}, and the first one of {season:?}", other.season);
        faults.add(format!("commendation_ids[{place}]"), Reason::InvalidArgument, sentence);
    }
    faults.none()?;
    Ok(season)
}

/// Whether the caller has any other role than that of a member, and so sees what is not awarded.
fn sees_all(caller: &Principal) -> bool {
    let plain = role_name(Role::Member);
    match caller {
        Principal::Member(member) => member.grants().iter().any(|grant| grant.role != plain),
        Principal::Operator(_) | Principal::Service(_) => false,
    }
}

fn to_proto(all: &[domain::Commendation]) -> Vec<Commendation> {
    all.iter().map(domain::Commendation::to_proto).collect()
}

fn texts(all: &[domain::Commendation]) -> Vec<String> {
    all.iter().map(|one| one.id.to_string()).collect()
}
