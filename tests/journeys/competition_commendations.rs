//! Commendations are proposed, approved, awarded and counted; some are declined or revoked.

use platform::idempotency::METADATA;
use platform::tenancy::Grant;
use proto::common::v1::Role;
use proto::competition::v1::ballot_service_client::BallotServiceClient;
use proto::competition::v1::bloc_service_client::BlocServiceClient;
use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::competition::v1::{
    ApproveCommendationsRequest, AwardCommendationsRequest, CandidateVotes, ClosePhaseRequest, Collective,
    Commendation, CommendationKind, CommendationLevel, CommendationState, CountCommendationsRequest,
    CreateBlocRequest, CreateSeasonRequest, DeclineCommendationsRequest, EnterPaperVoteRequest,
    GetCommendationRequest, ListCommendationsRequest, OpenVoteRequest, PhaseKind,
    ProposeCommendationsRequest, RevokeCommendationRequest, Season, commendation,
};
use tonic::{Code, Request, Status};

use super::commendations::{Client, Honours, as_role, for_person, for_unit, propose, topical};
use super::season::{BLOC, SEASON, bloc, open_request, phase, season};
use crate::support::refusal::{fields, reason};
use crate::support::world::{World, journeys};

journeys!(
    thirteen_collectives_and_forty_one_individuals_are_commended,
    all_that_is_wrong_with_proposals_is_said_at_once,
    each_proposes_for_the_own_units,
    one_level_does_not_commend_both_generally_and_topically,
    the_leading_unit_of_an_honour_vote_is_proposed_upward,
    steps_are_taken_by_all_or_by_none,
    what_is_not_awarded_is_for_officials_alone,
    approving_twice_with_one_key_approves_once,
);

async fn list(client: &mut Client, request: ListCommendationsRequest) -> Vec<Commendation> {
    let mut request = ListCommendationsRequest { season: SEASON.to_owned(), ..request };
    let mut all = Vec::new();
    loop {
        let page = client.list_commendations(request.clone()).await.expect("a page").into_inner();
        all.extend(page.commendations);
        if page.next_page_token.is_empty() {
            return all;
        }
        request.page_token = page.next_page_token;
    }
}

/// Kind, level, collectives, individuals.
type Counts = Vec<(CommendationKind, CommendationLevel, u32, u32)>;

async fn count(client: &mut Client, state: CommendationState) -> Counts {
    let request = CountCommendationsRequest { season: SEASON.to_owned(), state: state.into() };
    let counts = client.count_commendations(request).await.expect("counted").into_inner().counts;
    counts.iter().map(|one| (one.kind(), one.level(), one.collectives, one.individuals)).collect()
}

async fn get(client: &mut Client, id: &str) -> Result<Commendation, Status> {
    let request = GetCommendationRequest { commendation_id: id.to_owned() };
    Ok(client.get_commendation(request).await?.into_inner().commendation.expect("a commendation"))
}

async fn decline(client: &mut Client, ids: &[String], reason: &str) -> Result<Vec<Commendation>, Status> {
    let request = DeclineCommendationsRequest { commendation_ids: ids.to_vec(), reason: reason.to_owned() };
    Ok(client.decline_commendations(request).await?.into_inner().commendations)
}

async fn revoke(client: &mut Client, id: &str, reason: &str) -> Result<Commendation, Status> {
    let request = RevokeCommendationRequest { commendation_id: id.to_owned(), reason: reason.to_owned() };
    Ok(client.revoke_commendation(request).await?.into_inner().commendation.expect("a commendation"))
}

fn named(faults: &[(&str, &str)]) -> Vec<(String, String)> {
    faults.iter().map(|(field, reason)| ((*field).to_owned(), (*reason).to_owned())).collect()
}

