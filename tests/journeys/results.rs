//! Standings, counts and comparisons of runs, and who reads them.

use platform::tenancy::Grant;
use platform::transport::Connection;
use proto::common::v1::Role;
use proto::competition::v1::policy_service_client::PolicyServiceClient;
use proto::competition::v1::{
    Class, CrossAggregate, Policy, PutPolicyRequest, Quota, QuotaBase, QuotaScope, Rounding, Selection, Ties,
    class,
};
use proto::scoring::v1::result_service_client::ResultServiceClient;
use proto::scoring::v1::result_source::Source;
use proto::scoring::v1::*;
use tonic::{Code, Status};

use super::runs::scored;
use super::runs_jobs::begins;
use super::season::{BLOC, Campaign, Person, SEASON, policy, texts};
use super::sheets::{LAYERS, Scene, checked, key, points, put, submit};
use crate::support::refusal::{refusal, violations};
use crate::support::world::{World, journeys};

journeys!(
    everyone_reads_the_standings_that_are_published,
    the_federation_is_listed_from_its_best_unit_to_its_unranked_ones,
    counts_have_per_cents_and_quotas,
    drafts_are_for_those_whom_they_concern,
    results_that_are_not_there_are_refused_with_the_reason,
    a_corrected_sheet_moves_what_rests_on_it_and_nothing_else,
);

type Results = ResultServiceClient<Connection>;

/// A scored bloc whose federation has two members of the standing committee and the classes excellent (half of the good
/// ones), good from 7 points on, and not completed.
pub(super) struct Ranking<'w> {
    pub(super) scene: Scene<'w>,
    pub(super) committee: [Person; 2],
    /// Of no role.
    pub(super) reader: Person,
}

pub(super) async fn ranking(world: &World) -> Ranking<'_> {
    let scene = scored(world).await;
    let admin = scene.federation.competition(&scene.federation.admin);
    let request = PutPolicyRequest { season: SEASON.to_owned(), policy: Some(with_quota()) };
    PolicyServiceClient::new(admin).put_policy(request).await.expect("a policy");
    let decides = || vec![Grant::of_federation(Role::StandingCommittee)];
    let committee =
        [scene.federation.person("chair", decides()).await, scene.federation.person("vice", decides()).await];
    let reader = scene.federation.person("reader", Vec::new()).await;
    Ranking { scene, committee, reader }
}

pub(super) fn with_quota() -> Policy {
    let class = |code: &str, entry| Class {
        code: code.to_owned(),
        name: format!("Loại {code}"),
        entry: Some(entry),
        requires: None,
    };
    let half = Quota {
        scope: QuotaScope::Bloc.into(),
        percent: "50".to_owned(),
        base: QuotaBase::Pool.into(),
        rounding: Rounding::HalfUp.into(),
    };
    let best = Selection { from: "good".to_owned(), quotas: vec![half], ties: Ties::Exclude.into() };
    Policy {
        layers: texts(&LAYERS),
        cross_aggregate: CrossAggregate::Mean.into(),
        classes: vec![
            class("excellent", class::Entry::Select(best)),
            class("good", class::Entry::MinPoints("7".to_owned())),
            class("not_completed", class::Entry::MinPoints("0".to_owned())),
        ],
        ..policy()
    }
}

pub(super) fn of_run(run: &Run) -> Option<ResultSource> {
    Some(ResultSource { source: Some(Source::RunId(run.id.clone())) })
}

pub(super) fn live() -> Option<ResultSource> {
    Some(ResultSource { source: Some(Source::Live(true)) })
}

