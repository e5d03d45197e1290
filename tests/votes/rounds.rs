//! A vote from its opening to its leading unit, over several rounds, in the system and on paper.

use proto::competition::v1::gather_season_response::Part;
use proto::competition::v1::gather_service_client::GatherServiceClient;
use proto::competition::v1::*;
use tonic::Code;

use super::poll::{Poll, close_request, next_request, open_request, outcome, share};
use crate::journeys::season::{BLOC, SEASON};
use crate::support::refusal::{reason, refusal, violations};
use crate::support::world::{World, journeys};

journeys!(
    a_run_off_finds_the_leading_unit,
    a_vote_that_missed_its_quorum_is_held_again,
    a_vote_on_paper_is_counted_by_the_same_rules
);

const UNITS: [&str; 5] = ["tn-01", "tn-02", "tn-03", "tn-04", "tn-05"];

/// The season's revision, and the votes that runs would gather.
async fn gathered(poll: &Poll<'_>) -> (u64, Vec<(String, u32)>) {
    let mut client = GatherServiceClient::new(poll.campaign.competition_as_scoring());
    let request = GatherSeasonRequest { season: SEASON.to_owned(), ..GatherSeasonRequest::default() };
    let mut stream = client.gather_season(request).await.expect("a stream").into_inner();
    let (mut revision, mut votes) = (0, Vec::new());
    while let Some(answer) = stream.message().await.expect("a part") {
        match answer.part {
            Some(Part::Head(head)) => revision = head.season.expect("a season").revision,
            Some(Part::Votes(of_unit)) => votes.push((of_unit.unit, of_unit.votes)),
            _ => {}
        }
    }
    (revision, votes)
}

fn counts(of: &[(&str, u32)]) -> Vec<(String, u32)> {
    of.iter().map(|(unit, votes)| ((*unit).to_owned(), *votes)).collect()
}

async fn list(poll: &Poll<'_>) -> Vec<Vote> {
    let (season, mut page_token, mut votes) = (SEASON.to_owned(), String::new(), Vec::new());
    loop {
        let request =
            ListVotesRequest { season: season.clone(), page_size: 1, page_token, ..Default::default() };
        let page = poll.admin().list_votes(request).await.expect("a list").into_inner();
        votes.extend(page.votes);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return votes;
        }
    }
}