/// The civil servants' union of Cao Bằng in its year: certificates to 13 collectives and 41 individuals.
async fn thirteen_collectives_and_forty_one_individuals_are_commended(world: &World) {
    let codes: Vec<String> = (1..=13).map(|number| format!("cb-{number:02}")).collect();
    let units: Vec<&str> = codes.iter().map(String::as_str).collect();
    let mut honours = Honours::of(world, "cao-bang", &units).await;
    let mut all: Vec<Commendation> = units.iter().map(|unit| for_unit(unit)).collect();
    let people = (0..41).map(|number| (units[number % 13], format!("Nông Thị {number}")));
    all.extend(people.map(|(unit, name)| for_person(unit, &name)));
    let all: Vec<_> = all
        .into_iter()
        .map(|one| Commendation { submission_number: "08/TTr-CĐVC".to_owned(), ..one })
        .collect();
    let proposed = propose(&mut honours.admin, all.clone()).await.expect("proposed");
    assert_eq!(proposed.len(), 54);
    let asked = |one: &Commendation| Commendation {
        id: String::new(),
        season: String::new(),
        state: 0,
        acts: Vec::new(),
        ..one.clone()
    };
    assert_eq!(proposed.iter().map(asked).collect::<Vec<_>>(), all);
    assert!(proposed.iter().all(|one| one.state() == CommendationState::Proposed && one.season == SEASON));
    let ids: Vec<String> = proposed.into_iter().map(|one| one.id).collect();

    let early = honours.award(&ids).await.expect_err("not approved");
    assert_eq!((early.code(), reason(&early).as_str()), (Code::FailedPrecondition, "COMMENDATION_STATE"));
    honours.approve(&ids).await.expect("approved");
    assert_eq!(count(&mut honours.member, CommendationState::Unspecified).await, []);
    let awarded = honours.award(&ids).await.expect("awarded");
    let acts = awarded[53].acts.iter().map(|act| (act.state(), act.act.clone().expect("who").name));
    let expected = [
        (CommendationState::Proposed, "Trần Văn Bình".to_owned()),
        (CommendationState::Approved, "ban-thuong-vu".to_owned()),
        (CommendationState::Awarded, "Trần Văn Bình".to_owned()),
    ];
    assert_eq!(acts.collect::<Vec<_>>(), expected);

    let certificates = (CommendationKind::Certificate, CommendationLevel::Federation, 13, 41);
    assert_eq!(count(&mut honours.member, CommendationState::Unspecified).await, [certificates]);
    assert_eq!(count(&mut honours.admin, CommendationState::Approved).await, []);
    for page_size in [7, 54, 1000] {
        let request = ListCommendationsRequest { page_size, ..ListCommendationsRequest::default() };
        assert_eq!(list(&mut honours.member, request).await, awarded, "pages of {page_size}");
    }
    let one = &awarded[0];
    assert_eq!((one.decision_number.as_str(), one.decided_on.as_str()), ("12/QĐ-LĐLĐ", "2024-01-05"));
    let of_unit = ListCommendationsRequest { unit: "cb-01".to_owned(), ..Default::default() };
    assert_eq!(list(&mut honours.member, of_unit).await.len(), 5);
}

