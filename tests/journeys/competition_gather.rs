//! Scoring gathers a season at one revision.

use proto::competition::v1::bloc_service_client::BlocServiceClient;
use proto::competition::v1::gather_season_response::Part;
use proto::competition::v1::gather_service_client::GatherServiceClient;
use proto::competition::v1::target_service_client::TargetServiceClient;
use proto::competition::v1::{
    CreateBlocRequest, Figure, GatherSeasonRequest, PutTargetsRequest, SetMembersRequest, Target,
};
use tonic::{Code, Status};

use super::season::{BLOC, Campaign, SEASON, bloc, open, pin, prepare_bloc, texts};
use crate::support::refusal::reason;
use crate::support::world::{World, journeys};

journeys!(a_season_is_gathered_whole_at_its_revision, every_change_that_counts_raises_the_revision);

fn request(known_revision: Option<u64>, bloc: &str) -> GatherSeasonRequest {
    GatherSeasonRequest { season: SEASON.to_owned(), known_revision, bloc: bloc.to_owned() }
}

async fn gather(federation: &Campaign<'_>, request: GatherSeasonRequest) -> Result<Vec<Part>, Status> {
    let mut client = GatherServiceClient::new(federation.competition_as_scoring());
    let mut stream = client.gather_season(request).await?.into_inner();
    let mut parts = Vec::new();
    while let Some(answer) = stream.message().await? {
        parts.push(answer.part.expect("a part"));
    }
    Ok(parts)
}

/// What the parts are, one word each.
fn shape(parts: &[Part]) -> Vec<String> {
    let word = |part: &Part| match part {
        Part::Head(_) => "head".to_owned(),
        Part::Policy(_) => "policy".to_owned(),
        Part::CriteriaSet(set) => format!("set {} {}", set.code, set.version),
        Part::Bloc(bloc) => format!("bloc {} {}", bloc.code, bloc.members.join("+")),
        Part::Target(target) => format!("target {}/{}", target.unit, target.code),
        Part::Votes(votes) => format!("votes {}", votes.unit),
        Part::Decision(decision) => format!("decision {}", decision.unit),
        Part::Tail(tail) => format!("tail {}", tail.parts),
    };
    parts.iter().map(word).collect()
}

fn revision(parts: &[Part]) -> u64 {
    match parts.first() {
        Some(Part::Head(head)) => head.season.as_ref().expect("a season").revision,
        other => panic!("a head comes first, not {other:?}"),
    }
}

async fn put_target(federation: &Campaign<'_>, unit: &str, code: &str) {
    let figure = Figure { code: "f".to_owned(), planned: "10".to_owned(), ..Figure::default() };
    let target = Target {
        code: code.to_owned(),
        name: "Chỉ tiêu".to_owned(),
        figures: vec![figure],
        ..Target::default()
    };
    let (season, unit) = (SEASON.to_owned(), unit.to_owned());
    let request = PutTargetsRequest { season, unit, targets: vec![target] };
    let mut targets = TargetServiceClient::new(federation.competition(&federation.admin));
    targets.put_targets(request).await.expect("put");
}

async fn a_season_is_gathered_whole_at_its_revision(world: &World) {
    let federation = Campaign::of(world, "vinh-long").await;
    prepare_bloc(&federation, &["vl-02", "vl-01"]).await;
    federation.units(&["vl-03"]).await;
    let mut blocs = BlocServiceClient::new(federation.competition(&federation.admin));
    let other = CreateBlocRequest { bloc: Some(bloc("cum-0", &["vl-03"])) };
    blocs.create_bloc(other).await.expect("a bloc");
    open(&federation, "pact").await;
    for (unit, code) in [("vl-03", "a"), ("vl-01", "b"), ("vl-01", "a")] {
        put_target(&federation, unit, code).await;
    }

    let whole = gather(&federation, request(None, "")).await.expect("gathered");
    let expected = [
        "head",
        "policy",
        "set enterprise 1",
        "bloc cum-0 vl-03",
        "bloc cum-1 vl-01+vl-02",
        "target vl-01/a",
        "target vl-01/b",
        "target vl-03/a",
        "tail 7",
    ];
    assert_eq!(shape(&whole), expected);
    let known = Some(revision(&whole));
    let nothing_new = gather(&federation, request(known, "")).await.expect("gathered");
    assert_eq!(shape(&nothing_new), ["head", "tail 0"]);
    let of_bloc = gather(&federation, request(None, "cum-0")).await.expect("gathered");
    let expected = ["head", "policy", "set enterprise 1", "bloc cum-0 vl-03", "target vl-03/a", "tail 4"];
    assert_eq!(shape(&of_bloc), expected);

    let unknown = gather(&federation, request(None, "cum-9")).await.expect_err("refused");
    assert_eq!((unknown.code(), reason(&unknown).as_str()), (Code::NotFound, "BLOC_UNKNOWN"));
    let mut member = GatherServiceClient::new(federation.competition(&federation.admin));
    let denied = member.gather_season(request(None, "")).await.expect_err("refused");
    assert_eq!(denied.code(), Code::PermissionDenied);
}

async fn every_change_that_counts_raises_the_revision(world: &World) {
    let federation = Campaign::of(world, "vinh-long").await;
    prepare_bloc(&federation, &["vl-01", "vl-02"]).await;
    let mut last = 0;
    let mut rises = async |what: &str, expected: bool| {
        let now = revision(&gather(&federation, request(None, "")).await.expect("gathered"));
        assert_eq!(now > last, expected, "{what}: {last} → {now}");
        last = now;
    };
    rises("the beginning", true).await;
    open(&federation, "pact").await;
    rises("a phase opened", true).await;
    put_target(&federation, "vl-01", "a").await;
    rises("a target put", true).await;
    put_target(&federation, "vl-01", "a").await;
    rises("the same target put", false).await;
    pin(federation.competition(&federation.admin), 1).await;
    rises("the same version pinned", false).await;
    let mut blocs = BlocServiceClient::new(federation.competition(&federation.admin));
    let members = |members: &[&str]| SetMembersRequest {
        season: SEASON.to_owned(),
        bloc: BLOC.to_owned(),
        members: texts(members),
    };
    blocs.set_members(members(&["vl-02", "vl-01"])).await.expect("as they are");
    rises("the same members set", false).await;
    blocs.set_members(members(&["vl-01"])).await.expect("fewer");
    rises("other members set", true).await;
}