impl Ranking<'_> {
    pub(super) fn connection(&self, person: &Person) -> Connection {
        self.scene.federation.competition(person)
    }

    fn results(&self, person: &Person) -> Results {
        Results::new(self.connection(person))
    }

    /// Classifies and publishes.
    pub(super) async fn published(&self) -> Run {
        let run = self.scene.classified().await;
        self.publish(&run).await
    }

    async fn publish(&self, run: &Run) -> Run {
        for person in &self.committee {
            let request = ApproveRunRequest {
                run_id: run.id.clone(),
                results_sha256: run.results_sha256.clone(),
                note: String::new(),
            };
            self.scene.runs(person).approve_run(request).await.expect("approved");
        }
        self.scene.run(&run.id).await
    }

    /// The leader takes a bloc sheet back and hands it in with other lines.
    pub(super) async fn correct(&self, unit: &str, lines: &[Line]) {
        let mut leader = self.scene.as_one(&self.scene.leader);
        let request =
            ReopenSheetRequest { key: Some(key(unit, "bloc", "")), reason: "cộng nhầm".to_owned() };
        let sheet = leader.reopen_sheet(request).await.expect("reopened").into_inner().sheet;
        let revision = sheet.expect("a sheet").revision;
        put(&mut leader, key(unit, "bloc", "hội nghị"), lines, revision).await.expect("a draft");
        submit(&mut leader, key(unit, "bloc", "")).await.expect("handed in");
    }

    pub(super) async fn bloc(
        &self,
        person: &Person,
        source: Option<ResultSource>,
    ) -> Result<GetBlocStandingsResponse, Status> {
        let (season, bloc) = (SEASON.to_owned(), BLOC.to_owned());
        let request = GetBlocStandingsRequest { season, bloc, source };
        Ok(self.results(person).get_bloc_standings(request).await?.into_inner())
    }

    /// The units of the federation's standings, over pages of two.
    async fn federation(
        &self,
        person: &Person,
        source: Option<ResultSource>,
        class: &str,
    ) -> Result<Vec<Standing>, Status> {
        let mut request = ListFederationStandingsRequest {
            season: SEASON.to_owned(),
            source,
            class: class.to_owned(),
            page_size: 2,
            page_token: String::new(),
        };
        let mut standings = Vec::new();
        loop {
            let page = self.results(person).list_federation_standings(request.clone()).await?.into_inner();
            standings.extend(page.standings);
            if page.next_page_token.is_empty() {
                return Ok(standings);
            }
            request.page_token = page.next_page_token;
        }
    }

    async fn summary(
        &self,
        person: &Person,
        source: Option<ResultSource>,
    ) -> Result<GetFederationSummaryResponse, Status> {
        let request = GetFederationSummaryRequest { season: SEASON.to_owned(), source };
        Ok(self.results(person).get_federation_summary(request).await?.into_inner())
    }

    async fn compare(&self, from: &str, to: &Run) -> Result<CompareRunsResponse, Status> {
        let mut request = CompareRunsRequest {
            from_run_id: from.to_owned(),
            to_run_id: to.id.clone(),
            page_size: 1,
            page_token: String::new(),
        };
        let mut whole: Option<CompareRunsResponse> = None;
        loop {
            let [person, _] = &self.committee;
            let page = self.results(person).compare_runs(request.clone()).await?.into_inner();
            request.page_token = page.next_page_token.clone();
            match &mut whole {
                Some(whole) => whole.moves.extend(page.moves),
                None => whole = Some(page),
            }
            if request.page_token.is_empty() {
                return Ok(whole.expect("a page"));
            }
        }
    }
}

/// Unit, total, rank in the bloc and in the federation, class.
pub(super) type Shown<'s> = (&'s str, &'s str, Option<u32>, Option<u32>, &'s str);

pub(super) fn shown(standings: &[Standing]) -> Vec<Shown<'_>> {
    let shown = standings.iter().map(|one| {
        let total = one.total.as_deref().unwrap_or("none");
        (one.unit.as_str(), total, one.rank, one.federation_rank, one.class.as_str())
    });
    shown.collect()
}