async fn all_that_is_wrong_with_proposals_is_said_at_once(world: &World) {
    let mut honours = Honours::of(world, "vinh-long", &["vl-01"]).await;
    let part = Collective { unit: "VL".to_owned(), part: " Ban Chấp hành".to_owned() };
    let wrong = vec![
        Commendation::default(),
        Commendation { recipient: Some(commendation::Recipient::Collective(part)), ..for_unit("vl-01") },
        Commendation { kind: CommendationKind::Flag.into(), ..for_person("vl-01", "Lê Văn Ba") },
        Commendation { topic: "Lao động giỏi".to_owned(), ..for_unit("vl-01") },
        Commendation { topic: String::new(), ..topical(for_unit("vl-01")) },
        Commendation { kind: CommendationKind::Title.into(), ..for_person("vl-01", "Lê Văn Ba") },
        Commendation { season: "2022".to_owned(), vote_id: "x".to_owned(), ..for_unit("vl-01") },
        for_person("vl-01", ""),
    ];
    let refused = propose(&mut honours.admin, wrong).await.expect_err("refused");
    let expected = [
        ("commendations[0].recipient", "FIELD_REQUIRED"),
        ("commendations[0].kind", "FIELD_REQUIRED"),
        ("commendations[0].level", "FIELD_REQUIRED"),
        ("commendations[0].scope", "FIELD_REQUIRED"),
        ("commendations[0].citation", "FIELD_REQUIRED"),
        ("commendations[1].collective.unit", "CODE_INVALID"),
        ("commendations[1].collective.part", "INVALID_ARGUMENT"),
        ("commendations[2].kind", "INVALID_ARGUMENT"),
        ("commendations[3].topic", "INVALID_ARGUMENT"),
        ("commendations[4].topic", "FIELD_REQUIRED"),
        ("commendations[5].topic", "FIELD_REQUIRED"),
        ("commendations[6].season", "INVALID_ARGUMENT"),
        ("commendations[6].vote_id", "INVALID_ARGUMENT"),
        ("commendations[7].individual.name", "FIELD_REQUIRED"),
    ];
    assert_eq!(fields(&refused), named(&expected));

    let twice = propose(&mut honours.admin, vec![for_unit("vl-01"), for_unit("vl-01")]).await;
    assert_eq!(fields(&twice.expect_err("refused")), named(&[("commendations[1]", "INVALID_ARGUMENT")]));
    let many = vec![for_unit("vl-01"); 501];
    let refused = propose(&mut honours.admin, many).await.expect_err("refused");
    assert_eq!(fields(&refused), named(&[("commendations", "TOO_MANY")]));
    let refused = propose(&mut honours.admin, Vec::new()).await.expect_err("refused");
    assert_eq!(fields(&refused), named(&[("commendations", "FIELD_REQUIRED")]));

    let wrong = vec![
        for_unit("vl-01"),
        for_person("vl-77", "Lê Văn Ba"),
        topical(for_unit("vl-01")),
        for_unit("vl-78"),
    ];
    let refused = propose(&mut honours.admin, wrong).await.expect_err("refused");
    let expected = [
        ("commendations[1].individual.unit", "UNIT_UNKNOWN"),
        ("commendations[3].collective.unit", "UNIT_UNKNOWN"),
        ("commendations[2].scope", "COMMENDED_TWICE"),
    ];
    assert_eq!(fields(&refused), named(&expected));
    assert_eq!(
        list(&mut honours.admin, ListCommendationsRequest::default()).await,
        [],
        "nothing was written"
    );

    let ids = vec!["x".to_owned(), String::new()];
    let request = AwardCommendationsRequest { commendation_ids: ids, ..Default::default() };
    let refused = honours.admin.award_commendations(request).await.expect_err("refused");
    let expected = [
        ("commendation_ids[0]", "INVALID_ARGUMENT"),
        ("commendation_ids[1]", "FIELD_REQUIRED"),
        ("decision_number", "FIELD_REQUIRED"),
        ("decided_on", "FIELD_REQUIRED"),
    ];
    assert_eq!(fields(&refused), named(&expected));
    let refused = decline(&mut honours.committee, &[], "").await.expect_err("refused");
    let expected = [("commendation_ids", "FIELD_REQUIRED"), ("reason", "FIELD_REQUIRED")];
    assert_eq!(fields(&refused), named(&expected));
    let refused = revoke(&mut honours.committee, "x", "").await.expect_err("refused");
    let expected = [("commendation_id", "INVALID_ARGUMENT"), ("reason", "FIELD_REQUIRED")];
    assert_eq!(fields(&refused), named(&expected));
}

