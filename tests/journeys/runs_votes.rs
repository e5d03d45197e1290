//! What the blocs voted and the committee decided reaches the next run.

use platform::tenancy::Grant;
use proto::common::v1::Role;
use proto::competition::v1::ballot_service_client::BallotServiceClient;
use proto::competition::v1::cast_ballot_request::Choice;
use proto::competition::v1::decision_service_client::DecisionServiceClient;
use proto::competition::v1::policy_service_client::PolicyServiceClient;
use proto::competition::v1::{
    CastBallotRequest, CloseVoteRequest, DecideClassRequest, Decision, OpenVoteRequest, Policy,
    PutPolicyRequest, Vote, VoteOutcome, WithdrawDecisionRequest,
};
use proto::scoring::v1::Run;
use serde_json::{Value, json};

use super::results::{Ranking, Shown, of_run, ranking, shown, with_quota};
use super::runs_documents::campaign_of;
use super::season::{BLOC, SEASON, open, texts};
use super::sheets::{checked, points};
use crate::support::world::{World, journeys};

journeys!(votes_and_decisions_are_in_the_next_run);

/// What the documents of a run say about votes and decisions.
async fn exported(ranking: &Ranking<'_>, run: &Run) -> (Value, Value) {
    let (_, bytes) = campaign_of(&ranking.scene, run).await;
    let mut campaign: Value = serde_json::from_slice(&bytes).expect("JSON");
    (campaign["votes"].take(), campaign["decisions"].take())
}

/// The bloc's standings of a run, and the classes before decisions.
async fn stands(ranking: &Ranking<'_>, run: &Run, expected: &[Shown<'_>], computed: &[&str]) {
    let [chair, _] = &ranking.committee;
    let answer = ranking.bloc(chair, of_run(run)).await.expect("standings");
    assert_eq!(shown(&answer.standings), expected);
    let classes: Vec<_> = answer.standings.iter().map(|one| one.computed_class.as_str()).collect();
    assert_eq!(classes, computed);
}

/// The members of the bloc elect vl-02 by secret ballots: 2 votes against 1 for vl-01.
async fn elect(ranking: &Ranking<'_>) -> Vote {
    let federation = &ranking.scene.federation;
    for phase in ["appraisal", "vote"] {
        open(federation, phase).await;
    }
    let mut leader = BallotServiceClient::new(ranking.connection(&ranking.scene.leader));
    let (season, bloc) = (SEASON.to_owned(), BLOC.to_owned());
    let request = OpenVoteRequest { season, bloc, candidates: Vec::new() };
    let vote = leader.open_vote(request).await.expect("opened").into_inner().vote.expect("a vote");
    for (unit, choice) in [("vl-01", "vl-01"), ("vl-02", "vl-02"), ("vl-03", "vl-02")] {
        let grant = Grant::of_unit(Role::Delegate, unit);
        let delegate = federation.person(&format!("delegate.{unit}"), vec![grant]).await;
        let request = CastBallotRequest {
            vote_id: vote.id.clone(),
            unit: unit.to_owned(),
            choice: Some(Choice::Candidate(choice.to_owned())),
        };
        BallotServiceClient::new(ranking.connection(&delegate)).cast_ballot(request).await.expect("cast");
    }
    let request = CloseVoteRequest { vote_id: vote.id };
    leader.close_vote(request).await.expect("closed").into_inner().vote.expect("a vote")
}

async fn votes_and_decisions_are_in_the_next_run(world: &World) {
    let ranking = ranking(world).await;
    let [chair, _] = &ranking.committee;
    let policy = Policy { ranking: texts(&["total", "votes"]), ..with_quota() };
    let request = PutPolicyRequest { season: SEASON.to_owned(), policy: Some(policy) };
    let admin = ranking.connection(&ranking.scene.federation.admin);
    PolicyServiceClient::new(admin).put_policy(request).await.expect("a policy");
    // As many points as vl-01 has: only votes can tell them apart.
    ranking.correct("vl-02", &[points("1.1", "7"), checked("1.3", &["a"])]).await;

    let before = ranking.scene.classified().await;
    assert_eq!(exported(&ranking, &before).await, (json!([]), json!([])));
    let tied = [
        ("vl-01", "10.00", Some(1), Some(1), "good"),
        ("vl-02", "10.00", Some(1), Some(1), "good"),
        ("vl-03", "6.00", Some(3), Some(3), "not_completed"),
    ];
    stands(&ranking, &before, &tied, &["good", "good", "not_completed"]).await;

    let result = elect(&ranking).await.result.expect("a result");
    assert_eq!((result.outcome(), result.leading_unit.as_str()), (VoteOutcome::Elected, "vl-02"));
    open(&ranking.scene.federation, "decide").await;
    let decision = Decision {
        season: SEASON.to_owned(),
        unit: "vl-03".to_owned(),
        class: "good".to_owned(),
        reason: "Thành tích đột xuất".to_owned(),
        number: "12/QĐ-LĐLĐ".to_owned(),
        ..Decision::default()
    };
    let mut decisions = DecisionServiceClient::new(ranking.connection(chair));
    let request = DecideClassRequest { decision: Some(decision) };
    decisions.decide_class(request).await.expect("decided");

    let after = ranking.scene.classified().await;
    let votes = json!([
        {"unit": "vl-01", "votes": 1}, {"unit": "vl-02", "votes": 2}, {"unit": "vl-03", "votes": 0}
    ]);
    let decided = json!([{"unit": "vl-03", "class": "good", "reason": "Thành tích đột xuất"}]);
    assert_eq!(exported(&ranking, &after).await, (votes.clone(), decided));
    let led = |class| {
        [
            ("vl-02", "10.00", Some(1), Some(1), "excellent"),
            ("vl-01", "10.00", Some(2), Some(2), "good"),
            ("vl-03", "6.00", Some(3), Some(3), class),
        ]
    };
    let computed = ["excellent", "good", "not_completed"];
    stands(&ranking, &after, &led("good"), &computed).await;

    let request = WithdrawDecisionRequest {
        season: SEASON.to_owned(),
        unit: "vl-03".to_owned(),
        reason: "Xem xét lại".to_owned(),
    };
    decisions.withdraw_decision(request).await.expect("withdrawn");
    let last = ranking.scene.classified().await;
    assert_eq!(exported(&ranking, &last).await, (votes, json!([])));
    stands(&ranking, &last, &led("not_completed"), &computed).await;
}
