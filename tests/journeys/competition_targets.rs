//! Units set themselves targets and record how far they are.

use platform::tenancy::Grant;
use platform::transport::Connection;
use proto::common::v1::Role;
use proto::competition::v1::list_targets_request::Of;
use proto::competition::v1::target_service_client::TargetServiceClient;
use proto::competition::v1::{
    CampaignChanged, Figure, ListProgressRequest, ListTargetsRequest, Progress, PutTargetsRequest,
    RecordProgressRequest, RemoveTargetRequest, SummarizeTargetsRequest, Target, TargetGroup,
    summarize_targets_request,
};
use tonic::Code;

use super::season::{BLOC, Campaign, SEASON, open, prepare_bloc};
use crate::support::refusal::{fields, reason};
use crate::support::world::{World, journeys};

journeys!(
    nine_targets_are_met_and_two_of_them_exceeded,
    progress_keeps_its_history_the_newest_first,
    only_the_unit_and_only_in_its_time,
    targets_are_listed_page_by_page,
    all_faults_come_at_once,
);

type Client = TargetServiceClient<Connection>;

async fn officer(federation: &Campaign<'_>, unit: &str) -> Client {
    let grants = vec![Grant::of_unit(Role::UnitOfficer, unit)];
    let officer = federation.person(&format!("officer.{unit}"), grants).await;
    Client::new(federation.competition(&officer))
}

/// A target with figures `f0`, `f1`, … of these plans.
fn target(code: &str, plans: &[&str]) -> Target {
    let figures = plans.iter().enumerate().map(|(place, plan)| Figure {
        code: format!("f{place}"),
        name: format!("Con số {place}"),
        unit_of_measure: "đoàn viên".to_owned(),
        planned: (*plan).to_owned(),
        actual: None,
    });
    let name = format!("Chỉ tiêu {code}");
    Target { code: code.to_owned(), name, figures: figures.collect(), ..Target::default() }
}

fn put_request(unit: &str, targets: Vec<Target>) -> PutTargetsRequest {
    PutTargetsRequest { season: SEASON.to_owned(), unit: unit.to_owned(), targets }
}

/// (target, figure, actual).
fn record_request(unit: &str, entries: &[(&str, &str, &str)]) -> RecordProgressRequest {
    let progress = entries.iter().map(|(target, figure, actual)| Progress {
        target: (*target).to_owned(),
        figure: (*figure).to_owned(),
        actual: (*actual).to_owned(),
        ..Progress::default()
    });
    let (season, unit) = (SEASON.to_owned(), unit.to_owned());
    RecordProgressRequest { season, unit, progress: progress.collect() }
}

fn remove_request(unit: &str, target: &str) -> RemoveTargetRequest {
    RemoveTargetRequest { season: SEASON.to_owned(), unit: unit.to_owned(), target: target.to_owned() }
}

async fn list(client: &mut Client, of: Option<Of>, group: TargetGroup, page_size: u32) -> Vec<Target> {
    let mut request = ListTargetsRequest {
        season: SEASON.to_owned(),
        of,
        group: group.into(),
        page_size,
        page_token: String::new(),
    };
    let mut all = Vec::new();
    loop {
        let page = client.list_targets(request.clone()).await.expect("a page").into_inner();
        all.extend(page.targets);
        if page.next_page_token.is_empty() {
            return all;
        }
        request.page_token = page.next_page_token;
    }
}