async fn each_proposes_for_the_own_units(world: &World) {
    let mut honours = Honours::of(world, "thai-nguyen", &["tn-01", "tn-02"]).await;
    let federation = &honours.federation;
    federation.units(&["tn-03"]).await;
    let other = CreateBlocRequest { bloc: Some(bloc("cum-2", &["tn-03"])) };
    let mut blocs = BlocServiceClient::new(federation.competition(&federation.admin));
    blocs.create_bloc(other).await.expect("a bloc");
    let grant = Grant::of_unit(Role::UnitOfficer, "tn-01");
    let mut officer = as_role(federation, "can-bo", grant).await;
    let grant = Grant::of_bloc(Role::BlocLeader, SEASON, BLOC);
    let mut leader = as_role(federation, "khoi-truong", grant).await;
    let all = |codes: &[&str]| codes.iter().map(|code| for_unit(code)).collect::<Vec<_>>();
    propose(&mut officer, all(&["tn-01"])).await.expect("proposed");
    propose(&mut leader, all(&["tn-01", "tn-02"])).await.expect("proposed");
    for (client, codes) in [(&mut officer, ["tn-01", "tn-02"]), (&mut leader, ["tn-01", "tn-03"])] {
        let refused = propose(client, all(&codes)).await.expect_err("refused");
        assert_eq!((refused.code(), reason(&refused).as_str()), (Code::PermissionDenied, "OUT_OF_SCOPE"));
    }
    for client in [&mut honours.member, &mut honours.committee] {
        let refused = propose(client, all(&["tn-01"])).await.expect_err("refused");
        assert_eq!(refused.code(), Code::PermissionDenied);
    }

    let request = ClosePhaseRequest { season: SEASON.to_owned(), phase: "khen-thuong".to_owned() };
    let mut seasons = SeasonServiceClient::new(honours.federation.competition(&honours.federation.admin));
    seasons.close_phase(request).await.expect("closed");
    let ids: Vec<_> = list(&mut honours.admin, ListCommendationsRequest::default())
        .await
        .into_iter()
        .map(|o| o.id)
        .collect();
    let late = propose(&mut honours.admin, all(&["tn-02"])).await.expect_err("refused");
    assert_eq!((late.code(), reason(&late).as_str()), (Code::FailedPrecondition, "PHASE_CLOSED"));
    assert_eq!(reason(&honours.approve(&ids[..1]).await.expect_err("refused")), "PHASE_CLOSED");
    let late = decline(&mut honours.committee, &ids[..1], "Muộn").await.expect_err("refused");
    assert_eq!(reason(&late), "PHASE_CLOSED");
    let request = ProposeCommendationsRequest { season: "1999".to_owned(), commendations: all(&["tn-01"]) };
    let never = honours.admin.propose_commendations(request).await.expect_err("refused");
    assert_eq!((never.code(), reason(&never).as_str()), (Code::NotFound, "SEASON_UNKNOWN"));
}

