//! An administrator puts criteria sets and policies.

use platform::transport::Connection;
use proto::competition::v1::criteria_service_client::CriteriaServiceClient;
use proto::competition::v1::get_criteria_set_request::Which;
use proto::competition::v1::policy_service_client::PolicyServiceClient;
use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::competition::v1::{
    ClosePhaseRequest, CriteriaSet, GetCriteriaSetRequest, GetPolicyRequest, ListCriteriaSetsRequest,
    PinCriteriaSetsRequest, PinnedSet, PutCriteriaSetRequest, PutPolicyRequest,
};
use tonic::{Code, Status};

use super::season::{Campaign, SEASON, criteria, open, pin, policy, prepare, texts};
use crate::support::refusal::{fields, reason};
use crate::support::world::{World, journeys};

journeys!(
    a_set_has_versions_of_which_a_season_pins_one,
    a_pinned_version_stays_once_scoring_has_closed,
    a_policy_is_put_whole_and_contradictions_are_named,
);

type Client = CriteriaServiceClient<Connection>;

async fn put(client: &mut Client, set: CriteriaSet) -> Result<CriteriaSet, Status> {
    let answer = client.put_criteria_set(PutCriteriaSetRequest { criteria_set: Some(set) }).await?;
    Ok(answer.into_inner().criteria_set.expect("a set"))
}

async fn get(client: &mut Client, which: Option<Which>) -> Result<CriteriaSet, Status> {
    let request = GetCriteriaSetRequest { code: "enterprise".to_owned(), which };
    Ok(client.get_criteria_set(request).await?.into_inner().criteria_set.expect("a set"))
}

async fn pin_version(federation: &Campaign<'_>, version: u32) -> Result<(), Status> {
    let criteria_sets = vec![PinnedSet { code: "enterprise".to_owned(), version }];
    let request = PinCriteriaSetsRequest { season: SEASON.to_owned(), criteria_sets };
    let mut seasons = SeasonServiceClient::new(federation.competition(&federation.admin));
    seasons.pin_criteria_sets(request).await.map(|_| ())
}

async fn a_set_has_versions_of_which_a_season_pins_one(world: &World) {
    let federation = Campaign::of(world, "vinh-long").await;
    prepare(&federation).await;
    let mut client = Client::new(federation.competition(&federation.admin));
    let first = put(&mut client, criteria()).await.expect("the version that is there");
    assert_eq!(first.version, 1);
    assert_eq!(first.created.as_ref().expect("who").name, "Trần Văn Bình");
    let same = CriteriaSet { max_points: "100.0".to_owned(), ..criteria() };
    assert_eq!(put(&mut client, same).await.expect("the same in another writing"), first);
    let longer = CriteriaSet { name: "Bảng điểm mới".to_owned(), ..criteria() };
    assert_eq!(put(&mut client, longer).await.expect("a new version").version, 2);

    let of_season = Some(Which::Season(SEASON.to_owned()));
    assert_eq!(get(&mut client, of_season.clone()).await.expect("a set"), first);
    assert_eq!(get(&mut client, None).await.expect("the latest").version, 2);
    assert_eq!(get(&mut client, Some(Which::Version(1))).await.expect("a set"), first);
    pin(federation.competition(&federation.admin), 2).await;
    assert_eq!(get(&mut client, of_season).await.expect("a set").version, 2);

    let unknown = get(&mut client, Some(Which::Version(3))).await.expect_err("refused");
    assert_eq!((unknown.code(), reason(&unknown).as_str()), (Code::NotFound, "CRITERIA_SET_UNKNOWN"));
    let unknown = pin_version(&federation, 3).await.expect_err("refused");
    assert_eq!(fields(&unknown), [("criteria_sets[0]".to_owned(), "CRITERIA_SET_UNKNOWN".to_owned())]);
    let all = client.list_criteria_sets(ListCriteriaSetsRequest::default()).await.expect("a list");
    let sets = all.into_inner().criteria_sets;
    let versions: Vec<_> = sets.iter().map(|set| (set.version, set.groups.len())).collect();
    assert_eq!(versions, [(1, 0), (2, 0)]);
}

async fn a_pinned_version_stays_once_scoring_has_closed(world: &World) {
    let federation = Campaign::of(world, "vinh-long").await;
    prepare(&federation).await;
    let mut client = Client::new(federation.competition(&federation.admin));
    let longer = CriteriaSet { name: "Bảng điểm mới".to_owned(), ..criteria() };
    put(&mut client, longer).await.expect("a new version");
    for phase in ["pact", "progress", "self-score"] {
        open(&federation, phase).await;
    }
    let request = ClosePhaseRequest { season: SEASON.to_owned(), phase: "self-score".to_owned() };
    let mut seasons = SeasonServiceClient::new(federation.competition(&federation.admin));
    seasons.close_phase(request).await.expect("closed");
    let fixed = pin_version(&federation, 2).await.expect_err("refused");
    assert_eq!((fixed.code(), reason(&fixed).as_str()), (Code::FailedPrecondition, "SEASON_FIXED"));
    assert!(pin_version(&federation, 1).await.is_ok(), "as it is");
}

async fn a_policy_is_put_whole_and_contradictions_are_named(world: &World) {
    let federation = Campaign::of(world, "vinh-long").await;
    prepare(&federation).await;
    let mut client = PolicyServiceClient::new(federation.competition(&federation.admin));
    let request = |policy| PutPolicyRequest { season: SEASON.to_owned(), policy: Some(policy) };
    let get = || GetPolicyRequest { season: SEASON.to_owned() };
    let first = client.put_policy(request(policy())).await.expect("as it is").into_inner().revision;

    let mut wrong = policy();
    wrong.layers = texts(&["bloc"]);
    wrong.ranking = texts(&["total", "total"]);
    let refused = client.put_policy(request(wrong.clone())).await.expect_err("refused");
    assert_eq!(fields(&refused), [("policy.ranking[1]".to_owned(), "POLICY_INVALID".to_owned())]);
    wrong.ranking = texts(&["total"]);
    let refused = client.put_policy(request(wrong)).await.expect_err("a phase is for the layer self");
    assert_eq!(fields(&refused), [("policy.layers".to_owned(), "POLICY_INVALID".to_owned())]);

    let mut other = policy();
    other.layers = texts(&["self", "bloc", "appraisal"]);
    let second = client.put_policy(request(other)).await.expect("put").into_inner().revision;
    assert!(second > first);
    let stored = client.get_policy(get()).await.expect("a policy").into_inner();
    assert_eq!(stored.policy.expect("a policy").layers.len(), 3);
    assert_eq!(stored.updated.expect("who").name, "Trần Văn Bình");
    let unknown = GetPolicyRequest { season: "2099".to_owned() };
    assert_eq!(reason(&client.get_policy(unknown).await.expect_err("refused")), "SEASON_UNKNOWN");
}