async fn a_run_off_finds_the_leading_unit(world: &World) {
    let mut poll = Poll::of(world, "thai-nguyen", &UNITS, VoteRules::default()).await;
    let first = poll.open(&[]).await;
    assert_eq!((first.round, first.entitled, first.cast), (1, 5, 0));
    assert_eq!(
        (first.candidates.as_slice(), first.state()),
        (&UNITS.map(str::to_owned)[..], VoteState::Open)
    );
    let rules = first.rules.expect("rules");
    assert_eq!((rules.quorum, rules.majority, rules.run_off_candidates), (share(2, 3), share(1, 2), 2));
    assert_eq!(first.opened.as_ref().expect("who").name, "khoi-truong");
    let twice = poll.admin().open_vote(open_request(&[])).await;
    assert_eq!(refusal(twice), (Code::AlreadyExists, "VOTE_EXISTS".to_owned()));
    let early = poll.leader.open_next_round(next_request(&first)).await;
    assert_eq!(refusal(early), (Code::FailedPrecondition, "BALLOT_OPEN".to_owned()));

    let before = gathered(&poll).await;
    assert_eq!(before.1, []);
    let ballots =
        [("tn-03", "tn-01"), ("tn-01", "tn-02"), ("tn-05", "tn-02"), ("tn-02", "tn-01"), ("tn-04", "")];
    poll.cast_all(&first, &ballots[..3]).await;
    let meanwhile = poll.get(&first).await;
    assert_eq!((meanwhile.cast, meanwhile.result), (3, None), "nothing is known before the close");
    let request = GetRollRequest { vote_id: first.id.clone() };
    let roll = poll.delegate("tn-04").get_roll(request).await.expect("a roll").into_inner().entries;
    let voted: Vec<_> = roll.iter().map(|entry| (entry.unit.as_str(), entry.has_voted)).collect();
    let expected = [("tn-01", true), ("tn-02", false), ("tn-03", true), ("tn-04", false), ("tn-05", true)];
    assert_eq!(voted, expected);
    poll.cast_all(&first, &ballots[3..]).await;
    assert_eq!(gathered(&poll).await, before, "a ballot changes nothing that is gathered");

    let closed = poll.close(&first).await;
    let expected = "RUN_OFF_DUE tn-01+tn-02: tn-01 2, tn-02 2, tn-03 0, tn-04 0, tn-05 0, blank 1";
    assert_eq!(outcome(&closed), expected);
    assert_eq!((closed.cast, closed.state()), (5, VoteState::Closed));
    assert_eq!(closed.closed.as_ref().expect("who").name, "khoi-truong");
    let again = poll.leader.close_vote(close_request(&first)).await;
    assert_eq!(refusal(again), (Code::FailedPrecondition, "BALLOT_CLOSED".to_owned()));
    let after = gathered(&poll).await;
    let votes = counts(&[("tn-01", 2), ("tn-02", 2), ("tn-03", 0), ("tn-04", 0), ("tn-05", 0)]);
    assert_eq!(after, (before.0 + 1, votes.clone()));
    let stale: Vec<CampaignChanged> = poll.campaign.heard(2).await;
    assert_eq!(stale.last().map(|changed| (changed.revision, changed.blocs.len())), Some((after.0, 1)));

    let second = poll.next_round(&first).await;
    assert_eq!((second.round, second.candidates.join(" ").as_str()), (2, "tn-01 tn-02"));
    let twice = poll.leader.open_next_round(next_request(&first)).await;
    assert_eq!(refusal(twice), (Code::AlreadyExists, "VOTE_EXISTS".to_owned()));
    for unit in UNITS {
        let choice = if unit == "tn-01" { "tn-01" } else { "tn-02" };
        poll.cast(&second, unit, choice).await.expect("each unit votes again");
    }
    let elected = poll.close(&second).await;
    assert_eq!(outcome(&elected), "ELECTED tn-02: tn-02 4, tn-01 1, blank 0");
    let none = poll.leader.open_next_round(next_request(&second)).await;
    assert_eq!(refusal(none), (Code::FailedPrecondition, "NO_RUN_OFF_DUE".to_owned()));
    let over = poll.leader.open_vote(open_request(&[])).await;
    assert_eq!(refusal(over), (Code::AlreadyExists, "VOTE_EXISTS".to_owned()));
    assert_eq!(gathered(&poll).await, (after.0, votes), "a run-off only decides who leads");
    assert_eq!(list(&poll).await, [closed, elected]);
}

async fn a_vote_that_missed_its_quorum_is_held_again(world: &World) {
    let rules = VoteRules { quorum: share(3, 5), run_off_candidates: 3, ..VoteRules::default() };
    let mut poll = Poll::of(world, "thai-nguyen", &UNITS, rules).await;
    let stranger = poll.leader.open_vote(open_request(&["tn-01", "tn-09", "tn-01"])).await;
    assert_eq!(violations(stranger), ["candidates[2] INVALID_ARGUMENT"]);
    let stranger = poll.leader.open_vote(open_request(&["tn-01", "tn-09"])).await;
    assert_eq!(violations(stranger), ["candidates[1] NOT_A_MEMBER"]);
    let first = poll.open(&["tn-01", "tn-02"]).await;
    poll.cast_all(&first, &[("tn-01", "tn-01"), ("tn-02", "tn-01")]).await;
    let missed = poll.close(&first).await;
    assert_eq!(outcome(&missed), "QUORUM_MISSED : tn-01 2, tn-02 0, blank 0");
    assert_eq!(gathered(&poll).await.1, [], "a round without its quorum counts for nothing");

    let second = poll.next_round(&first).await;
    assert_eq!((second.candidates, second.rules), (first.candidates, first.rules));
    let second = poll.get(&Vote { id: second.id, ..Vote::default() }).await;
    poll.cast_all(&second, &[("tn-01", "tn-01"), ("tn-02", "tn-02"), ("tn-05", "tn-02")]).await;
    assert_eq!(outcome(&poll.close(&second).await), "ELECTED tn-02: tn-02 2, tn-01 1, blank 0");
    assert_eq!(gathered(&poll).await.1, counts(&[("tn-01", 1), ("tn-02", 2)]));
}