async fn one_level_does_not_commend_both_generally_and_topically(world: &World) {
    let mut honours = Honours::of(world, "vinh-long", &["vl-01", "vl-02"]).await;
    let both = vec![for_person("vl-01", "Lê Văn Ba"), topical(for_person("vl-01", "Lê Văn Ba"))];
    let refused = propose(&mut honours.admin, both).await.expect_err("refused");
    assert_eq!(fields(&refused), named(&[("commendations[1].scope", "COMMENDED_TWICE")]));

    // Two proposals may stand beside each other; the committee chooses.
    let national = CommendationLevel::National.into();
    let general = honours.propose(vec![for_unit("vl-01"), for_unit("vl-02")]).await;
    let of_topic = honours
        .propose(vec![
            topical(for_unit("vl-01")),
            Commendation { level: national, ..topical(for_unit("vl-02")) },
        ])
        .await;
    let both = [general[0].clone(), of_topic[0].clone()];
    let refused = honours.approve(&both).await.expect_err("refused");
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::FailedPrecondition, "COMMENDED_TWICE"));
    assert!(refused.message().contains(&of_topic[0]), "{refused}");
    honours.approve(&[general[0].clone(), of_topic[1].clone(), general[1].clone()]).await.expect("approved");
    let refused = honours.approve(&of_topic[..1]).await.expect_err("refused");
    assert_eq!(reason(&refused), "COMMENDED_TWICE");
    let refused = propose(&mut honours.admin, vec![topical(for_unit("vl-01"))]).await.expect_err("refused");
    assert_eq!(fields(&refused), named(&[("commendations[0].scope", "COMMENDED_TWICE")]));

    // The school year that ends in the same year is of that year, the one that ends a year later is not.
    let mut seasons = SeasonServiceClient::new(honours.federation.competition(&honours.federation.admin));
    for (code, ends_on) in [("2022-2023", "2023-08-31"), ("2023-2024", "2024-08-31")] {
        let school = Season {
            code: code.to_owned(),
            starts_on: "2022-09-01".to_owned(),
            ends_on: ends_on.to_owned(),
            phases: vec![phase("khen-thuong", PhaseKind::Commendation, &[])],
            ..season()
        };
        seasons.create_season(CreateSeasonRequest { season: Some(school) }).await.expect("a season");
        let open = open_request("khen-thuong", "");
        seasons
            .open_phase(proto::competition::v1::OpenPhaseRequest { season: code.to_owned(), ..open })
            .await
            .expect("open");
        let commendations = vec![topical(for_unit("vl-01"))];
        let request = ProposeCommendationsRequest { season: code.to_owned(), commendations };
        let answer = honours.admin.propose_commendations(request).await;
        if code == "2022-2023" {
            let refused = fields(&answer.expect_err("refused"));
            assert_eq!(refused, named(&[("commendations[0].scope", "COMMENDED_TWICE")]));
        } else {
            answer.expect("proposed");
        }
    }

    // What was revoked does not count any more.
    honours.award(&general[..1]).await.expect("awarded");
    assert_eq!(reason(&honours.approve(&of_topic[..1]).await.expect_err("refused")), "COMMENDED_TWICE");
    revoke(&mut honours.committee, &general[0], "Báo cáo sai thành tích").await.expect("revoked");
    honours.approve(&of_topic[..1]).await.expect("approved");
}

async fn the_leading_unit_of_an_honour_vote_is_proposed_upward(world: &World) {
    let mut honours = Honours::of(world, "thai-nguyen", &["tn-01", "tn-02", "tn-03"]).await;
    let federation = &honours.federation;
    federation.units(&["tn-04"]).await;
    let other = CreateBlocRequest { bloc: Some(bloc("cum-2", &["tn-04"])) };
    let mut blocs = BlocServiceClient::new(federation.competition(&federation.admin));
    blocs.create_bloc(other).await.expect("a bloc");
    let mut ballots = BallotServiceClient::new(federation.competition(&federation.admin));
    let votes = |unit: &str, votes: u32| CandidateVotes { unit: unit.to_owned(), votes };
    let request = EnterPaperVoteRequest {
        season: SEASON.to_owned(),
        bloc: BLOC.to_owned(),
        counts: vec![votes("tn-01", 1), votes("tn-02", 2)],
        blank: 0,
        entitled: 0,
        minutes_number: "03/BB-KTĐ".to_owned(),
    };
    let held = ballots.enter_paper_vote(request).await.expect("entered").into_inner().vote.expect("a vote");
    let request =
        OpenVoteRequest { season: SEASON.to_owned(), bloc: "cum-2".to_owned(), candidates: Vec::new() };
    let open = ballots.open_vote(request).await.expect("opened").into_inner().vote.expect("a vote");

    let flag = |vote: &str, one: Commendation| Commendation {
        kind: CommendationKind::Flag.into(),
        vote_id: vote.to_owned(),
        ..one
    };
    let part = Collective { unit: "tn-02".to_owned(), part: "Ban Chấp hành".to_owned() };
    let part =
        Commendation { recipient: Some(commendation::Recipient::Collective(part)), ..for_unit("tn-02") };
    let refused = propose(&mut honours.admin, vec![flag(&held.id, part)]).await.expect_err("refused");
    assert_eq!(fields(&refused), named(&[("commendations[0].vote_id", "INVALID_ARGUMENT")]));
    let wrong = vec![
        flag(&held.id, for_unit("tn-02")),
        flag(&held.id, for_unit("tn-01")),
        flag(&open.id, for_unit("tn-04")),
        flag("01890000-0000-7000-8000-000000000000", for_unit("tn-03")),
    ];
    let refused = propose(&mut honours.admin, wrong).await.expect_err("refused");
    let expected = [
        ("commendations[1].vote_id", "INVALID_ARGUMENT"),
        ("commendations[2].vote_id", "INVALID_ARGUMENT"),
        ("commendations[3].vote_id", "VOTE_UNKNOWN"),
    ];
    assert_eq!(fields(&refused), named(&expected));
    let proposed = propose(&mut honours.admin, vec![flag(&held.id, for_unit("tn-02"))]).await;
    let proposed = proposed.expect("proposed");
    assert_eq!(proposed[0].vote_id, held.id);
    assert_eq!(get(&mut honours.committee, &proposed[0].id).await.expect("read"), proposed[0]);
}

