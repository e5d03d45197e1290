//! A federation that has one of each thing, for those who look whether its neighbour can see them.

use platform::auth::role_name;
use platform::ids::{AccountId, TenantId};
use platform::tenancy::Grant;
use platform::transport::Connection;
use proto::common::v1::Role;
use proto::competition::v1::ballot_service_client::BallotServiceClient;
use proto::competition::v1::bloc_service_client::BlocServiceClient;
use proto::competition::v1::commendation::Recipient;
use proto::competition::v1::commendation_service_client::CommendationServiceClient;
use proto::competition::v1::conference_service_client::ConferenceServiceClient;
use proto::competition::v1::criteria_service_client::CriteriaServiceClient;
use proto::competition::v1::pact_service_client::PactServiceClient;
use proto::competition::v1::policy_service_client::PolicyServiceClient;
use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::competition::v1::*;
use proto::notifications::v1::ListMessagesRequest;
use proto::notifications::v1::inbox_service_client::InboxServiceClient;
use proto::organizations::v1::GetAccountRequest;
use proto::organizations::v1::account_service_client::AccountServiceClient;
use proto::organizations::v1::get_account_request::Key;
use proto::platform::v1::schedule::Timing;
use proto::platform::v1::schedule_service_client::ScheduleServiceClient;
use proto::platform::v1::{PutScheduleRequest, Schedule};
use proto::scoring::v1::ApproveRunRequest;

use super::runs::scored;
use super::season::{BLOC, Campaign, SEASON, bloc, criteria, open, phase, policy, prepare_season, season};
use super::sheets::Scene;
use crate::support::wait::eventually;
use crate::support::world::World;

pub(crate) const SCHEDULE: &str = "year-end-2023";
/// A set and a season that the neighbour has not.
pub(crate) const OTHER_SET: &str = "state-unit";
pub(crate) const OTHER_SEASON: &str = "2022";

/// A federation, and by what its things are named.
pub(crate) struct Everything {
    pub(crate) tenant: TenantId,
    pub(crate) account: AccountId,
    pub(crate) unit: String,
    pub(crate) official: String,
    pub(crate) official_account: String,
    pub(crate) login: String,
    pub(crate) other_season: String,
    pub(crate) run: String,
    pub(crate) results_sha256: String,
    pub(crate) job: String,
    pub(crate) conference: String,
    pub(crate) vote: String,
    pub(crate) commendation: String,
    pub(crate) message: String,
}

/// The neighbour: its season has the same code, and it has neither units nor blocs.
pub(crate) async fn neighbour(world: &World, code: &str) -> (TenantId, AccountId) {
    let campaign = Campaign::of(world, code).await;
    let mut all_phases = season();
    let more = [("vote", PhaseKind::Vote), ("decision", PhaseKind::Decision)];
    let more = more.into_iter().chain([("commendation", PhaseKind::Commendation)]);
    all_phases.phases.extend(more.map(|(code, kind)| phase(code, kind, &[])));
    prepare_season(&campaign, all_phases).await;
    for phase in ["pact", "progress", "self-score", "vote", "decision", "commendation"] {
        open(&campaign, phase).await;
    }
    (campaign.tenant(), campaign.admin.account)
}

impl Everything {
    pub(crate) async fn of(world: &World) -> Self {
        let scene = scored(world).await;
        let (tenant, account) = (scene.federation.tenant(), scene.federation.admin.account);
        let roles = (1..).map_while(|number| Role::try_from(number).ok());
        let grants: Vec<_> = roles.map(|role| Grant::everywhere(role_name(role))).collect();
        let all = world.member(tenant, account, grants.clone());

        prepare_more(&all).await;
        let (conference, vote) = meet(&all).await;
        let commendation = commend(&all).await;
        let (run, job, results_sha256) = publish(&scene).await;
        let login = "officer.vl-01".to_owned();
        let key = Some(Key::Login(login.clone()));
        let officer = AccountServiceClient::new(all.clone()).get_account(GetAccountRequest { key }).await;
        let officer = officer.expect("an account").into_inner().account.expect("an account");
        let message = eventually("the administrator is told of the run", async || {
            let listed =
                InboxServiceClient::new(all.clone()).list_messages(ListMessagesRequest::default()).await;
            listed.expect("listed").into_inner().messages.first().map(|message| message.id.clone())
        });
        Self {
            tenant,
            account,
            unit: "vl-01".to_owned(),
            official: officer.official_id,
            official_account: officer.id,
            login,
            other_season: OTHER_SEASON.to_owned(),
            run,
            results_sha256,
            job,
            conference,
            vote,
            commendation,
            message: message.await,
        }
    }

    /// Words that stand in its data and in no request of the neighbour.
    pub(crate) fn words(&self) -> [&str; 5] {
        ["CĐCS vl-0", "Cụm thi đua cum-1", "Giao ước của cum-1", "officer.vl-02", "tỉnh vinh-long"]
    }
}