async fn everyone_reads_the_standings_that_are_published(world: &World) {
    let ranking = ranking(world).await;
    let run = ranking.published().await;
    let answer = ranking.bloc(&ranking.reader, None).await.expect("standings");
    let origin = answer.origin.expect("an origin");
    assert_eq!((origin.run_id.as_str(), origin.run_number, origin.published), (run.id.as_str(), 1, true));
    assert_eq!(origin.campaign_sha256, run.campaign_sha256);
    assert_eq!(origin.results_sha256, run.results_sha256);
    assert_eq!(origin.computed_at, run.finished_at);
    assert_eq!(answer.bloc_name, "Cụm thi đua cum-1");
    assert_eq!(
        shown(&answer.standings),
        [
            ("vl-01", "10.00", Some(1), Some(1), "excellent"),
            ("vl-02", "8.00", Some(2), Some(2), "good"),
            ("vl-03", "6.00", Some(3), Some(3), "not_completed"),
        ]
    );
    let first = &answer.standings[0];
    assert_eq!((first.unit_name.as_str(), first.bloc.as_str()), ("CĐCS vl-01", BLOC));
    let parts = [&first.base, &first.bonus, &first.penalty].map(|points| points.as_deref());
    assert_eq!(parts, [Some("10.00"), Some("0.00"), Some("0.00")]);
    let groups: Vec<_> = first.groups.iter().map(|one| (one.group.as_str(), one.points.as_str())).collect();
    assert_eq!(groups, [("1", "10.00"), ("T", "0.00")]);
    assert_eq!(first.targets, Some(TargetTally { total: 1, met: 0, exceeded: 0 }));

    let by_id = ranking.bloc(&ranking.reader, of_run(&run)).await.expect("standings");
    assert_eq!(by_id.standings, answer.standings, "by its id everyone reads the published run too");
}

async fn the_federation_is_listed_from_its_best_unit_to_its_unranked_ones(world: &World) {
    let ranking = ranking(world).await;
    ranking.published().await;
    let all = ranking.federation(&ranking.reader, None, "").await.expect("standings");
    assert_eq!(
        shown(&all),
        [
            ("vl-01", "10.00", Some(1), Some(1), "excellent"),
            ("vl-02", "8.00", Some(2), Some(2), "good"),
            ("vl-03", "6.00", Some(3), Some(3), "not_completed"),
            ("vl-04", "none", None, None, "unranked"),
        ]
    );
    let last = all.last().expect("a unit");
    assert_eq!((last.bloc.as_str(), last.unranked.join(" ")), ("", "no_bloc not_assessed".to_owned()));
    let of = async |class| {
        let found = ranking.federation(&ranking.reader, None, class).await.expect("standings");
        found.into_iter().map(|one| one.unit).collect::<Vec<_>>()
    };
    assert_eq!(of("good").await, ["vl-02"]);
    assert_eq!(of("unranked").await, ["vl-04"]);
    let unknown = ranking.federation(&ranking.reader, None, "best").await;
    assert_eq!(violations(unknown), ["class CLASS_UNKNOWN"]);
    let now = ranking.federation(&ranking.reader, live(), "").await;
    assert_eq!(violations(now), ["source.live INVALID_ARGUMENT"]);

    // Other services ask too, for the federation of their token.
    let request = ListFederationStandingsRequest { season: SEASON.to_owned(), ..Default::default() };
    let mut competition = Results::new(world.service("competition", Some(ranking.scene.federation.tenant())));
    let page = competition.list_federation_standings(request.clone()).await.expect("standings").into_inner();
    assert_eq!(page.standings, all);

    // A page belongs to the run that it began with.
    let request = ListFederationStandingsRequest { page_size: 3, ..request };
    let page = competition.list_federation_standings(request.clone()).await.expect("a page").into_inner();
    ranking.published().await;
    let request = ListFederationStandingsRequest { page_token: page.next_page_token, ..request };
    let next = competition.list_federation_standings(request).await;
    assert_eq!(refusal(next), (Code::InvalidArgument, "PAGE_TOKEN_INVALID".to_owned()));
}

