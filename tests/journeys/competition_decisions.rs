//! The standing committee decides on the classes of single units.

use platform::tenancy::Grant;
use platform::transport::Connection;
use proto::common::v1::Role;
use proto::competition::v1::decision_service_client::DecisionServiceClient;
use proto::competition::v1::gather_season_response::Part;
use proto::competition::v1::gather_service_client::GatherServiceClient;
use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::competition::v1::*;
use tonic::Code;

use super::season::{BLOC, Campaign, SEASON, open, phase, prepare_bloc};
use crate::support::refusal::{refusal, violations};
use crate::support::world::{World, journeys};

journeys!(
    a_decision_holds_until_it_is_replaced_or_withdrawn,
    decisions_are_the_committees_and_have_their_phase
);

type Client = DecisionServiceClient<Connection>;

/// A federation with two units in a bloc and one in none, whose phase of deciding is the next.
async fn prepare<'w>(world: &'w World) -> (Campaign<'w>, Client) {
    let campaign = Campaign::of(world, "vinh-long").await;
    prepare_bloc(&campaign, &["vl-01", "vl-02"]).await;
    campaign.units(&["vl-09"]).await;
    let phases = PhaseList { phases: vec![phase("decide", PhaseKind::Decision, &[])] };
    let code = SEASON.to_owned();
    let request = UpdateSeasonRequest { code, phases: Some(phases), ..UpdateSeasonRequest::default() };
    let mut seasons = SeasonServiceClient::new(campaign.competition(&campaign.admin));
    seasons.update_season(request).await.expect("a season with decisions");
    let chair = campaign.person("chu-tich", vec![Grant::of_federation(Role::StandingCommittee)]).await;
    let chair = Client::new(campaign.competition(&chair));
    (campaign, chair)
}

fn decision(unit: &str, class: &str) -> DecideClassRequest {
    let decision = Decision {
        season: SEASON.to_owned(),
        unit: unit.to_owned(),
        class: class.to_owned(),
        reason: "Có đơn thư chưa giải quyết".to_owned(),
        number: "12/QĐ-LĐLĐ".to_owned(),
        ..Decision::default()
    };
    DecideClassRequest { decision: Some(decision) }
}

fn withdrawal(unit: &str, reason: &str) -> WithdrawDecisionRequest {
    let (season, unit) = (SEASON.to_owned(), unit.to_owned());
    WithdrawDecisionRequest { season, unit, reason: reason.to_owned() }
}

/// The season's revision with the decisions of it, or of one bloc: unit and class.
async fn gathered(campaign: &Campaign<'_>, bloc: &str) -> (u64, Vec<String>) {
    let mut client = GatherServiceClient::new(campaign.competition_as_scoring());
    let request =
        GatherSeasonRequest { season: SEASON.to_owned(), known_revision: None, bloc: bloc.to_owned() };
    let mut stream = client.gather_season(request).await.expect("a stream").into_inner();
    let (mut revision, mut found) = (0, Vec::new());
    while let Some(answer) = stream.message().await.expect("a part") {
        match answer.part {
            Some(Part::Head(head)) => revision = head.season.expect("a season").revision,
            Some(Part::Decision(decision)) => found.push(format!("{} {}", decision.unit, decision.class)),
            _ => {}
        }
    }
    (revision, found)
}

async fn listed(client: &mut Client, unit: &str, include_ended: bool) -> Vec<Decision> {
    let (season, unit) = (SEASON.to_owned(), unit.to_owned());
    let request = ListDecisionsRequest { season, unit, include_ended, ..ListDecisionsRequest::default() };
    client.list_decisions(request).await.expect("a list").into_inner().decisions
}

async fn a_decision_holds_until_it_is_replaced_or_withdrawn(world: &World) {
    let (campaign, mut chair) = prepare(world).await;
    open(&campaign, "decide").await;
    let before = gathered(&campaign, "").await.0;
    for (unit, class) in [("vl-09", "good"), ("vl-02", "good"), ("vl-01", "good"), ("vl-02", "not_completed")]
    {
        let decided = chair.decide_class(decision(unit, class)).await.expect("decided").into_inner();
        let decided = decided.decision.expect("a decision");
        assert_eq!(
            (decided.class.as_str(), decided.decided.expect("who").name),
            (class, "chu-tich".to_owned())
        );
        assert_eq!(decided.ended, None);
    }
    let all = gathered(&campaign, "").await;
    let expected = ["vl-01 good", "vl-02 not_completed", "vl-09 good"].map(str::to_owned).to_vec();
    assert_eq!(all, (before + 4, expected));
    assert_eq!(gathered(&campaign, BLOC).await.1, ["vl-01 good", "vl-02 not_completed"]);
    let stale: Vec<CampaignChanged> = campaign.heard(4).await;
    assert_eq!(stale.last().map(|changed| changed.blocs.clone()), Some(vec![BLOC.to_owned()]));

    let withdrawn = chair.withdraw_decision(withdrawal("vl-02", "Đã giải quyết")).await.expect("withdrawn");
    let withdrawn = withdrawn.into_inner().decision.expect("a decision");
    assert_eq!(
        (withdrawn.class.as_str(), withdrawn.ended_reason.as_str()),
        ("not_completed", "Đã giải quyết")
    );
    let again = chair.withdraw_decision(withdrawal("vl-02", "Đã giải quyết")).await;
    assert_eq!(refusal(again), (Code::NotFound, "DECISION_UNKNOWN".to_owned()));
    let all = gathered(&campaign, "").await;
    assert_eq!(all, (before + 5, vec!["vl-01 good".to_owned(), "vl-09 good".to_owned()]));
    assert_eq!(listed(&mut chair, "vl-02", false).await, []);
    let history = listed(&mut chair, "vl-02", true).await;
    let classes: Vec<_> = history.iter().map(|old| (old.class.as_str(), old.ended.is_some())).collect();
    assert_eq!(classes, [("good", true), ("not_completed", true)]);
    assert_eq!(history.last(), Some(&withdrawn));
    let units: Vec<_> =
        listed(&mut chair, "", true).await.into_iter().map(|decision| decision.unit).collect();
    assert_eq!(units, ["vl-01", "vl-02", "vl-02", "vl-09"]);
}

async fn decisions_are_the_committees_and_have_their_phase(world: &World) {
    let (campaign, mut chair) = prepare(world).await;
    let early = chair.decide_class(decision("vl-01", "good")).await;
    assert_eq!(refusal(early), (Code::FailedPrecondition, "PHASE_CLOSED".to_owned()));
    open(&campaign, "decide").await;
    let mut admin = Client::new(campaign.competition(&campaign.admin));
    let denied = admin.decide_class(decision("vl-01", "good")).await.expect_err("refused");
    assert_eq!(denied.code(), Code::PermissionDenied);
    let stranger = chair.decide_class(decision("vl-77", "good")).await;
    assert_eq!(refusal(stranger), (Code::NotFound, "UNIT_UNKNOWN".to_owned()));
    let classless = chair.decide_class(decision("vl-01", "best")).await;
    assert_eq!(violations(classless), ["decision.class CLASS_UNKNOWN"]);
    let mut silent = decision("vl-01", "");
    silent.decision.as_mut().expect("a decision").reason.clear();
    let expected = ["decision.class FIELD_REQUIRED", "decision.reason FIELD_REQUIRED"];
    assert_eq!(violations(chair.decide_class(silent).await), expected);
    assert_eq!(violations(chair.withdraw_decision(withdrawal("vl-01", "")).await), ["reason FIELD_REQUIRED"]);
    assert_eq!(listed(&mut admin, "", true).await, []);
}