/// The civil servants' union of Cao Bằng: 193/180 million, 113/58 introduced and 108/58 admitted, the others as planned.
async fn nine_targets_are_met_and_two_of_them_exceeded(world: &World) {
    let federation = Campaign::of(world, "cao-bang").await;
    prepare_bloc(&federation, &["cd-vien-chuc", "cd-y-te"]).await;
    open(&federation, "pact").await;
    open(&federation, "progress").await;
    let mut client = officer(&federation, "cd-vien-chuc").await;
    let mut targets: Vec<Target> = (1..=7).map(|number| target(&format!("t{number}"), &["58"])).collect();
    targets.push(Target { criterion: "1.1".to_owned(), ..target("quy", &["180"]) });
    targets.push(target("dang", &["58", "58"]));
    let joint = Target { group: TargetGroup::JointTask.into(), ..target("nvc-1", &["1"]) };
    targets.push(joint);
    let put =
        client.put_targets(put_request("cd-vien-chuc", targets)).await.expect("put").into_inner().targets;
    assert_eq!(put.len(), 10);
    assert!(put.iter().all(|target| target.unit == "cd-vien-chuc" && !target.met));

    let mut entries =
        vec![("quy", "f0", "193"), ("dang", "f0", "113"), ("dang", "f1", "108"), ("nvc-1", "f0", "1")];
    let codes: Vec<String> = (1..=7).map(|number| format!("t{number}")).collect();
    entries.extend(codes.iter().map(|code| (code.as_str(), "f0", "58.0")));
    client.record_progress(record_request("cd-vien-chuc", &entries)).await.expect("recorded");

    let request = SummarizeTargetsRequest {
        season: SEASON.to_owned(),
        of: Some(summarize_targets_request::Of::Unit("cd-vien-chuc".to_owned())),
    };
    let summary = client.summarize_targets(request).await.expect("a summary").into_inner();
    let counts: Vec<_> = summary.groups.iter().map(|g| (g.group(), g.total, g.met, g.exceeded)).collect();
    assert_eq!(counts, [(TargetGroup::Target, 9, 9, 2), (TargetGroup::JointTask, 1, 1, 0)]);
    let fund = summary.figures.iter().find(|total| total.target == "quy").expect("the fund");
    assert_eq!((fund.actual.as_str(), fund.planned.as_str(), fund.units), ("193", "180", 1));

    let mut other = officer(&federation, "cd-y-te").await;
    other.put_targets(put_request("cd-y-te", vec![target("quy", &["20.5"])])).await.expect("put");
    let request = SummarizeTargetsRequest {
        season: SEASON.to_owned(),
        of: Some(summarize_targets_request::Of::Bloc(BLOC.to_owned())),
    };
    let summary = client.summarize_targets(request).await.expect("a summary").into_inner();
    let fund = summary.figures.iter().find(|total| total.target == "quy").expect("the fund");
    assert_eq!((fund.actual.as_str(), fund.planned.as_str(), fund.units), ("193", "200.5", 2));
}

async fn progress_keeps_its_history_the_newest_first(world: &World) {
    let federation = Campaign::of(world, "vinh-long").await;
    prepare_bloc(&federation, &["vl-01"]).await;
    open(&federation, "pact").await;
    open(&federation, "progress").await;
    let mut client = officer(&federation, "vl-01").await;
    client.put_targets(put_request("vl-01", vec![target("t1", &["10"])])).await.expect("put");
    for actual in ["3", "12.5"] {
        client.record_progress(record_request("vl-01", &[("t1", "f0", actual)])).await.expect("recorded");
    }
    let request = ListProgressRequest {
        season: SEASON.to_owned(),
        unit: "vl-01".to_owned(),
        ..ListProgressRequest::default()
    };
    let history = client.list_progress(request).await.expect("a list").into_inner().progress;
    assert_eq!(history.iter().map(|entry| entry.actual.as_str()).collect::<Vec<_>>(), ["12.5", "3"]);
    // The test's clock stands at 22:13 UTC on the day before: the federation's day has begun.
    assert_eq!(history[0].as_of, "2023-11-15");
    assert_eq!(history[0].recorded.as_ref().expect("who").name, "officer.vl-01");
    // Of the pinned set, the policy, the bloc, the target, and twice of what was recorded.
    let stale: Vec<CampaignChanged> = federation.heard(6).await;
    assert_eq!(stale.last().map(|event| event.blocs.clone()), Some(vec![BLOC.to_owned()]));
    assert!(stale.is_sorted_by(|one, next| one.revision < next.revision));

    let again = target("t1", &["12.5"]);
    let put = client.put_targets(put_request("vl-01", vec![again])).await.expect("put").into_inner().targets;
    assert_eq!(put[0].figures[0].actual.as_deref(), Some("12.5"));
    assert!(put[0].met && !put[0].exceeded);
    let refused = client.remove_target(remove_request("vl-01", "t1")).await.expect_err("refused");
    assert_eq!(reason(&refused), "PROGRESS_RECORDED");
}

async fn only_the_unit_and_only_in_its_time(world: &World) {
    let federation = Campaign::of(world, "vinh-long").await;
    prepare_bloc(&federation, &["vl-01", "vl-02"]).await;
    let mut client = officer(&federation, "vl-01").await;
    let put = || put_request("vl-01", vec![target("t1", &["10"])]);
    let closed = client.put_targets(put()).await.expect_err("refused");
    assert_eq!((closed.code(), reason(&closed).as_str()), (Code::FailedPrecondition, "PHASE_CLOSED"));
    open(&federation, "pact").await;
    client.put_targets(put()).await.expect("put");
    let record = record_request("vl-01", &[("t1", "f0", "1")]);
    let closed = client.record_progress(record).await.expect_err("refused");
    assert_eq!(reason(&closed), "PHASE_CLOSED");

    let mut other = officer(&federation, "vl-02").await;
    let denied = other.put_targets(put()).await.expect_err("refused");
    assert_eq!((denied.code(), reason(&denied).as_str()), (Code::PermissionDenied, "OUT_OF_SCOPE"));
    let mut admin = Client::new(federation.competition(&federation.admin));
    admin.put_targets(put_request("vl-01", vec![target("t2", &["1"])])).await.expect("on paper");
    let nobody =
        admin.put_targets(put_request("vl-99", vec![target("t1", &["1"])])).await.expect_err("refused");
    assert_eq!((nobody.code(), reason(&nobody).as_str()), (Code::NotFound, "UNIT_UNKNOWN"));

    client.remove_target(remove_request("vl-01", "t1")).await.expect("removed");
    let gone = client.remove_target(remove_request("vl-01", "t1")).await.expect_err("refused");
    assert_eq!(reason(&gone), "TARGET_UNKNOWN");
    let left = list(&mut client, None, TargetGroup::Unspecified, 0).await;
    assert_eq!(left.iter().map(|target| target.code.as_str()).collect::<Vec<_>>(), ["t2"]);
}

