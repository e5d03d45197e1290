use proto::competition::v1::cast_ballot_request::Choice;
use proto::competition::v1::commendation::Recipient;
use proto::competition::v1::get_criteria_set_request::Which;
use proto::competition::v1::*;

use super::{Case, gone, own};
use crate::journeys::everything::{Everything, OTHER_SET};
use crate::journeys::season::{BLOC, SEASON, bloc, criteria, policy, season as new_season};

pub(super) fn cases(a: &Everything) -> Vec<Case> {
    let mut cases = seasons(a);
    cases.extend(blocs(a));
    cases.extend(pacts_and_targets(a));
    cases.extend(meetings(a));
    cases
}

fn reason() -> String {
    "Thử".to_owned()
}

fn season() -> String {
    SEASON.to_owned()
}

/// Both have the season 2023; the other one is A's alone, and so is the other set.
fn seasons(a: &Everything) -> Vec<Case> {
    let other = || a.other_season.clone();
    vec![
        own(ListSeasonsRequest::default()),
        gone(GetSeasonRequest { code: other() }),
        gone(UpdateSeasonRequest { code: other(), name: Some(reason()), ..Default::default() }),
        gone(OpenPhaseRequest { season: other(), phase: "pact".to_owned(), reason: String::new() }),
        gone(ClosePhaseRequest { season: other(), phase: "pact".to_owned() }),
        gone(PinCriteriaSetsRequest {
            season: season(),
            criteria_sets: vec![PinnedSet { code: OTHER_SET.to_owned(), version: 1 }],
        }),
        gone(GetPolicyRequest { season: other() }),
        gone(PutPolicyRequest { season: other(), policy: Some(policy()) }),
        gone(GetCriteriaSetRequest { code: OTHER_SET.to_owned(), which: Some(Which::Version(1)) }),
        own(ListCriteriaSetsRequest { code: OTHER_SET.to_owned(), ..Default::default() }),
        own(GatherSeasonRequest { season: season(), ..Default::default() }),
        // The same codes are free here.
        own(CreateSeasonRequest { season: Some(Season { code: other(), ..new_season() }) }),
        own(PutCriteriaSetRequest {
            criteria_set: Some(CriteriaSet { code: OTHER_SET.to_owned(), ..criteria() }),
        }),
    ]
}

fn blocs(a: &Everything) -> Vec<Case> {
    let bloc_code = || BLOC.to_owned();
    vec![
        gone(GetBlocRequest { season: season(), bloc: bloc_code() }),
        own(ListBlocsRequest { season: season(), ..Default::default() }),
        own(FindBlocOfUnitRequest { season: season(), unit: a.unit.clone() }),
        gone(CreateBlocRequest { bloc: Some(bloc("cum-2", &[&a.unit])) }),
        gone(UpdateBlocRequest {
            season: season(),
            code: bloc_code(),
            name: Some(reason()),
            ..Default::default()
        }),
        gone(SetMembersRequest { season: season(), bloc: bloc_code(), members: vec![a.unit.clone()] }),
        gone(SetLeadersRequest {
            season: season(),
            bloc: bloc_code(),
            leader: a.unit.clone(),
            deputy: String::new(),
        }),
    ]
}

fn pacts_and_targets(a: &Everything) -> Vec<Case> {
    let (bloc, unit) = (|| BLOC.to_owned(), || a.unit.clone());
    let pact = Pact { season: season(), bloc: bloc(), title: reason(), ..Pact::default() };
    let figure = Figure { code: "f".to_owned(), planned: "3".to_owned(), ..Default::default() };
    let target =
        Target { code: "t1".to_owned(), name: reason(), figures: vec![figure], ..Default::default() };
    let progress = Progress {
        target: "t1".to_owned(),
        figure: "f".to_owned(),
        actual: "1".to_owned(),
        as_of: "2023-06-01".to_owned(),
        ..Default::default()
    };
    vec![
        gone(GetPactRequest { season: season(), bloc: bloc() }),
        own(ListPactsRequest { season: season(), ..Default::default() }),
        gone(PutPactRequest { pact: Some(pact) }),
        gone(OfferPactRequest { season: season(), bloc: bloc() }),
        gone(SignPactRequest {
            season: season(),
            bloc: bloc(),
            party: Some(sign_pact_request::Party::Federation(true)),
        }),
        gone(WithdrawPactRequest { season: season(), bloc: bloc(), reason: reason() }),
        own(ListTargetsRequest { season: season(), ..Default::default() }),
        gone(PutTargetsRequest { season: season(), unit: unit(), targets: vec![target] }),
        gone(RemoveTargetRequest { season: season(), unit: unit(), target: "t1".to_owned() }),
        gone(RecordProgressRequest { season: season(), unit: unit(), progress: vec![progress] }),
        own(ListProgressRequest { season: season(), unit: unit(), ..Default::default() }),
        own(SummarizeTargetsRequest { season: season(), ..Default::default() }),
    ]
}