async fn counts_have_per_cents_and_quotas(world: &World) {
    let ranking = ranking(world).await;
    ranking.published().await;
    let answer = ranking.summary(&ranking.reader, None).await.expect("counts");
    let counts = |summary: &Summary| -> Vec<(String, String, u32, String)> {
        let counts = summary.classes.iter().cloned();
        counts.map(|one| (one.class, one.name, one.units, one.percent.unwrap_or_default())).collect()
    };
    let row = |class: &str, name: &str, units, percent: &str| {
        (class.to_owned(), name.to_owned(), units, percent.to_owned())
    };
    let federation = answer.federation.expect("counts");
    assert_eq!((federation.units, federation.ranked), (4, 3));
    assert_eq!(
        counts(&federation),
        [
            row("excellent", "Loại excellent", 1, "25.00"),
            row("good", "Loại good", 1, "25.00"),
            row("not_completed", "Loại not_completed", 1, "25.00"),
            row("unranked", "", 1, "25.00"),
        ]
    );
    assert!(federation.quotas.is_empty(), "the quota is one of blocs");
    let [bloc] = answer.blocs.try_into().expect("one bloc");
    assert_eq!((bloc.bloc.as_str(), bloc.name.as_str()), (BLOC, "Cụm thi đua cum-1"));
    let summary = bloc.summary.expect("counts");
    assert_eq!(
        counts(&summary)[..2],
        [row("excellent", "Loại excellent", 1, "33.33"), row("good", "Loại good", 1, "33.33")]
    );
    let quota = QuotaResult {
        class: "excellent".to_owned(),
        quota: 0,
        base: 2,
        allowed: 1,
        selected: 1,
        ties_at_cut: Vec::new(),
    };
    assert_eq!(summary.quotas, [quota]);
    let of_bloc = ranking.bloc(&ranking.reader, None).await.expect("standings");
    assert_eq!(of_bloc.summary, Some(summary));
}

async fn drafts_are_for_those_whom_they_concern(world: &World) {
    let ranking = ranking(world).await;
    let scene = &ranking.scene;
    let draft = scene.classified().await;
    let [chair, _] = &ranking.committee;
    let outside = (Code::PermissionDenied, "OUT_OF_SCOPE".to_owned());

    for person in [&scene.officers[0], &scene.leader, &scene.appraiser, chair, &scene.federation.admin] {
        let answer = ranking.bloc(person, of_run(&draft)).await.expect("standings");
        assert_eq!(answer.standings.len(), 3);
        assert!(!answer.origin.expect("an origin").published);
    }
    // The officer of a unit in no bloc, and someone without a role.
    for person in [&scene.officers[3], &ranking.reader] {
        assert_eq!(refusal(ranking.bloc(person, of_run(&draft)).await), outside);
    }
    for person in [&scene.officers[0], &scene.leader, &ranking.reader] {
        assert_eq!(refusal(ranking.federation(person, of_run(&draft), "").await), outside);
        assert_eq!(refusal(ranking.summary(person, of_run(&draft)).await), outside);
    }
    assert_eq!(ranking.federation(chair, of_run(&draft), "").await.expect("standings").len(), 4);
    assert!(ranking.summary(&scene.appraiser, of_run(&draft)).await.is_ok());

    ranking.publish(&draft).await;
    assert!(ranking.bloc(&ranking.reader, of_run(&draft)).await.is_ok(), "published, it is for everyone");
    let newer = ranking.published().await;
    assert_eq!(refusal(ranking.bloc(&ranking.reader, of_run(&draft)).await), outside, "older than that");
    assert!(ranking.bloc(&scene.officers[0], of_run(&draft)).await.is_ok());

    let other = Campaign::of(world, "khanh-hoa").await;
    let mut stranger = Results::new(other.competition(&other.admin));
    let request =
        |source| GetBlocStandingsRequest { season: SEASON.to_owned(), bloc: BLOC.to_owned(), source };
    let unknown = (Code::NotFound, "RUN_UNKNOWN".to_owned());
    assert_eq!(refusal(stranger.get_bloc_standings(request(of_run(&newer))).await), unknown);
    assert_eq!(refusal(stranger.get_bloc_standings(request(None)).await), unknown);
    let request = CompareRunsRequest { to_run_id: newer.id.clone(), ..Default::default() };
    assert_eq!(refusal(stranger.compare_runs(request).await), unknown);
}

