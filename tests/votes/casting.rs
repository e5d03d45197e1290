//! Who may cast a ballot, when and how often.

use platform::tenancy::Grant;
use proto::common::v1::Role;
use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::competition::v1::*;
use tonic::{Code, Request, Status};

use super::poll::{Client, Poll, ballot, close_request, delegate_of, open_request};
use crate::journeys::season::{Campaign, SEASON, prepare_bloc};
use crate::support::refusal::{fields, reason, refusal, violations};
use crate::support::world::{World, journeys};

journeys!(
    a_unit_votes_once_through_its_own_delegate,
    of_two_ballots_at_once_one_counts,
    ballots_are_cast_while_vote_and_phase_are_open,
    a_choice_is_one_of_the_candidates_and_is_not_repeated,
    a_secret_call_takes_no_idempotency_key,
    votes_are_opened_closed_and_watched_by_whose_job_it_is
);

const UNITS: [&str; 3] = ["cb-01", "cb-02", "cb-03"];

fn said(status: &Status) -> (Code, String) {
    (status.code(), reason(status))
}

fn refused(code: Code, reason: &str) -> (Code, String) {
    (code, reason.to_owned())
}

async fn a_unit_votes_once_through_its_own_delegate(world: &World) {
    let mut poll = Poll::of(world, "cao-bang", &UNITS, VoteRules::default()).await;
    poll.campaign.units(&["cb-09"]).await;
    let vote = poll.open(&[]).await;
    poll.cast(&vote, "cb-01", "cb-02").await.expect("cast");
    let twice = poll.cast(&vote, "cb-01", "cb-03").await.expect_err("refused");
    assert_eq!(said(&twice), refused(Code::AlreadyExists, "ALREADY_VOTED"));
    let mut second = poll.someone("second", delegate_of("cb-01")).await;
    let by_another = second.cast_ballot(ballot(&vote, "cb-01", "cb-03")).await;
    assert_eq!(refusal(by_another), refused(Code::AlreadyExists, "ALREADY_VOTED"));

    let for_another = poll.delegate("cb-01").cast_ballot(ballot(&vote, "cb-02", "cb-03")).await;
    assert_eq!(refusal(for_another), refused(Code::PermissionDenied, "OUT_OF_SCOPE"));
    let mut stranger = poll.someone("stranger", delegate_of("cb-09")).await;
    let no_member = stranger.cast_ballot(ballot(&vote, "cb-09", "cb-02")).await;
    assert_eq!(refusal(no_member), refused(Code::FailedPrecondition, "NOT_A_MEMBER"));
    let mut officer = poll.someone("officer", Grant::of_unit(Role::UnitOfficer, "cb-02")).await;
    let no_delegate = officer.cast_ballot(ballot(&vote, "cb-02", "cb-02")).await.expect_err("refused");
    assert_eq!(no_delegate.code(), Code::PermissionDenied);
    let of_leader = poll.leader.cast_ballot(ballot(&vote, "cb-02", "cb-02")).await.expect_err("refused");
    assert_eq!(of_leader.code(), Code::PermissionDenied);
    assert_eq!(poll.get(&vote).await.cast, 1, "what was refused left nothing behind");

    let other = Campaign::of(world, "khanh-hoa").await;
    prepare_bloc(&other, &UNITS).await;
    let person = other.person("delegate", vec![delegate_of("cb-02")]).await;
    let elsewhere =
        Client::new(other.competition(&person)).cast_ballot(ballot(&vote, "cb-02", "cb-02")).await;
    assert_eq!(refusal(elsewhere), refused(Code::NotFound, "VOTE_UNKNOWN"));
}

async fn of_two_ballots_at_once_one_counts(world: &World) {
    let mut poll = Poll::of(world, "cao-bang", &UNITS, VoteRules::default()).await;
    let vote = poll.open(&[]).await;
    let ballots = UNITS.iter().flat_map(|unit| ["cb-01", "cb-02", "cb-03"].map(|choice| (*unit, choice)));
    let casts = ballots.map(|(unit, choice)| poll.cast(&vote, unit, choice));
    let answers = futures::future::join_all(casts).await;
    let lost: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().err()).map(reason).collect();
    assert_eq!(lost, ["ALREADY_VOTED"; 6]);
    let closed = poll.close(&vote).await;
    let counts = closed.result.expect("a result").counts;
    assert_eq!((closed.cast, counts.iter().map(|counted| counted.votes).sum::<u32>()), (3, 3));
}

