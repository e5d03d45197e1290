//! An administrator groups units in blocs and names their leaders.

use platform::transport::Connection;
use proto::competition::v1::bloc_service_client::BlocServiceClient;
use proto::competition::v1::criteria_service_client::CriteriaServiceClient;
use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::competition::v1::{
    Bloc, CreateBlocRequest, CriteriaSet, FindBlocOfUnitRequest, GetBlocRequest, ListBlocsRequest,
    PinCriteriaSetsRequest, PinnedSet, PutCriteriaSetRequest, SetLeadersRequest, SetMembersRequest,
    UpdateBlocRequest,
};
use tonic::{Code, Status};

use super::season::{BLOC, Campaign, SEASON, bloc, criteria, open, prepare, texts};
use crate::support::refusal::{fields, reason};
use crate::support::world::{World, journeys};

journeys!(
    units_are_grouped_led_and_found,
    strangers_and_members_of_other_blocs_are_named,
    the_criteria_set_stays_once_scoring_has_begun,
);

type Client = BlocServiceClient<Connection>;

async fn create(client: &mut Client, bloc: Bloc) -> Result<Bloc, Status> {
    Ok(client.create_bloc(CreateBlocRequest { bloc: Some(bloc) }).await?.into_inner().bloc.expect("a bloc"))
}

async fn set_members(client: &mut Client, bloc: &str, members: &[&str]) -> Result<Bloc, Status> {
    let (season, bloc) = (SEASON.to_owned(), bloc.to_owned());
    let request = SetMembersRequest { season, bloc, members: texts(members) };
    Ok(client.set_members(request).await?.into_inner().bloc.expect("a bloc"))
}

async fn units_are_grouped_led_and_found(world: &World) {
    let federation = Campaign::of(world, "vinh-long").await;
    prepare(&federation).await;
    federation.units(&["vl-01", "vl-02", "vl-03"]).await;
    federation.dormant_units(&["vl-25"]).await;
    let mut client = Client::new(federation.competition(&federation.admin));
    let created = create(&mut client, bloc(BLOC, &["vl-02", "vl-01", "vl-25"])).await.expect("a bloc");
    assert_eq!(created.members, ["vl-01", "vl-02", "vl-25"], "by code, the dormant one too");
    let twice = create(&mut client, bloc(BLOC, &["vl-03"])).await.expect_err("refused");
    assert_eq!((twice.code(), reason(&twice).as_str()), (Code::AlreadyExists, "BLOC_EXISTS"));

    let leaders = |leader: &str, deputy: &str| SetLeadersRequest {
        season: SEASON.to_owned(),
        bloc: BLOC.to_owned(),
        leader: leader.to_owned(),
        deputy: deputy.to_owned(),
    };
    let stranger = client.set_leaders(leaders("vl-03", "vl-01")).await.expect_err("refused");
    assert_eq!(fields(&stranger), [("leader".to_owned(), "NOT_A_MEMBER".to_owned())]);
    client.set_leaders(leaders("vl-02", "vl-01")).await.expect("led");
    let changed = set_members(&mut client, BLOC, &["vl-01", "vl-03"]).await.expect("changed");
    assert_eq!((changed.leader.as_str(), changed.deputy.as_str()), ("", "vl-01"));

    let request = GetBlocRequest { season: SEASON.to_owned(), bloc: BLOC.to_owned() };
    let stored = client.get_bloc(request).await.expect("a bloc").into_inner().bloc.expect("a bloc");
    assert_eq!((stored.member_count, stored.members), (2, texts(&["vl-01", "vl-03"])));
    let find = |unit: &str| FindBlocOfUnitRequest { season: SEASON.to_owned(), unit: unit.to_owned() };
    let of = client.find_bloc_of_unit(find("vl-03")).await.expect("answered").into_inner().bloc;
    assert_eq!(of.map(|bloc| bloc.code).as_deref(), Some(BLOC));
    let of = client.find_bloc_of_unit(find("vl-02")).await.expect("answered").into_inner().bloc;
    assert_eq!(of, None);

    create(&mut client, bloc("cum-2", &["vl-02"])).await.expect("a bloc");
    let request = ListBlocsRequest { season: SEASON.to_owned(), ..ListBlocsRequest::default() };
    let list = client.list_blocs(request).await.expect("a list").into_inner().blocs;
    let counts: Vec<_> = list.iter().map(|bloc| (bloc.code.as_str(), bloc.member_count)).collect();
    assert_eq!(counts, [(BLOC, 2), ("cum-2", 1)]);
    assert!(list.iter().all(|bloc| bloc.members.is_empty()));
}