async fn targets_are_listed_page_by_page(world: &World) {
    let federation = Campaign::of(world, "vinh-long").await;
    prepare_bloc(&federation, &["vl-01", "vl-02", "vl-03"]).await;
    federation.units(&["vl-04"]).await;
    open(&federation, "pact").await;
    let mut admin = Client::new(federation.competition(&federation.admin));
    for unit in ["vl-03", "vl-01", "vl-04", "vl-02"] {
        let joint = Target { group: TargetGroup::JointTask.into(), ..target("b", &["1"]) };
        let targets = vec![target("c", &["1"]), target("a", &["1", "2"]), joint];
        admin.put_targets(put_request(unit, targets)).await.expect("put");
    }
    let name = |target: &Target| format!("{}/{}", target.unit, target.code);
    let expected: Vec<String> = ["vl-01", "vl-02", "vl-03", "vl-04"]
        .iter()
        .flat_map(|unit| ["a", "b", "c"].map(|code| format!("{unit}/{code}")))
        .collect();
    for size in [1, 2, 5, 100] {
        let found = list(&mut admin, None, TargetGroup::Unspecified, size).await;
        assert_eq!(found.iter().map(name).collect::<Vec<_>>(), expected, "pages of {size}");
        assert_eq!(found[0].figures.len(), 2);
        assert_eq!((found[0].position, found[2].position), (1, 0));
        let of_bloc = Some(Of::Bloc(BLOC.to_owned()));
        let joint = list(&mut admin, of_bloc, TargetGroup::JointTask, size).await;
        assert_eq!(joint.iter().map(name).collect::<Vec<_>>(), ["vl-01/b", "vl-02/b", "vl-03/b"]);
    }
    let of_unit = list(&mut admin, Some(Of::Unit("vl-04".to_owned())), TargetGroup::Target, 1).await;
    assert_eq!(of_unit.iter().map(name).collect::<Vec<_>>(), ["vl-04/a", "vl-04/c"]);
}

async fn all_faults_come_at_once(world: &World) {
    let federation = Campaign::of(world, "vinh-long").await;
    prepare_bloc(&federation, &["vl-01"]).await;
    open(&federation, "pact").await;
    open(&federation, "progress").await;
    let mut client = officer(&federation, "vl-01").await;
    let named = |faults: &[(&str, &str)]| {
        faults.iter().map(|(field, reason)| ((*field).to_owned(), (*reason).to_owned())).collect::<Vec<_>>()
    };
    let wrong = vec![Target { name: String::new(), ..target("T1", &["0"]) }, target("t2", &[])];
    let refused = client.put_targets(put_request("vl-01", wrong)).await.expect_err("refused");
    let expected = [
        ("targets[0].code", "CODE_INVALID"),
        ("targets[0].name", "FIELD_REQUIRED"),
        ("targets[0].figures[0].planned", "NUMBER_INVALID"),
        ("targets[1].figures", "FIELD_REQUIRED"),
    ];
    assert_eq!(fields(&refused), named(&expected));
    let counting =
        |code: &str, criterion: &str| Target { criterion: criterion.to_owned(), ..target(code, &["1"]) };
    let wrong = vec![counting("t1", "9.9"), counting("t2", "1.1"), counting("t3", "1.1")];
    let refused = client.put_targets(put_request("vl-01", wrong)).await.expect_err("refused");
    let expected =
        [("targets[0].criterion", "CRITERION_UNKNOWN"), ("targets[2].criterion", "INVALID_ARGUMENT")];
    assert_eq!(fields(&refused), named(&expected));
    let refused =
        client.record_progress(record_request("vl-01", &[("t1", "f0", "1")])).await.expect_err("refused");
    assert_eq!(fields(&refused), named(&[("progress[0].target", "TARGET_UNKNOWN")]));
}
