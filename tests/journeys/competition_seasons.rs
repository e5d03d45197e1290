//! An administrator plans a season and opens and closes its phases.

use platform::tenancy::Grant;
use platform::transport::Connection;
use proto::common::v1::Role;
use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::competition::v1::{
    ClosePhaseRequest, CreateSeasonRequest, GetSeasonRequest, ListSeasonsRequest, PhaseKind, PhaseList,
    PhaseState, Season, SeasonChanged, UpdateSeasonRequest,
};
use tonic::{Code, Request};

use super::season::{Campaign, SEASON, open_request, phase, prepare, season};
use crate::support::refusal::{fields, reason};
use crate::support::world::{World, journeys};

journeys!(
    seasons_are_created_changed_and_listed_the_latest_first,
    phases_open_in_order_close_and_open_again_with_a_reason,
    a_season_belongs_to_its_federation_and_to_its_administrator,
    the_same_call_twice_has_one_effect,
);

type Client = SeasonServiceClient<Connection>;

async fn get(client: &mut Client) -> Season {
    let answer = client.get_season(GetSeasonRequest { code: SEASON.to_owned() }).await.expect("answered");
    answer.into_inner().season.expect("a season")
}

fn close_request(phase: &str) -> ClosePhaseRequest {
    ClosePhaseRequest { season: SEASON.to_owned(), phase: phase.to_owned() }
}