/// Conferences, votes, decisions and commendations.
fn meetings(a: &Everything) -> Vec<Case> {
    let (bloc, unit) = (|| BLOC.to_owned(), || a.unit.clone());
    let (vote, conference, commendation) =
        (|| a.vote.clone(), || a.conference.clone(), || a.commendation.clone());
    let meeting = Conference {
        season: season(),
        bloc: bloc(),
        kind: ConferenceKind::Scoring.into(),
        held_on: "2023-11-25".to_owned(),
        place: reason(),
        chair: reason(),
        ..Default::default()
    };
    let minutes = Minutes { number: "1/BB".to_owned(), text: reason(), ..Default::default() };
    let award = Commendation {
        recipient: Some(Recipient::Collective(Collective { unit: unit(), part: String::new() })),
        kind: CommendationKind::Certificate.into(),
        level: CommendationLevel::Federation.into(),
        scope: CommendationScope::General.into(),
        citation: reason(),
        ..Default::default()
    };
    let decision = Decision {
        season: season(),
        unit: unit(),
        class: "good".to_owned(),
        reason: reason(),
        ..Default::default()
    };
    vec![
        gone(GetConferenceRequest { conference_id: conference() }),
        gone(ListAttendanceHistoryRequest { conference_id: conference(), ..Default::default() }),
        gone(ListMinutesHistoryRequest { conference_id: conference(), ..Default::default() }),
        own(ListConferencesRequest { season: season(), ..Default::default() }),
        gone(ConveneConferenceRequest { conference: Some(meeting) }),
        gone(RecordAttendanceRequest {
            conference_id: conference(),
            attendance: vec![Attendance { unit: unit(), present: true, ..Default::default() }],
        }),
        gone(RecordMinutesRequest { conference_id: conference(), minutes: Some(minutes) }),
        gone(GetVoteRequest { vote_id: vote() }),
        own(ListVotesRequest { season: season(), ..Default::default() }),
        gone(GetRollRequest { vote_id: vote() }),
        gone(OpenVoteRequest { season: season(), bloc: bloc(), candidates: vec![unit()] }),
        gone(CastBallotRequest { vote_id: vote(), unit: unit(), choice: Some(Choice::Candidate(unit())) }),
        gone(CloseVoteRequest { vote_id: vote() }),
        gone(OpenNextRoundRequest { vote_id: vote() }),
        gone(EnterPaperVoteRequest {
            season: season(),
            bloc: bloc(),
            counts: vec![CandidateVotes { unit: unit(), votes: 1 }],
            blank: 0,
            entitled: 1,
            minutes_number: "1/BB".to_owned(),
        }),
        own(ListDecisionsRequest { season: season(), ..Default::default() }),
        gone(DecideClassRequest { decision: Some(decision) }),
        gone(WithdrawDecisionRequest { season: season(), unit: unit(), reason: reason() }),
        gone(GetCommendationRequest { commendation_id: commendation() }),
        own(ListCommendationsRequest { season: season(), ..Default::default() }),
        own(CountCommendationsRequest { season: season(), ..Default::default() }),
        gone(ProposeCommendationsRequest { season: season(), commendations: vec![award] }),
        gone(ApproveCommendationsRequest { commendation_ids: vec![commendation()], reason: reason() }),
        gone(DeclineCommendationsRequest { commendation_ids: vec![commendation()], reason: reason() }),
        gone(AwardCommendationsRequest {
            commendation_ids: vec![commendation()],
            decision_number: "1/QĐ".to_owned(),
            decided_on: "2023-11-30".to_owned(),
        }),
        gone(RevokeCommendationRequest { commendation_id: commendation(), reason: reason() }),
    ]
}