async fn strangers_and_members_of_other_blocs_are_named(world: &World) {
    let federation = Campaign::of(world, "vinh-long").await;
    prepare(&federation).await;
    federation.units(&["vl-01", "vl-02"]).await;
    let mut client = Client::new(federation.competition(&federation.admin));
    create(&mut client, bloc(BLOC, &["vl-01"])).await.expect("a bloc");
    let refused = create(&mut client, bloc("cum-2", &["vl-98", "vl-02", "vl-01", "vl-99"])).await;
    let expected = [
        ("bloc.members[0]", "UNIT_UNKNOWN"),
        ("bloc.members[3]", "UNIT_UNKNOWN"),
        ("bloc.members[2]", "ALREADY_IN_BLOC"),
    ];
    let expected = expected.map(|(field, reason)| (field.to_owned(), reason.to_owned()));
    assert_eq!(fields(&refused.expect_err("refused")), expected);
    create(&mut client, bloc("cum-2", &["vl-02"])).await.expect("nothing of it was written before");
    let refused = set_members(&mut client, "cum-2", &["vl-01"]).await.expect_err("refused");
    assert_eq!(fields(&refused), [("members[0]".to_owned(), "ALREADY_IN_BLOC".to_owned())]);

    let elsewhere = Bloc { criteria_set: "upper".to_owned(), ..bloc("cum-3", &[]) };
    let unpinned = create(&mut client, elsewhere).await.expect_err("refused");
    assert_eq!(reason(&unpinned), "CRITERIA_SET_NOT_PINNED");
    let unknown = set_members(&mut client, "cum-9", &["vl-01"]).await.expect_err("refused");
    assert_eq!((unknown.code(), reason(&unknown).as_str()), (Code::NotFound, "BLOC_UNKNOWN"));
}

async fn the_criteria_set_stays_once_scoring_has_begun(world: &World) {
    let federation = Campaign::of(world, "vinh-long").await;
    prepare(&federation).await;
    federation.units(&["vl-01"]).await;
    let mut client = Client::new(federation.competition(&federation.admin));
    create(&mut client, bloc(BLOC, &["vl-01"])).await.expect("a bloc");
    for phase in ["pact", "progress", "self-score"] {
        open(&federation, phase).await;
    }
    let change = |name: Option<&str>, set: Option<&str>| UpdateBlocRequest {
        season: SEASON.to_owned(),
        code: BLOC.to_owned(),
        name: name.map(str::to_owned),
        criteria_set: set.map(str::to_owned),
    };
    let renamed = client.update_bloc(change(Some("Cụm một"), None)).await.expect("changed").into_inner();
    assert_eq!(renamed.bloc.expect("a bloc").name, "Cụm một");
    let set = CriteriaSet { code: "upper".to_owned(), ..criteria() };
    let request = PutCriteriaSetRequest { criteria_set: Some(set) };
    let admin = || federation.competition(&federation.admin);
    CriteriaServiceClient::new(admin()).put_criteria_set(request).await.expect("a set");
    let criteria_sets = vec![PinnedSet { code: "upper".to_owned(), version: 1 }];
    let request = PinCriteriaSetsRequest { season: SEASON.to_owned(), criteria_sets };
    SeasonServiceClient::new(admin()).pin_criteria_sets(request).await.expect("pinned");
    let refused = client.update_bloc(change(None, Some("upper"))).await.expect_err("refused");
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::FailedPrecondition, "SEASON_FIXED"));
    client.update_bloc(change(None, Some("enterprise"))).await.expect("as it is");
}
