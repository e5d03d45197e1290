//! Live standings show the sheets as they are now: what changes marks its bloc stale, which is then computed again.

use std::time::Duration;

use platform::tenancy::Grant;
use proto::common::v1::Role;
use proto::competition::v1::bloc_service_client::BlocServiceClient;
use proto::competition::v1::{CreateBlocRequest, SetMembersRequest};
use proto::organizations::v1::Unit;
use proto::platform::v1::job_service_client::JobServiceClient;
use proto::platform::v1::{Job, JobState, ListJobsRequest};
use proto::scoring::v1::result_service_client::ResultServiceClient;
use proto::scoring::v1::result_source::Source;
use proto::scoring::v1::*;
use tonic::{Code, Status};

use super::federation::unit;
use super::runs::scored;
use super::season::{BLOC, Person, SEASON, bloc, texts};
use super::sheets::{Scene, key, points, put, submit};
use crate::support::refusal::refusal;
use crate::support::wait::as_time_passes;
use crate::support::world::{World, journeys};

journeys!(
    live_standings_follow_the_sheets,
    only_the_bloc_that_changed_is_computed_again,
    no_change_is_lost_between_computations,
    standings_that_could_not_be_computed_are_tried_again,
    members_and_units_make_standings_stale,
    a_bloc_with_faults_has_no_live_standings,
    live_standings_are_read_by_those_whom_they_concern,
    a_run_says_since_when_it_is_out_of_date,
);

const OTHER: &str = "cum-2";

async fn standings(
    scene: &Scene<'_>,
    person: &Person,
    bloc: &str,
    source: Option<Source>,
) -> Result<GetBlocStandingsResponse, Status> {
    let request = GetBlocStandingsRequest {
        season: SEASON.to_owned(),
        bloc: bloc.to_owned(),
        source: Some(ResultSource { source }),
    };
    let mut results = ResultServiceClient::new(scene.federation.competition(person));
    Ok(results.get_bloc_standings(request).await?.into_inner())
}

async fn live(scene: &Scene<'_>, bloc: &str) -> Result<GetBlocStandingsResponse, Status> {
    standings(scene, &scene.federation.admin, bloc, Some(Source::Live(true))).await
}

fn origin(answer: &GetBlocStandingsResponse) -> &ResultOrigin {
    answer.origin.as_ref().expect("an origin")
}

/// Unit, points and rank of each unit, in order.
fn shown(answer: &GetBlocStandingsResponse) -> Vec<String> {
    let shown = answer.standings.iter().map(|standing| {
        let rank = standing.rank.map_or("-".to_owned(), |rank| rank.to_string());
        format!("{} {} {rank}", standing.unit, standing.total.clone().unwrap_or_default())
    });
    shown.collect()
}

/// The live standings, once all that has happened is in them and as they are wanted.
async fn settled(scene: &Scene<'_>, world: &World, bloc: &str, wanted: &[&str]) -> GetBlocStandingsResponse {
    as_time_passes(&world.time, "the standings are settled", async || {
        // Who asks before the first computation has ended gets standings that are kept nowhere.
        let kept = computations(scene).await.is_empty();
        let answer = live(scene, bloc).await.ok()?;
        (kept && origin(&answer).stale_since.is_none() && shown(&answer) == wanted).then_some(answer)
    })
    .await
}

/// The computations that are due or at work.
async fn computations(scene: &Scene<'_>) -> Vec<Job> {
    computations_that_are(scene, &[JobState::Waiting, JobState::Running]).await
}

async fn computations_that_are(scene: &Scene<'_>, states: &[JobState]) -> Vec<Job> {
    let admin = scene.federation.competition(&scene.federation.admin);
    let request = ListJobsRequest {
        service: "scoring".to_owned(),
        kind: "standings".to_owned(),
        states: states.iter().map(|state| (*state).into()).collect(),
        ..ListJobsRequest::default()
    };
    JobServiceClient::new(admin).list_jobs(request).await.expect("a page").into_inner().jobs
}

/// The bloc's leader changes the points of criterion 1.1 on a bloc sheet that was handed in.
async fn change(scene: &Scene<'_>, unit: &str, given: &str) {
    let mut leader = scene.as_one(&scene.leader);
    let sheet = || Some(key(unit, "bloc", ""));
    let reopen = ReopenSheetRequest { key: sheet(), reason: "chấm lại".to_owned() };
    leader.reopen_sheet(reopen).await.expect("given back");
    let lines = vec![points("1.1", given)];
    let request = PutLinesRequest { key: sheet(), lines, ..PutLinesRequest::default() };
    leader.put_lines(request).await.expect("written");
    let answer = leader.submit_sheet(SubmitSheetRequest { key: sheet(), expected_revision: None }).await;
    answer.expect("handed in");
}