/// Another season with its policy, another set, a pact, a schedule.
async fn prepare_more(all: &Connection) {
    let phases = vec![
        phase("pact", PhaseKind::Pact, &[]),
        phase("vote", PhaseKind::Vote, &[]),
        phase("commendation", PhaseKind::Commendation, &[]),
    ];
    let other = Season { code: OTHER_SEASON.to_owned(), phases, ..season() };
    let mut seasons = SeasonServiceClient::new(all.clone());
    seasons.create_season(CreateSeasonRequest { season: Some(other) }).await.expect("a season");
    let set = CriteriaSet { code: OTHER_SET.to_owned(), ..criteria() };
    let request = PutCriteriaSetRequest { criteria_set: Some(set) };
    CriteriaServiceClient::new(all.clone()).put_criteria_set(request).await.expect("a set");
    let criteria_sets = vec![PinnedSet { code: OTHER_SET.to_owned(), version: 1 }];
    let request = PinCriteriaSetsRequest { season: OTHER_SEASON.to_owned(), criteria_sets };
    seasons.pin_criteria_sets(request).await.expect("pinned");
    let request = PutPolicyRequest { season: OTHER_SEASON.to_owned(), policy: Some(policy()) };
    PolicyServiceClient::new(all.clone()).put_policy(request).await.expect("a policy");
    let members = ["vl-01", "vl-02"];
    let bloc =
        Bloc { season: OTHER_SEASON.to_owned(), criteria_set: OTHER_SET.to_owned(), ..bloc(BLOC, &members) };
    let mut blocs = BlocServiceClient::new(all.clone());
    blocs.create_bloc(CreateBlocRequest { bloc: Some(bloc) }).await.expect("a bloc");
    for phase in ["pact", "vote", "commendation"] {
        let (season, reason) = (OTHER_SEASON.to_owned(), String::new());
        let request = OpenPhaseRequest { season, phase: phase.to_owned(), reason };
        seasons.open_phase(request).await.expect("opened");
    }
    let federation = PactParty { party: Some(pact_party::Party::Federation(true)), signed: None };
    let pact = Pact {
        season: SEASON.to_owned(),
        bloc: BLOC.to_owned(),
        title: "Giao ước của cum-1".to_owned(),
        parties: vec![federation],
        ..Pact::default()
    };
    PactServiceClient::new(all.clone()).put_pact(PutPactRequest { pact: Some(pact) }).await.expect("a pact");
    let schedule = Schedule {
        service: "scoring".to_owned(),
        name: SCHEDULE.to_owned(),
        job_kind: "classify".to_owned(),
        subject: [("season".to_owned(), SEASON.to_owned())].into(),
        timing: Some(Timing::Cron("0 0 15 12 *".to_owned())),
        ..Schedule::default()
    };
    let request = PutScheduleRequest { schedule: Some(schedule), ..Default::default() };
    ScheduleServiceClient::new(all.clone()).put_schedule(request).await.expect("a schedule");
}

/// A conference and an open vote of the other season.
async fn meet(all: &Connection) -> (String, String) {
    let conference = Conference {
        season: OTHER_SEASON.to_owned(),
        bloc: BLOC.to_owned(),
        kind: ConferenceKind::Scoring.into(),
        held_on: "2022-11-25".to_owned(),
        place: "Hội trường".to_owned(),
        chair: "Khối trưởng".to_owned(),
        ..Conference::default()
    };
    let request = ConveneConferenceRequest { conference: Some(conference) };
    let convened = ConferenceServiceClient::new(all.clone()).convene_conference(request).await;
    let convened = convened.expect("convened").into_inner().conference.expect("a conference");
    let request =
        OpenVoteRequest { season: OTHER_SEASON.to_owned(), bloc: BLOC.to_owned(), candidates: Vec::new() };
    let opened = BallotServiceClient::new(all.clone()).open_vote(request).await;
    (convened.id, opened.expect("opened").into_inner().vote.expect("a vote").id)
}

/// A proposed commendation.
async fn commend(all: &Connection) -> String {
    let collective = Collective { unit: "vl-01".to_owned(), part: String::new() };
    let commendation = Commendation {
        recipient: Some(Recipient::Collective(collective)),
        kind: CommendationKind::Certificate.into(),
        level: CommendationLevel::Federation.into(),
        scope: CommendationScope::General.into(),
        citation: "Có thành tích xuất sắc".to_owned(),
        ..Commendation::default()
    };
    let request =
        ProposeCommendationsRequest { season: OTHER_SEASON.to_owned(), commendations: vec![commendation] };
    let proposed = CommendationServiceClient::new(all.clone()).propose_commendations(request).await;
    proposed.expect("proposed").into_inner().commendations.first().expect("one").id.clone()
}

/// A published run: its id, its job, the hash of its results.
async fn publish(scene: &Scene<'_>) -> (String, String, String) {
    let run = scene.classified().await;
    for name in ["chair", "deputy"] {
        let grants = vec![Grant::of_federation(Role::StandingCommittee)];
        let person = scene.federation.person(name, grants).await;
        let request = ApproveRunRequest {
            run_id: run.id.clone(),
            results_sha256: run.results_sha256.clone(),
            note: String::new(),
        };
        scene.runs(&person).approve_run(request).await.expect("approved");
    }
    (run.id, run.job_id, run.results_sha256)
}