fn paper(of: &[(&str, u32)], blank: u32, entitled: u32) -> EnterPaperVoteRequest {
    let counts = of.iter().map(|(unit, votes)| CandidateVotes { unit: (*unit).to_owned(), votes: *votes });
    EnterPaperVoteRequest {
        season: SEASON.to_owned(),
        bloc: BLOC.to_owned(),
        counts: counts.collect(),
        blank,
        entitled,
        minutes_number: "03/BB-KTĐ".to_owned(),
    }
}

async fn a_vote_on_paper_is_counted_by_the_same_rules(world: &World) {
    let mut poll = Poll::of(world, "vinh-long", &UNITS, VoteRules::default()).await;
    let mut enter = async |request| poll.leader.enter_paper_vote(request).await;
    let too_many = enter(paper(&[("tn-01", 3), ("tn-02", 3)], 0, 0)).await;
    assert_eq!(violations(too_many), ["counts COUNT_MISMATCH"]);
    let wrong = EnterPaperVoteRequest { minutes_number: String::new(), ..paper(&[], 0, 2000) };
    let expected = ["counts FIELD_REQUIRED", "entitled NUMBER_INVALID", "minutes_number FIELD_REQUIRED"];
    assert_eq!(violations(enter(wrong).await), expected);
    let first = enter(paper(&[("tn-01", 2), ("tn-02", 2)], 1, 6)).await.expect("entered").into_inner();
    let first = first.vote.expect("a vote");
    assert_eq!(outcome(&first), "RUN_OFF_DUE tn-01+tn-02: tn-01 2, tn-02 2, blank 1");
    assert_eq!((first.on_paper, first.minutes_number.as_str(), first.entitled), (true, "03/BB-KTĐ", 6));
    assert_eq!(first.opened, first.closed);
    let elsewhere = enter(paper(&[("tn-01", 3), ("tn-03", 2)], 0, 0)).await;
    assert_eq!(violations(elsewhere), ["counts[1].unit NOT_A_CANDIDATE", "counts FIELD_REQUIRED"]);
    let second = enter(paper(&[("tn-02", 1), ("tn-01", 4)], 0, 0)).await.expect("entered").into_inner();
    let second = second.vote.expect("a vote");
    assert_eq!((second.round, outcome(&second).as_str()), (2, "ELECTED tn-01: tn-01 4, tn-02 1, blank 0"));
    let third = enter(paper(&[("tn-01", 4)], 0, 0)).await;
    assert_eq!(refusal(third), (Code::AlreadyExists, "VOTE_EXISTS".to_owned()));

    assert_eq!(gathered(&poll).await.1, counts(&[("tn-01", 2), ("tn-02", 2)]));
    let late = poll.cast(&second, "tn-01", "tn-01").await.expect_err("it is closed");
    assert_eq!(reason(&late), "BALLOT_CLOSED");
    let roll = poll.admin().get_roll(GetRollRequest { vote_id: second.id.clone() }).await.expect("a roll");
    assert_eq!(roll.into_inner().entries, []);
    assert_eq!(list(&poll).await, [first, second]);
}
