//! A season in whose open phase commendations are proposed, approved and awarded, as journeys about them begin.

use platform::tenancy::Grant;
use platform::transport::Connection;
use proto::common::v1::Role;
use proto::competition::v1::commendation::Recipient;
use proto::competition::v1::commendation_service_client::CommendationServiceClient;
use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::competition::v1::{
    ApproveCommendationsRequest, AwardCommendationsRequest, Collective, Commendation, CommendationKind,
    CommendationLevel, CommendationScope, Individual, PhaseKind, PhaseList, ProposeCommendationsRequest,
    UpdateSeasonRequest,
};
use tonic::Status;

use super::season::{Campaign, SEASON, open, phase, prepare_bloc};
use crate::support::world::World;

pub(super) type Client = CommendationServiceClient<Connection>;

/// Who deals with commendations in a federation.
pub(super) struct Honours<'w> {
    pub(super) federation: Campaign<'w>,
    /// As the administrator.
    pub(super) admin: Client,
    /// As a member of the standing committee.
    pub(super) committee: Client,
    /// As an ordinary member.
    pub(super) member: Client,
}

impl<'w> Honours<'w> {
    /// A federation of which these units are a bloc, with the phases of votes and of
    /// commendations open.
    pub(super) async fn of(world: &'w World, code: &str, units: &[&str]) -> Self {
        let federation = Campaign::of(world, code).await;
        prepare_bloc(&federation, units).await;
        let votes = phase("suy-ton", PhaseKind::Vote, &[]);
        let phases = vec![votes, phase("khen-thuong", PhaseKind::Commendation, &[])];
        let request = UpdateSeasonRequest {
            code: SEASON.to_owned(),
            phases: Some(PhaseList { phases }),
            ..UpdateSeasonRequest::default()
        };
        let mut seasons = SeasonServiceClient::new(federation.competition(&federation.admin));
        seasons.update_season(request).await.expect("changed");
        open(&federation, "suy-ton").await;
        open(&federation, "khen-thuong").await;
        let admin = Client::new(federation.competition(&federation.admin));
        let committee = Grant::of_federation(Role::StandingCommittee);
        let committee = as_role(&federation, "ban-thuong-vu", committee).await;
        let member = as_role(&federation, "doan-vien", Grant::of_unit(Role::Member, "a")).await;
        Self { federation, admin, committee, member }
    }

    /// The ids of new proposals.
    pub(super) async fn propose(&mut self, all: Vec<Commendation>) -> Vec<String> {
        let proposed = propose(&mut self.admin, all).await.expect("proposed");
        proposed.into_iter().map(|one| one.id).collect()
    }

    pub(super) async fn approve(&mut self, ids: &[String]) -> Result<Vec<Commendation>, Status> {
        let request = ApproveCommendationsRequest { commendation_ids: ids.to_vec(), reason: String::new() };
        Ok(self.committee.approve_commendations(request).await?.into_inner().commendations)
    }

    pub(super) async fn award(&mut self, ids: &[String]) -> Result<Vec<Commendation>, Status> {
        let request = AwardCommendationsRequest {
            commendation_ids: ids.to_vec(),
            decision_number: "12/QĐ-LĐLĐ".to_owned(),
            decided_on: "2024-01-05".to_owned(),
        };
        Ok(self.admin.award_commendations(request).await?.into_inner().commendations)
    }
}

pub(super) async fn as_role(federation: &Campaign<'_>, name: &str, grant: Grant) -> Client {
    let person = federation.person(name, vec![grant]).await;
    Client::new(federation.competition(&person))
}

pub(super) async fn propose(
    client: &mut Client,
    commendations: Vec<Commendation>,
) -> Result<Vec<Commendation>, Status> {
    let request = ProposeCommendationsRequest { season: SEASON.to_owned(), commendations };
    Ok(client.propose_commendations(request).await?.into_inner().commendations)
}

/// A general certificate of the federation for a unit.
pub(super) fn for_unit(unit: &str) -> Commendation {
    let collective = Collective { unit: unit.to_owned(), part: String::new() };
    Commendation {
        recipient: Some(Recipient::Collective(collective)),
        kind: CommendationKind::Certificate.into(),
        level: CommendationLevel::Federation.into(),
        scope: CommendationScope::General.into(),
        citation: "Có thành tích xuất sắc trong hoạt động công đoàn".to_owned(),
        ..Commendation::default()
    }
}

/// A general certificate of the federation for a person.
pub(super) fn for_person(unit: &str, name: &str) -> Commendation {
    let individual =
        Individual { unit: unit.to_owned(), name: name.to_owned(), title: "Ủy viên".to_owned() };
    Commendation { recipient: Some(Recipient::Individual(individual)), ..for_unit(unit) }
}

pub(super) fn topical(one: Commendation) -> Commendation {
    Commendation {
        scope: CommendationScope::Topical.into(),
        topic: "Lao động giỏi, lao động sáng tạo".to_owned(),
        ..one
    }
}