async fn standings_that_could_not_be_computed_are_tried_again(world: &World) {
    let scene = scored(world).await;
    let first = ["vl-01 10.00 1", "vl-02 8.00 2", "vl-03 6.00 3"];
    settled(&scene, world, BLOC, &first).await;
    change(&scene, "vl-03", "8").await;
    world.outage.begins("/thidua.competition.v1.GatherService/GatherSeason", Code::Internal);
    as_time_passes(&world.time, "the computation has failed for good", async || {
        (computations_that_are(&scene, &[JobState::Failed]).await.len() == 1).then_some(())
    })
    .await;
    let stale = live(&scene, BLOC).await.expect("the old ones");
    assert_eq!(shown(&stale), first);
    assert!(origin(&stale).stale_since.is_some());

    // Nothing changes any more.
    world.outage.ends();
    world.time.advance(Duration::from_secs(60 * 60));
    settled(&scene, world, BLOC, &["vl-03 11.00 1", "vl-01 10.00 2", "vl-02 8.00 3"]).await;
}

async fn set_members(scene: &Scene<'_>, members: &[&str]) {
    let request =
        SetMembersRequest { season: SEASON.to_owned(), bloc: BLOC.to_owned(), members: texts(members) };
    let admin = scene.federation.competition(&scene.federation.admin);
    BlocServiceClient::new(admin).set_members(request).await.expect("members");
}

const FIRST: [&str; 3] = ["vl-01 10.00 1", "vl-02 8.00 2", "vl-03 6.00 3"];

async fn live_standings_follow_the_sheets(world: &World) {
    let scene = scored(world).await;
    let before = settled(&scene, world, BLOC, &FIRST).await;
    let ResultOrigin { run_id, run_number, published, .. } = origin(&before).clone();
    assert_eq!((run_id.as_str(), run_number, published), ("", 0, false));
    assert_eq!(before.bloc_name, "Cụm thi đua cum-1");
    assert_eq!(before.summary.as_ref().map(|summary| (summary.units, summary.ranked)), Some((3, 3)));
    assert!(before.standings.iter().all(|standing| standing.federation_rank.is_none()));

    let mut leader = scene.as_one(&scene.leader);
    let sheet = || Some(key("vl-03", "bloc", ""));
    let reopen = ReopenSheetRequest { key: sheet(), reason: "chấm lại".to_owned() };
    leader.reopen_sheet(reopen).await.expect("given back");
    let lines = vec![points("1.1", "8")];
    let request = PutLinesRequest { key: sheet(), lines, ..PutLinesRequest::default() };
    leader.put_lines(request).await.expect("written");
    assert_eq!(live(&scene, BLOC).await.expect("live"), before, "a draft does not count");

    world.time.advance(Duration::from_secs(60));
    world.hold_jobs("scoring", scene.federation.tenant(), true).await;
    let now = world.time.clock().now();
    leader.submit_sheet(SubmitSheetRequest { key: sheet(), expected_revision: None }).await.expect("in");
    let stale = live(&scene, BLOC).await.expect("live");
    assert_eq!(origin(&stale).stale_since, Some(now.into()));
    assert_eq!(shown(&stale), FIRST, "as they were, until they are computed again");
    world.hold_jobs("scoring", scene.federation.tenant(), false).await;
    let after = settled(&scene, world, BLOC, &["vl-03 11.00 1", "vl-01 10.00 2", "vl-02 8.00 3"]).await;
    assert!(
        origin(&after).computed_at.map(|at| at.seconds) > origin(&before).computed_at.map(|at| at.seconds)
    );
}

/// Makes another bloc of vl-04, which scores itself and is scored.
async fn second_bloc(scene: &Scene<'_>) {
    let admin = scene.federation.competition(&scene.federation.admin);
    let request = CreateBlocRequest { bloc: Some(bloc(OTHER, &["vl-04"])) };
    BlocServiceClient::new(admin).create_bloc(request).await.expect("a bloc");
    let mut officer = scene.as_officer(4);
    put(&mut officer, key("vl-04", "self", ""), &[points("1.1", "4")], 0).await.expect("a draft");
    submit(&mut officer, key("vl-04", "self", "")).await.expect("handed in");
}

async fn only_the_bloc_that_changed_is_computed_again(world: &World) {
    let scene = scored(world).await;
    second_bloc(&scene).await;
    settled(&scene, world, BLOC, &FIRST).await;
    let other = settled(&scene, world, OTHER, &["vl-04 4.00 -"]).await;
    assert_eq!(other.standings[0].unranked, ["not_assessed"]);
    world.time.advance(Duration::from_secs(60));
    change(&scene, "vl-02", "6").await;
    settled(&scene, world, BLOC, &["vl-01 10.00 1", "vl-02 9.00 2", "vl-03 6.00 3"]).await;
    assert_eq!(live(&scene, OTHER).await.expect("live"), other, "nobody has computed it again");
}