async fn steps_are_taken_by_all_or_by_none(world: &World) {
    let mut honours = Honours::of(world, "vinh-long", &["vl-01", "vl-02"]).await;
    let ids =
        honours.propose(vec![for_unit("vl-01"), for_unit("vl-02"), for_person("vl-02", "Lê Văn Ba")]).await;
    honours.approve(&ids[..1]).await.expect("approved");
    let refused = honours.approve(&ids).await.expect_err("refused");
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::FailedPrecondition, "COMMENDATION_STATE"));
    assert!(refused.message().contains(&format!("{} (it is approved)", ids[0])), "{refused}");
    let refused = honours.award(&ids).await.expect_err("refused");
    assert!(refused.message().contains(&ids[1]) && refused.message().contains(&ids[2]), "{refused}");
    let states = |all: Vec<Commendation>| all.iter().map(Commendation::state).collect::<Vec<_>>();
    let all = list(&mut honours.admin, ListCommendationsRequest::default()).await;
    let expected = [CommendationState::Approved, CommendationState::Proposed, CommendationState::Proposed];
    assert_eq!(states(all), expected);

    let unknown = "01890000-0000-7000-8000-000000000000".to_owned();
    let refused = honours.approve(&[ids[1].clone(), unknown.clone()]).await.expect_err("refused");
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::NotFound, "COMMENDATION_UNKNOWN"));
    assert!(refused.message().contains(&unknown), "{refused}");
    let twice = honours.approve(&[ids[1].clone(), ids[1].clone()]).await.expect_err("refused");
    assert_eq!(fields(&twice), named(&[("commendation_ids[1]", "INVALID_ARGUMENT")]));

    let declined = decline(&mut honours.committee, &ids[1..], "Chưa đủ điều kiện").await.expect("declined");
    assert!(declined.iter().all(|one| one.acts[1].reason == "Chưa đủ điều kiện"));
    assert_eq!(states(declined), [CommendationState::Declined; 2]);
    assert_eq!(reason(&honours.approve(&ids[1..]).await.expect_err("refused")), "COMMENDATION_STATE");
    let early = revoke(&mut honours.committee, &ids[0], "Khai sai").await.expect_err("refused");
    assert_eq!(reason(&early), "COMMENDATION_STATE");
    honours.award(&ids[..1]).await.expect("awarded");
    // The phase does not matter for a revocation.
    let request = ClosePhaseRequest { season: SEASON.to_owned(), phase: "khen-thuong".to_owned() };
    let mut seasons = SeasonServiceClient::new(honours.federation.competition(&honours.federation.admin));
    seasons.close_phase(request).await.expect("closed");
    let revoked = revoke(&mut honours.committee, &ids[0], "Khai sai").await.expect("revoked");
    assert_eq!((revoked.state(), revoked.acts[3].reason.as_str()), (CommendationState::Revoked, "Khai sai"));
    assert_eq!((revoked.decision_number.as_str(), revoked.decided_on.as_str()), ("12/QĐ-LĐLĐ", "2024-01-05"));
    let refused = revoke(&mut honours.committee, &ids[0], "Khai sai").await.expect_err("refused");
    assert_eq!(reason(&refused), "COMMENDATION_STATE");
    let admin = revoke(&mut honours.admin, &ids[0], "Khai sai").await.expect_err("refused");
    assert_eq!(admin.code(), Code::PermissionDenied);
}