async fn results_that_are_not_there_are_refused_with_the_reason(world: &World) {
    let ranking = ranking(world).await;
    let scene = &ranking.scene;
    let unknown = (Code::NotFound, "RUN_UNKNOWN".to_owned());
    let admin = &scene.federation.admin;
    assert_eq!(refusal(ranking.bloc(admin, None).await), unknown, "no run is published");
    assert_eq!(refusal(ranking.federation(admin, None, "").await), unknown);
    assert_eq!(refusal(ranking.summary(admin, None).await), unknown);

    world.hold_jobs("scoring", scene.federation.tenant(), true).await;
    let run = scene.start().await.expect("started");
    let state = (Code::FailedPrecondition, "RUN_STATE".to_owned());
    assert_eq!(refusal(ranking.bloc(admin, of_run(&run)).await), state, "it has not computed yet");
    world.hold_jobs("scoring", scene.federation.tenant(), false).await;
    begins(scene, world, &run.job_id).await;
    scene.job_of(&run).await;
    let run = scene.run(&run.id).await;
    assert!(ranking.bloc(admin, of_run(&run)).await.is_ok());
    let first = ranking.compare("", &run).await;
    assert_eq!(refusal(first), unknown, "there is nothing published to compare with");
    ranking.publish(&run).await;
    assert_eq!(refusal(ranking.compare("", &run).await), unknown, "it replaced none");

    let mut results = ranking.results(admin);
    let request = |season: &str, bloc: &str, source| GetBlocStandingsRequest {
        season: season.to_owned(),
        bloc: bloc.to_owned(),
        source,
    };
    let other_bloc = results.get_bloc_standings(request(SEASON, "cum-2", None)).await;
    assert_eq!(refusal(other_bloc), (Code::NotFound, "UNIT_NOT_IN_RUN".to_owned()));
    let other_season = results.get_bloc_standings(request("2022", BLOC, of_run(&run))).await;
    assert_eq!(refusal(other_season), unknown);
    let wrong = ResultSource { source: Some(Source::RunId("1".to_owned())) };
    let faults = violations(results.get_bloc_standings(request("", "A", Some(wrong))).await);
    assert_eq!(faults, ["season FIELD_REQUIRED", "bloc CODE_INVALID", "source.run_id INVALID_ARGUMENT"]);
    let officer = CompareRunsRequest { to_run_id: run.id.clone(), ..Default::default() };
    let denied = ranking.results(&scene.officers[0]).compare_runs(officer).await;
    assert_eq!(refusal(denied).0, Code::PermissionDenied);
}

async fn a_corrected_sheet_moves_what_rests_on_it_and_nothing_else(world: &World) {
    let ranking = ranking(world).await;
    let first = ranking.published().await;
    ranking.correct("vl-02", &[points("1.1", "7.5"), checked("1.3", &["a"])]).await;
    let second = ranking.scene.classified().await;

    let moved = ranking.compare("", &second).await.expect("what moved");
    assert_eq!(moved.total_moves, 2);
    assert_eq!(moved.from.as_ref().map(|from| (from.run_number, from.published)), Some((1, true)));
    assert_eq!(moved.to.as_ref().map(|to| (to.run_number, to.published)), Some((2, false)));
    let sides: Vec<_> = moved
        .moves
        .iter()
        .map(|one| {
            let sides = [one.before.clone().expect("before"), one.after.clone().expect("after")];
            format!("{:?}", shown(&sides))
        })
        .collect();
    let rank = |rank| Some(rank);
    let leading =
        [("vl-01", "10.00", rank(1), rank(1), "excellent"), ("vl-01", "10.00", rank(2), rank(2), "good")];
    let rising =
        [("vl-02", "8.00", rank(2), rank(2), "good"), ("vl-02", "10.50", rank(1), rank(1), "excellent")];
    assert_eq!(sides, [format!("{leading:?}"), format!("{rising:?}")]);
    assert!(moved.moves[0].lines.is_empty(), "no line of vl-01 moved");
    let line = LineMove {
        criterion: "1.1".to_owned(),
        points_before: Some("5.00".to_owned()),
        points_after: Some("7.50".to_owned()),
        layer_before: "bloc".to_owned(),
        layer_after: "bloc".to_owned(),
    };
    assert_eq!(moved.moves[1].lines, [line]);

    assert_eq!(ranking.compare(&second.id, &second).await.expect("nothing").total_moves, 0);
    ranking.publish(&second).await;
    let again = ranking.compare("", &second).await.expect("what moved");
    assert_eq!(again.from.map(|from| from.run_id), Some(first.id.clone()), "the one published before");
    assert_eq!(again.moves, moved.moves);
    let back = ranking.compare("", &first).await.expect("what moved");
    assert_eq!(back.from.map(|from| from.run_id), Some(second.id));
    assert_eq!(back.total_moves, 2);
}
