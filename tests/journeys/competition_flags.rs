//! Emulation flags: for units of the best class in the published run.

use platform::tenancy::Grant;
use proto::common::v1::Role;
use proto::competition::v1::policy_service_client::PolicyServiceClient;
use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::competition::v1::{
    ApproveCommendationsRequest, Class, Commendation, CommendationKind, CommendationState, GetPolicyRequest,
    GetSeasonRequest, PhaseKind, PhaseList, PhaseState, PutPolicyRequest, UpdateSeasonRequest, class,
};
use proto::scoring::v1::RunState;
use tonic::{Code, Status};

use super::commendations::{Client, as_role, for_unit, propose};
use super::runs::scored;
use super::season::{Campaign, SEASON, open, phase};
use super::sheets::Scene;
use crate::support::refusal::reason;
use crate::support::world::{World, journeys};

journeys!(flags_are_for_the_best_class_of_the_published_run);

/// vl-01 has 10 points, vl-02 8, vl-03 6.
async fn flags_are_for_the_best_class_of_the_published_run(world: &World) {
    let scene = scored(world).await;
    let federation = &scene.federation;
    put_best_class(federation, "good", "9").await;
    open_commendations(federation).await;
    let mut admin = Client::new(federation.competition(&federation.admin));
    let committee = Grant::of_federation(Role::StandingCommittee);
    let mut committee = as_role(federation, "ban-thuong-vu", committee).await;
    let flag = |unit: &str| Commendation { kind: CommendationKind::Flag.into(), ..for_unit(unit) };
    let proposed = propose(&mut admin, vec![flag("vl-01"), flag("vl-02"), for_unit("vl-03")]).await;
    let ids: Vec<String> = proposed.expect("proposed").into_iter().map(|one| one.id).collect();

    let unpublished = approve(&mut committee, &ids).await.expect_err("refused");
    assert_eq!(unpublished.code(), Code::FailedPrecondition);
    assert_eq!(reason(&unpublished), "CLASS_REQUIRED");
    assert!(unpublished.message().contains("no run of season \"2023\" is published"), "{unpublished}");
    // Certificates rest on no class.
    approve(&mut committee, &ids[2..]).await.expect("approved");

    publish(&scene).await;
    let refused = approve(&mut committee, &ids[..2]).await.expect_err("refused");
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::FailedPrecondition, "CLASS_REQUIRED"));
    assert!(refused.message().contains("vl-02") && !refused.message().contains("vl-01"), "{refused}");
    let approved = approve(&mut committee, &ids[..1]).await.expect("approved");
    assert_eq!(approved[0].state(), CommendationState::Approved);

    // A best class that the published run does not know is the class of no unit.
    put_best_class(federation, "excellent", "9").await;
    let later = propose(&mut admin, vec![flag("vl-01")]).await.expect("proposed");
    let refused = approve(&mut committee, &[later[0].id.clone()]).await.expect_err("refused");
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::FailedPrecondition, "CLASS_REQUIRED"));
    assert!(refused.message().contains("\"excellent\""), "{refused}");
}

async fn approve(client: &mut Client, ids: &[String]) -> Result<Vec<Commendation>, Status> {
    let request = ApproveCommendationsRequest { commendation_ids: ids.to_vec(), reason: String::new() };
    Ok(client.approve_commendations(request).await?.into_inner().commendations)
}

/// From so many points on.
async fn put_best_class(federation: &Campaign<'_>, code: &str, points: &str) {
    let mut policies = PolicyServiceClient::new(federation.competition(&federation.admin));
    let get = GetPolicyRequest { season: SEASON.to_owned() };
    let mut policy = policies.get_policy(get).await.expect("read").into_inner().policy.expect("a policy");
    policy.classes[0] = Class {
        code: code.to_owned(),
        name: code.to_owned(),
        entry: Some(class::Entry::MinPoints(points.to_owned())),
        requires: None,
    };
    let put = PutPolicyRequest { season: SEASON.to_owned(), policy: Some(policy) };
    policies.put_policy(put).await.expect("put");
}

/// In place of the phases that have not been opened.
async fn open_commendations(federation: &Campaign<'_>) {
    let mut seasons = SeasonServiceClient::new(federation.competition(&federation.admin));
    let get = GetSeasonRequest { code: SEASON.to_owned() };
    let season = seasons.get_season(get).await.expect("read").into_inner().season.expect("a season");
    let mut phases = season.phases;
    phases.retain(|phase| phase.state() != PhaseState::Planned);
    phases.push(phase("khen-thuong", PhaseKind::Commendation, &[]));
    let change = UpdateSeasonRequest {
        code: SEASON.to_owned(),
        phases: Some(PhaseList { phases }),
        ..UpdateSeasonRequest::default()
    };
    seasons.update_season(change).await.expect("changed");
    open(federation, "khen-thuong").await;
}

async fn publish(scene: &Scene<'_>) {
    let run = scene.classified().await;
    for login in ["uy-vien-1", "uy-vien-2"] {
        let person = scene.committee(login).await;
        scene.approve(&person, &run).await.expect("approved");
    }
    assert_eq!(scene.run(&run.id).await.state(), RunState::Published);
}