async fn what_is_not_awarded_is_for_officials_alone(world: &World) {
    let mut honours = Honours::of(world, "vinh-long", &["vl-01", "vl-02", "vl-03"]).await;
    let merit = CommendationKind::MeritCertificate.into();
    let ids = honours
        .propose(vec![
            for_unit("vl-01"),
            for_unit("vl-02"),
            Commendation { kind: merit, ..for_unit("vl-03") },
            for_person("vl-01", "Lê Văn Ba"),
        ])
        .await;
    honours.approve(&ids[1..]).await.expect("approved");
    honours.award(&ids[2..]).await.expect("awarded");
    revoke(&mut honours.committee, &ids[3], "Khai sai").await.expect("revoked");

    let seen = |all: Vec<Commendation>| all.into_iter().map(|one| one.id).collect::<Vec<_>>();
    let everything = ListCommendationsRequest::default;
    let of_state =
        |state: CommendationState| ListCommendationsRequest { state: state.into(), ..everything() };
    assert_eq!(seen(list(&mut honours.admin, everything()).await), ids);
    assert_eq!(seen(list(&mut honours.member, everything()).await), ids[2..]);
    assert_eq!(seen(list(&mut honours.admin, of_state(CommendationState::Approved)).await), ids[1..2]);
    assert_eq!(seen(list(&mut honours.member, of_state(CommendationState::Approved)).await), [""; 0]);
    assert_eq!(seen(list(&mut honours.member, of_state(CommendationState::Revoked)).await), ids[3..]);
    let of_kind = ListCommendationsRequest { kind: merit, ..everything() };
    assert_eq!(seen(list(&mut honours.admin, of_kind).await), ids[2..3]);

    let hidden = get(&mut honours.member, &ids[0]).await.expect_err("hidden");
    assert_eq!((hidden.code(), reason(&hidden).as_str()), (Code::NotFound, "COMMENDATION_UNKNOWN"));
    assert_eq!(get(&mut honours.committee, &ids[0]).await.expect("seen").id, ids[0]);
    assert_eq!(get(&mut honours.member, &ids[3]).await.expect("seen").state(), CommendationState::Revoked);
    assert_eq!(count(&mut honours.member, CommendationState::Proposed).await, []);
    let certificates = (CommendationKind::Certificate, CommendationLevel::Federation, 1, 0);
    assert_eq!(count(&mut honours.admin, CommendationState::Proposed).await, [certificates]);
    let merits = (CommendationKind::MeritCertificate, CommendationLevel::Federation, 1, 0);
    assert_eq!(count(&mut honours.member, CommendationState::Unspecified).await, [merits]);

    // Another federation sees nothing of it.
    let mut others = Honours::of(world, "cao-bang", &["cb-01"]).await;
    assert_eq!(list(&mut others.admin, everything()).await, []);
    assert_eq!(reason(&get(&mut others.admin, &ids[2]).await.expect_err("hidden")), "COMMENDATION_UNKNOWN");
    assert_eq!(reason(&others.approve(&ids[..1]).await.expect_err("hidden")), "COMMENDATION_UNKNOWN");
}

async fn approving_twice_with_one_key_approves_once(world: &World) {
    let mut honours = Honours::of(world, "vinh-long", &["vl-01"]).await;
    let commendation_ids = honours.propose(vec![for_unit("vl-01")]).await;
    let keyed = || {
        let approve =
            ApproveCommendationsRequest { commendation_ids: commendation_ids.clone(), reason: String::new() };
        let mut request = Request::new(approve);
        request.metadata_mut().insert(METADATA, "duyet-1".parse().expect("ascii"));
        request
    };
    let first = honours.committee.approve_commendations(keyed()).await.expect("approved").into_inner();
    let again = honours.committee.approve_commendations(keyed()).await.expect("answered").into_inner();
    assert_eq!(first, again);
    assert_eq!(first.commendations[0].acts.len(), 2);
}