async fn no_change_is_lost_between_computations(world: &World) {
    let scene = scored(world).await;
    for given in ["1", "2", "3", "4", "5", "6", "8"] {
        change(&scene, "vl-03", given).await;
        // Some computations begin between the changes, some while they are made.
        world.time.advance(Duration::from_millis(1500));
    }
    settled(&scene, world, BLOC, &["vl-03 11.00 1", "vl-01 10.00 2", "vl-02 8.00 3"]).await;
}

async fn members_and_units_make_standings_stale(world: &World) {
    let scene = scored(world).await;
    settled(&scene, world, BLOC, &FIRST).await;
    set_members(&scene, &["vl-01", "vl-03"]).await;
    settled(&scene, world, BLOC, &["vl-01 10.00 1", "vl-03 6.00 2"]).await;
    let renamed = Unit { name: "CĐCS Mới".to_owned(), ..unit("vl-03", "") };
    scene.federation.put_units(vec![renamed]).await;
    as_time_passes(&world.time, "the unit's new name is shown", async || {
        let answer = live(&scene, BLOC).await.expect("live");
        (answer.standings[1].unit_name == "CĐCS Mới").then_some(())
    })
    .await;
}

async fn a_bloc_with_faults_has_no_live_standings(world: &World) {
    let scene = scored(world).await;
    let mut peer = scene.as_officer(2);
    let cross = || key("vl-01", "cross", "vl-02");
    put(&mut peer, cross(), &[points("1.1", "5")], 0).await.expect("a draft");
    submit(&mut peer, cross()).await.expect("handed in");
    settled(&scene, world, BLOC, &FIRST).await;
    // Who has scored vl-01 is in its bloc no more.
    set_members(&scene, &["vl-01", "vl-03"]).await;
    let refused =
        as_time_passes(&world.time, "the bloc has no standings", async || live(&scene, BLOC).await.err())
            .await;
    assert!(refused.message().contains("/sheets/"), "{}", refused.message());
    let invalid = (Code::FailedPrecondition, "CAMPAIGN_INVALID".to_owned());
    assert_eq!(refusal::<()>(Err(refused)), invalid);
    set_members(&scene, &["vl-01", "vl-02", "vl-03"]).await;
    settled(&scene, world, BLOC, &FIRST).await;
}

async fn live_standings_are_read_by_those_whom_they_concern(world: &World) {
    let scene = scored(world).await;
    second_bloc(&scene).await;
    let officer = scene.officer(1);
    let observer = scene.federation.person("observer", vec![Grant::of_federation(Role::Observer)]).await;
    let delegate = scene.federation.person("delegate", vec![Grant::of_unit(Role::Delegate, "vl-01")]).await;
    let now = || Some(Source::Live(true));
    for person in [officer, &scene.leader, &observer] {
        // Nothing was computed yet: then it is at once.
        assert_eq!(shown(&standings(&scene, person, BLOC, now()).await.expect("read")), FIRST);
    }
    let denied = (Code::PermissionDenied, "OUT_OF_SCOPE".to_owned());
    for person in [officer, &scene.leader, &delegate] {
        assert_eq!(refusal(standings(&scene, person, OTHER, now()).await), denied);
    }
    standings(&scene, &observer, OTHER, now()).await.expect("read");
    assert_eq!(refusal(live(&scene, "cum-9").await), (Code::NotFound, "BLOC_UNKNOWN".to_owned()));
}

async fn a_run_says_since_when_it_is_out_of_date(world: &World) {
    let scene = scored(world).await;
    let stale = async |run: &Run| {
        let admin = &scene.federation.admin;
        let answer = standings(&scene, admin, BLOC, Some(Source::RunId(run.id.clone()))).await;
        origin(&answer.expect("read")).stale_since
    };
    let first = scene.classified().await;
    assert_eq!(stale(&first).await, None);
    world.time.advance(Duration::from_secs(60));
    let changed = world.time.clock().now();
    change(&scene, "vl-02", "6").await;
    assert_eq!(stale(&first).await, Some(changed.into()));
    world.time.advance(Duration::from_secs(60));
    let second = scene.classified().await;
    assert_eq!(stale(&second).await, None);
    change(&scene, "vl-02", "7").await;
    assert_eq!(stale(&first).await, Some(changed.into()), "since the first change after it");
    assert!(stale(&second).await.is_some());

    let third = scene.classified().await;
    assert_eq!(stale(&third).await, None);
    scene.federation.put_units(vec![unit("vl-05", "")]).await;
    as_time_passes(&world.time, "the run is out of date", async || stale(&third).await).await;
}