async fn ballots_are_cast_while_vote_and_phase_are_open(world: &World) {
    let mut poll = Poll::of(world, "cao-bang", &UNITS, VoteRules::default()).await;
    let vote = poll.open(&[]).await;
    let mut seasons = SeasonServiceClient::new(poll.campaign.competition(&poll.campaign.admin));
    let close = ClosePhaseRequest { season: SEASON.to_owned(), phase: "vote".to_owned() };
    seasons.close_phase(close).await.expect("closed");
    let late = poll.cast(&vote, "cb-01", "cb-02").await.expect_err("refused");
    assert_eq!(said(&late), refused(Code::FailedPrecondition, "PHASE_CLOSED"));
    let (season, phase, why) = (SEASON.to_owned(), "vote".to_owned(), "Thiếu phiếu".to_owned());
    seasons.open_phase(OpenPhaseRequest { season, phase, reason: why }).await.expect("opened again");
    poll.cast(&vote, "cb-01", "cb-02").await.expect("cast");
    let close = ClosePhaseRequest { season: SEASON.to_owned(), phase: "vote".to_owned() };
    seasons.close_phase(close).await.expect("closed");
    poll.close(&vote).await;
    let closed = poll.cast(&vote, "cb-02", "cb-02").await.expect_err("refused");
    assert_eq!(said(&closed), refused(Code::FailedPrecondition, "BALLOT_CLOSED"));
    let next = poll.leader.open_next_round(OpenNextRoundRequest { vote_id: vote.id }).await;
    assert_eq!(refusal(next), refused(Code::FailedPrecondition, "PHASE_CLOSED"));
}

async fn a_choice_is_one_of_the_candidates_and_is_not_repeated(world: &World) {
    let rules = VoteRules { own_unit_excluded: true, ..VoteRules::default() };
    let mut poll = Poll::of(world, "cao-bang", &UNITS, rules).await;
    let vote = poll.open(&["cb-01", "cb-02"]).await;
    for (unit, choice) in [("cb-01", "cb-01"), ("cb-01", "cb-03"), ("cb-03", "Cục đá")] {
        let refused = poll.cast(&vote, unit, choice).await.expect_err("refused");
        assert_eq!(refused.code(), Code::InvalidArgument);
        assert_eq!(fields(&refused), [("candidate".to_owned(), "NOT_A_CANDIDATE".to_owned())]);
        assert!(!format!("{refused:?}").contains(choice), "{refused:?} tells the choice");
    }
    let nothing = CastBallotRequest { choice: None, ..ballot(&vote, "cb-01", "") };
    let nothing = poll.delegate("cb-01").cast_ballot(nothing).await;
    assert_eq!(violations(nothing), ["candidate FIELD_REQUIRED"]);
    poll.cast_all(&vote, &[("cb-01", "cb-02"), ("cb-02", ""), ("cb-03", "cb-02")]).await;
    let counts = poll.close(&vote).await.result.expect("a result");
    assert_eq!((counts.leading_unit.as_str(), counts.blank), ("cb-02", 1));
}

async fn a_secret_call_takes_no_idempotency_key(world: &World) {
    let mut poll = Poll::of(world, "cao-bang", &UNITS, VoteRules::default()).await;
    let keyed = |request| {
        let mut request = Request::new(request);
        request.metadata_mut().insert("idempotency-key", "4f2a".parse().expect("a key"));
        request
    };
    let open = || {
        let mut request = Request::new(open_request(&[]));
        request.metadata_mut().insert("idempotency-key", "4f2a".parse().expect("a key"));
        request
    };
    let vote = poll.leader.open_vote(open()).await.expect("opened").into_inner().vote.expect("a vote");
    let again = poll.leader.open_vote(open()).await.expect("the same answer").into_inner().vote;
    assert_eq!(again.as_ref(), Some(&vote), "what is not secret takes one");
    let cast = poll.delegate("cb-01").cast_ballot(keyed(ballot(&vote, "cb-01", "cb-02"))).await;
    assert_eq!(refusal(cast), refused(Code::InvalidArgument, "IDEMPOTENCY_KEY_INVALID"));
    assert_eq!(poll.get(&vote).await.cast, 0);
}

async fn votes_are_opened_closed_and_watched_by_whose_job_it_is(world: &World) {
    let mut poll = Poll::of(world, "cao-bang", &UNITS, VoteRules::default()).await;
    let mut other = poll.someone("khac", Grant::of_bloc(Role::BlocLeader, SEASON, "cum-9")).await;
    let denied = refused(Code::PermissionDenied, "OUT_OF_SCOPE");
    assert_eq!(refusal(other.open_vote(open_request(&[])).await), denied);
    let vote = poll.open(&[]).await;
    assert_eq!(refusal(other.close_vote(close_request(&vote)).await), denied);
    let next = OpenNextRoundRequest { vote_id: vote.id.clone() };
    assert_eq!(refusal(other.open_next_round(next).await), denied);
    let roll = || GetRollRequest { vote_id: vote.id.clone() };
    assert_eq!(refusal(other.get_roll(roll()).await), denied);
    let mut stranger = poll.someone("stranger", delegate_of("cb-09")).await;
    assert_eq!(refusal(stranger.get_roll(roll()).await), denied);
    let mut observer = poll.someone("thanh-tra", Grant::of_federation(Role::Observer)).await;
    assert_eq!(observer.get_roll(roll()).await.expect("a roll").into_inner().entries.len(), 3);
    let unknown = GetVoteRequest { vote_id: "0189d0f6-0000-7000-8000-000000000000".to_owned() };
    assert_eq!(refusal(observer.get_vote(unknown).await), refused(Code::NotFound, "VOTE_UNKNOWN"));
}
