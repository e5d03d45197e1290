//! A bloc that votes, as the tests of votes begin.

use std::collections::BTreeMap;

use platform::tenancy::Grant;
use platform::transport::Connection;
use proto::common::v1::Role;
use proto::competition::v1::ballot_service_client::BallotServiceClient;
use proto::competition::v1::cast_ballot_request::Choice;
use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::competition::v1::*;
use tonic::Status;

use crate::journeys::season::{BLOC, Campaign, SEASON, open, phase, prepare_bloc, texts};
use crate::support::world::World;

pub(super) type Client = BallotServiceClient<Connection>;

/// A federation with one bloc whose phase of voting is open.
pub(super) struct Poll<'w> {
    pub(super) campaign: Campaign<'w>,
    /// The bloc's leader.
    pub(super) leader: Client,
    delegates: BTreeMap<String, Client>,
}

pub(super) fn share(numerator: u32, denominator: u32) -> Option<Share> {
    Some(Share { numerator, denominator })
}

impl<'w> Poll<'w> {
    pub(super) async fn of(world: &'w World, federation: &str, units: &[&str], rules: VoteRules) -> Self {
        let campaign = Campaign::of(world, federation).await;
        prepare_bloc(&campaign, units).await;
        let phases = vec![phase("vote", PhaseKind::Vote, &[]), phase("decide", PhaseKind::Decision, &[])];
        let request = UpdateSeasonRequest {
            code: SEASON.to_owned(),
            phases: Some(PhaseList { phases }),
            vote_rules: Some(rules),
            ..UpdateSeasonRequest::default()
        };
        let mut seasons = SeasonServiceClient::new(campaign.competition(&campaign.admin));
        seasons.update_season(request).await.expect("a season with votes");
        open(&campaign, "vote").await;
        let grant = Grant::of_bloc(Role::BlocLeader, SEASON, BLOC);
        let person = campaign.person("khoi-truong", vec![grant]).await;
        let leader = Client::new(campaign.competition(&person));
        let mut poll = Self { campaign, leader, delegates: BTreeMap::new() };
        for unit in units {
            let client = poll.someone(&format!("delegate.{unit}"), delegate_of(unit)).await;
            poll.delegates.insert((*unit).to_owned(), client);
        }
        poll
    }

    /// A new person with a role.
    pub(super) async fn someone(&self, login: &str, grant: Grant) -> Client {
        let person = self.campaign.person(login, vec![grant]).await;
        Client::new(self.campaign.competition(&person))
    }

    pub(super) fn admin(&self) -> Client {
        Client::new(self.campaign.competition(&self.campaign.admin))
    }

    /// The delegate of a unit.
    pub(super) fn delegate(&self, unit: &str) -> Client {
        self.delegates.get(unit).expect("a delegate").clone()
    }

    pub(super) async fn open(&mut self, candidates: &[&str]) -> Vote {
        let opened = self.leader.open_vote(open_request(candidates)).await.expect("opened").into_inner();
        opened.vote.expect("a vote")
    }

    /// Casts the ballot of a unit by its delegate; an empty choice is a blank ballot.
    pub(super) async fn cast(&self, vote: &Vote, unit: &str, choice: &str) -> Result<(), Status> {
        self.delegate(unit).cast_ballot(ballot(vote, unit, choice)).await.map(drop)
    }

    pub(super) async fn cast_all(&self, vote: &Vote, ballots: &[(&str, &str)]) {
        for (unit, choice) in ballots {
            self.cast(vote, unit, choice).await.expect("cast");
        }
    }

    pub(super) async fn close(&mut self, vote: &Vote) -> Vote {
        let closed = self.leader.close_vote(close_request(vote)).await.expect("closed").into_inner();
        closed.vote.expect("a vote")
    }

    pub(super) async fn next_round(&mut self, vote: &Vote) -> Vote {
        let opened = self.leader.open_next_round(next_request(vote)).await.expect("opened").into_inner();
        opened.vote.expect("a vote")
    }

    pub(super) async fn get(&self, vote: &Vote) -> Vote {
        let request = GetVoteRequest { vote_id: vote.id.clone() };
        let got = self.admin().get_vote(request).await.expect("answered").into_inner();
        got.vote.expect("a vote")
    }
}

pub(super) fn delegate_of(unit: &str) -> Grant {
    Grant::of_unit(Role::Delegate, unit)
}

pub(super) fn open_request(candidates: &[&str]) -> OpenVoteRequest {
    OpenVoteRequest { season: SEASON.to_owned(), bloc: BLOC.to_owned(), candidates: texts(candidates) }
}

pub(super) fn close_request(vote: &Vote) -> CloseVoteRequest {
    CloseVoteRequest { vote_id: vote.id.clone() }
}

pub(super) fn next_request(vote: &Vote) -> OpenNextRoundRequest {
    OpenNextRoundRequest { vote_id: vote.id.clone() }
}

pub(super) fn ballot(vote: &Vote, unit: &str, choice: &str) -> CastBallotRequest {
    let choice = match choice {
        "" => Choice::Blank(true),
        unit => Choice::Candidate(unit.to_owned()),
    };
    CastBallotRequest { vote_id: vote.id.clone(), unit: unit.to_owned(), choice: Some(choice) }
}

/// The outcome of a closed vote in one line: `RUN_OFF_DUE a+b: a 2, b 2, c 0, blank 1`.
pub(super) fn outcome(vote: &Vote) -> String {
    let result = vote.result.as_ref().expect("a result");
    let counts: Vec<_> =
        result.counts.iter().map(|counted| format!("{} {}", counted.unit, counted.votes)).collect();
    let who = format!("{}{}", result.leading_unit, result.run_off.join("+"));
    let outcome = result.outcome().as_str_name().trim_start_matches("VOTE_OUTCOME_");
    format!("{outcome} {who}: {}, blank {}", counts.join(", "), result.blank)
}