async fn seasons_are_created_changed_and_listed_the_latest_first(world: &World) {
    let federation = Campaign::of(world, "vinh-long").await;
    let mut client = Client::new(federation.competition(&federation.admin));
    for code in ["2022", "2023", "2021"] {
        let (starts_on, ends_on) = (format!("{code}-01-01"), format!("{code}-12-31"));
        let season = Season { code: code.to_owned(), starts_on, ends_on, ..season() };
        client.create_season(CreateSeasonRequest { season: Some(season) }).await.expect("a season");
    }
    let again =
        client.create_season(CreateSeasonRequest { season: Some(season()) }).await.expect_err("refused");
    assert_eq!((again.code(), reason(&again).as_str()), (Code::AlreadyExists, "SEASON_EXISTS"));

    let mut token = String::new();
    let mut codes = Vec::new();
    loop {
        let request = ListSeasonsRequest { page_size: 2, page_token: token };
        let page = client.list_seasons(request).await.expect("a page").into_inner();
        codes.extend(page.seasons.into_iter().map(|season| season.code));
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(codes, ["2023", "2022", "2021"]);

    let before = get(&mut client).await.revision;
    let phases = vec![phase("pact", PhaseKind::Pact, &[]), phase("vote", PhaseKind::Vote, &[])];
    let change = UpdateSeasonRequest {
        code: SEASON.to_owned(),
        name: Some("Năm 2023".to_owned()),
        phases: Some(PhaseList { phases }),
        ..UpdateSeasonRequest::default()
    };
    let changed = client.update_season(change).await.expect("changed").into_inner().season.expect("a season");
    assert_eq!(changed.phases.iter().map(|phase| phase.code.as_str()).collect::<Vec<_>>(), ["pact", "vote"]);
    assert!(changed.revision > before);
    assert_eq!(get(&mut client).await, changed);

    let wrong = UpdateSeasonRequest {
        code: SEASON.to_owned(),
        name: Some(String::new()),
        ends_on: Some("2022-12-31".to_owned()),
        ..UpdateSeasonRequest::default()
    };
    let refused = client.update_season(wrong).await.expect_err("refused");
    assert_eq!(fields(&refused), [("name".to_owned(), "FIELD_REQUIRED".to_owned())]);
    assert_eq!(get(&mut client).await, changed, "nothing is half written");
}

async fn phases_open_in_order_close_and_open_again_with_a_reason(world: &World) {
    let federation = Campaign::of(world, "vinh-long").await;
    let mut client = Client::new(federation.competition(&federation.admin));
    client.create_season(CreateSeasonRequest { season: Some(season()) }).await.expect("a season");

    let refused = client.open_phase(open_request("progress", "")).await.expect_err("refused");
    assert_eq!(reason(&refused), "PHASE_OUT_OF_ORDER");
    let refused = client.close_phase(close_request("pact")).await.expect_err("refused");
    assert_eq!(reason(&refused), "PHASE_STATE");
    client.open_phase(open_request("pact", "")).await.expect("opened");
    client.open_phase(open_request("progress", "")).await.expect("opened beside the other");
    let refused = client.open_phase(open_request("self-score", "")).await.expect_err("refused");
    assert_eq!(reason(&refused), "POLICY_UNKNOWN");

    client.close_phase(close_request("pact")).await.expect("closed");
    let refused = client.open_phase(open_request("pact", "")).await.expect_err("refused");
    assert_eq!(fields(&refused), [("reason".to_owned(), "FIELD_REQUIRED".to_owned())]);
    let again = client.open_phase(open_request("pact", "Thiếu chữ ký của một đơn vị")).await.expect("opened");
    let season = again.into_inner().season.expect("a season");
    let acts = &season.phases[0].acts;
    let states = [PhaseState::Open, PhaseState::Closed, PhaseState::Open];
    assert_eq!(acts.iter().map(|act| act.state()).collect::<Vec<_>>(), states);
    assert_eq!(acts[2].reason, "Thiếu chữ ký của một đơn vị");
    let act = acts[2].act.clone().expect("who did it");
    assert_eq!((act.name.as_str(), act.title.as_str()), ("Trần Văn Bình", "Chánh Văn phòng"));
    assert_eq!(act.account_id, federation.admin.account.to_string());
    assert_eq!(season.phases[0].state(), PhaseState::Open);
}

async fn a_season_belongs_to_its_federation_and_to_its_administrator(world: &World) {
    let (one, other) = (Campaign::of(world, "vinh-long").await, Campaign::of(world, "cao-bang").await);
    prepare(&one).await;
    let mut stranger = Client::new(other.competition(&other.admin));
    let unknown =
        stranger.get_season(GetSeasonRequest { code: SEASON.to_owned() }).await.expect_err("refused");
    assert_eq!((unknown.code(), reason(&unknown).as_str()), (Code::NotFound, "SEASON_UNKNOWN"));
    let unknown = stranger.open_phase(open_request("pact", "")).await.expect_err("refused");
    assert_eq!(reason(&unknown), "SEASON_UNKNOWN");

    let officer = one.person("officer.vl-01", vec![Grant::of_unit(Role::UnitOfficer, "vl-01")]).await;
    let mut officer = Client::new(one.competition(&officer));
    let denied = officer.open_phase(open_request("pact", "")).await.expect_err("refused");
    assert_eq!(denied.code(), Code::PermissionDenied);
    assert!(officer.get_season(GetSeasonRequest { code: SEASON.to_owned() }).await.is_ok());
}

async fn the_same_call_twice_has_one_effect(world: &World) {
    let federation = Campaign::of(world, "vinh-long").await;
    let mut client = Client::new(federation.competition(&federation.admin));
    client.create_season(CreateSeasonRequest { season: Some(season()) }).await.expect("a season");
    let keyed = |phase: &str| {
        let mut request = Request::new(open_request(phase, ""));
        let key = "open-1".parse().expect("ascii");
        request.metadata_mut().insert(platform::idempotency::METADATA, key);
        request
    };
    let first = client.open_phase(keyed("pact")).await.expect("opened").into_inner();
    let second = client.open_phase(keyed("pact")).await.expect("the same answer").into_inner();
    assert_eq!(first, second);
    let reused = client.open_phase(keyed("progress")).await.expect_err("refused");
    assert_eq!(reason(&reused), "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(get(&mut client).await.phases[0].acts.len(), 1);
    let told: Vec<SeasonChanged> = federation.heard(2).await;
    assert_eq!(told.len(), 2, "of the creation and of one opening");
    assert_eq!(told.last().and_then(|event| event.season.clone()), Some(get(&mut client).await));
}
