//! A federation enters its units, and they change over time.

use proto::organizations::v1::unit_service_client::UnitServiceClient;
use proto::organizations::v1::*;
use tonic::Code;

use super::federation::{Federation, found, found_by, founding, unit};
use crate::support::refusal::{refusal, violations};
use crate::support::world::{World, journeys};

journeys!(
    a_unit_is_entered_and_read_back,
    a_unit_that_is_wrong_is_refused_with_all_its_faults,
    a_thousand_units_are_entered_at_once_and_corrected,
    a_batch_with_faults_changes_nothing_and_names_them_all,
    units_move_and_change_with_history,
    a_unit_is_never_above_itself,
    units_are_listed_by_what_they_are_on_a_day,
    units_are_found_without_diacritics,
    a_quota_bounds_the_units_that_are_not_dissolved,
    units_of_one_federation_are_nothing_to_another,
);

async fn get(federation: &Federation, code: &str, as_of: &str) -> GetUnitResponse {
    let request = GetUnitRequest { code: code.to_owned(), as_of: as_of.to_owned() };
    federation.units().get_unit(request).await.expect("there").into_inner()
}

async fn a_unit_is_entered_and_read_back(world: &World) {
    let federation = found(world, "vinh-long").await;
    let mut units = federation.units();
    let entered = Unit { name: "Co\u{302}ng đoàn".to_owned(), ..unit("vl-01", "") };
    let created = units.create_unit(CreateUnitRequest { unit: Some(entered) }).await.expect("created");
    let expected =
        Unit { name: "Công đoàn".to_owned(), status: UnitStatus::Active.into(), ..unit("vl-01", "") };
    assert_eq!(created.into_inner().unit, Some(expected.clone()));
    let got = get(&federation, "vl-01", "").await;
    assert_eq!(got.unit, Some(expected));
    assert_eq!(got.parents[0], ParentSpan { from: "2009-05-01".to_owned(), ..Default::default() });

    let again = units.create_unit(CreateUnitRequest { unit: Some(unit("vl-01", "")) }).await;
    assert_eq!(refusal(again), (Code::AlreadyExists, "UNIT_EXISTS".to_owned()));
    let unknown = units.get_unit(GetUnitRequest { code: "vl-02".to_owned(), ..Default::default() }).await;
    assert_eq!(refusal(unknown), (Code::NotFound, "UNIT_UNKNOWN".to_owned()));
    let told: Vec<UnitsChanged> = world.heard.first(federation.id, 1).await;
    assert_eq!(told[0].units, ["vl-01"]);
}

async fn a_unit_that_is_wrong_is_refused_with_all_its_faults(world: &World) {
    let federation = found(world, "vinh-long").await;
    let mut units = federation.units();
    let wrong = Unit {
        code: "VL".to_owned(),
        name: " x".to_owned(),
        founded_on: "01/05/2009".to_owned(),
        ..unit("", "?")
    };
    let expected = [
        "unit.code CODE_INVALID",
        "unit.name INVALID_ARGUMENT",
        "unit.founded_on DATE_INVALID",
        "unit.parent CODE_INVALID",
    ];
    let refused = units.create_unit(CreateUnitRequest { unit: Some(wrong) }).await;
    assert_eq!(violations(refused), expected);
    let nothing = units.create_unit(CreateUnitRequest::default()).await;
    assert_eq!(violations(nothing), ["unit FIELD_REQUIRED"]);
    let orphan = units.create_unit(CreateUnitRequest { unit: Some(unit("a", "nowhere")) }).await;
    assert_eq!(violations(orphan), ["unit.parent UNIT_UNKNOWN"]);
}

async fn a_thousand_units_are_entered_at_once_and_corrected(world: &World) {
    let federation = found(world, "vinh-long").await;
    let all = || {
        let upper = Unit { kind: "upper".to_owned(), ..unit("u", "") };
        (1..1000).map(|number| unit(&format!("cs-{number:04}"), "u")).chain([upper])
    };
    let done = federation.put(all()).await;
    assert_eq!((done.created, done.updated, done.unchanged), (1000, 0, 0));
    let grown = all().map(|unit| {
        let members = if unit.code == "cs-0007" { 121 } else { 120 };
        Unit { members, ..unit }
    });
    let done = federation.put(grown).await;
    assert_eq!((done.created, done.updated, done.unchanged), (0, 1, 999));
    assert_eq!(get(&federation, "cs-0007", "").await.unit.expect("a unit").members, 121);

    // What changed nothing is not told.
    federation.put([unit("cs-0001", "u")]).await;
    federation.put([unit("last", "u")]).await;
    let told: Vec<UnitsChanged> = world.heard.first(federation.id, 3).await;
    assert_eq!(told[0].units.len(), 1000);
    assert_eq!(told[1].units, ["cs-0007"]);
    assert_eq!(told[2].units, ["last"]);
    assert!(told[0].revision < told[1].revision && told[1].revision < told[2].revision);
}

async fn a_batch_with_faults_changes_nothing_and_names_them_all(world: &World) {
    let federation = found(world, "vinh-long").await;
    federation.put([unit("a", ""), unit("b", "a")]).await;
    let dormant = Unit { status: UnitStatus::Dormant.into(), ..unit("a", "") };
    let units = vec![unit("b", ""), dormant, unit("c", "nowhere"), unit("d", "e"), unit("e", "d")];
    let expected = [
        "units[2].parent UNIT_UNKNOWN",
        "units[3].parent UNIT_CYCLE",
        "units[4].parent UNIT_CYCLE",
        "units[0].parent INVALID_ARGUMENT",
        "units[1].status INVALID_ARGUMENT",
    ];
    let refused = federation.units().batch_put_units(BatchPutUnitsRequest { units }).await;
    assert_eq!(violations(refused), expected);
    let list = federation.units().list_units(ListUnitsRequest::default()).await.expect("listed").into_inner();
    assert_eq!(list.units.len(), 2);
}

async fn units_move_and_change_with_history(world: &World) {
    let federation = found(world, "vinh-long").await;
    federation.put([unit("district", ""), unit("ward", ""), unit("cs-1", "district")]).await;
    let mut units = federation.units();
    let moved = MoveUnitRequest {
        code: "cs-1".to_owned(),
        parent: "ward".to_owned(),
        from: "2023-07-01".to_owned(),
        reorganised: true,
    };
    let now = units.move_unit(moved.clone()).await.expect("moved").into_inner().unit.expect("a unit");
    assert_eq!((now.parent.as_str(), now.reorganised_on.as_str()), ("ward", "2023-07-01"));
    let sleeps = ChangeUnitStatusRequest {
        code: "cs-1".to_owned(),
        status: UnitStatus::Dormant.into(),
        from: "2023-10-01".to_owned(),
        reason: "QĐ 12".to_owned(),
    };
    units.change_unit_status(sleeps).await.expect("changed");

    let before = get(&federation, "cs-1", "2023-06-30").await.unit.expect("a unit");
    assert_eq!((before.parent.as_str(), before.status()), ("district", UnitStatus::Active));
    let after = get(&federation, "cs-1", "").await;
    let unit_now = after.unit.clone().expect("a unit");
    assert_eq!((unit_now.parent.as_str(), unit_now.status()), ("ward", UnitStatus::Dormant));
    let spans: Vec<_> = after.parents.iter().map(|s| [&*s.parent, &*s.from, &*s.to]).collect();
    assert_eq!(spans, [["district", "2009-05-01", "2023-06-30"], ["ward", "2023-07-01", ""]]);
    assert_eq!(after.statuses[1].reason, "QĐ 12");

    let early = units.move_unit(MoveUnitRequest { from: "2023-06-01".to_owned(), ..moved.clone() }).await;
    assert_eq!(violations(early), ["from DATE_INVALID"]);
    let nowhere = units.move_unit(MoveUnitRequest { parent: "none".to_owned(), ..moved }).await;
    assert_eq!(violations(nowhere), ["parent UNIT_UNKNOWN"]);
    let founded = UpdateUnitRequest {
        code: "cs-1".to_owned(),
        founded_on: Some("2023-07-01".to_owned()),
        ..Default::default()
    };
    assert_eq!(violations(units.update_unit(founded).await), ["founded_on DATE_INVALID"]);
    let grown = UpdateUnitRequest { code: "cs-1".to_owned(), members: Some(7), ..Default::default() };
    let grown = units.update_unit(grown).await.expect("updated").into_inner().unit.expect("a unit");
    assert_eq!((grown.members, grown.name.as_str()), (7, "CĐCS cs-1"));
}

async fn a_unit_is_never_above_itself(world: &World) {
    let federation = found(world, "vinh-long").await;
    federation.put([unit("a", ""), unit("b", "a"), unit("c", "b"), unit("d", "")]).await;
    let mut units = federation.units();
    let mut go = async |code: &str, parent: &str, from: &str| {
        let request = MoveUnitRequest {
            code: code.to_owned(),
            parent: parent.to_owned(),
            from: from.to_owned(),
            reorganised: false,
        };
        units.move_unit(request).await
    };
    let cycle = (Code::FailedPrecondition, "UNIT_CYCLE".to_owned());
    assert_eq!(refusal(go("a", "c", "2023-01-01").await), cycle);
    assert_eq!(refusal(go("a", "a", "2023-01-01").await), cycle);
    // From 2025 on b will be under d, so d cannot go under b's child.
    go("b", "d", "2025-01-01").await.expect("moved");
    assert_eq!(refusal(go("d", "c", "2024-01-01").await), cycle);
}

async fn units_are_listed_by_what_they_are_on_a_day(world: &World) {
    let federation = found(world, "vinh-long").await;
    let upper = Unit { kind: "upper".to_owned(), sector: String::new(), ..unit("u", "") };
    let ended = Unit { status: UnitStatus::Dissolved.into(), ..unit("z", "u") };
    federation.put([upper, unit("cs-2", "u"), unit("cs-10", "u"), unit("cs-1.1", "cs-2"), ended]).await;
    let mut units = federation.units();
    let moved =
        MoveUnitRequest { code: "cs-10".to_owned(), from: "2023-07-01".to_owned(), ..Default::default() };
    units.move_unit(moved).await.expect("moved");

    let mut codes = async |request: ListUnitsRequest| -> Vec<String> {
        let list = units.list_units(request).await.expect("listed").into_inner();
        list.units.into_iter().map(|unit| unit.code).collect()
    };
    let all = ListUnitsRequest::default();
    assert_eq!(codes(all.clone()).await, ["cs-1.1", "cs-10", "cs-2", "u", "z"]);
    let under = |parent: &str, as_of: &str| ListUnitsRequest {
        parent: Some(parent.to_owned()),
        as_of: as_of.to_owned(),
        ..Default::default()
    };
    assert_eq!(codes(under("u", "2023-06-30")).await, ["cs-10", "cs-2", "z"]);
    assert_eq!(codes(under("u", "")).await, ["cs-2", "z"]);
    assert_eq!(codes(under("", "")).await, ["cs-10", "u"]);
    assert_eq!(codes(ListUnitsRequest { kind: "upper".to_owned(), ..all.clone() }).await, ["u"]);
    let sector = ListUnitsRequest { sector: "enterprise".to_owned(), ..all.clone() };
    let active = ListUnitsRequest { statuses: vec![UnitStatus::Active.into()], ..sector };
    assert_eq!(codes(active.clone()).await, ["cs-1.1", "cs-10", "cs-2"]);

    let page = ListUnitsRequest { page_size: 2, ..active };
    let first = units.list_units(page.clone()).await.expect("listed").into_inner();
    let page_token = first.next_page_token;
    let second = ListUnitsRequest { page_token: page_token.clone(), ..page };
    let second = units.list_units(second).await.expect("listed").into_inner();
    assert_eq!((second.units.len(), second.next_page_token.as_str()), (1, ""));
    let elsewhere = units.list_units(ListUnitsRequest { page_token, ..all }).await;
    assert_eq!(refusal(elsewhere), (Code::InvalidArgument, "PAGE_TOKEN_INVALID".to_owned()));
    let unknown = units.list_units(under("nowhere", "")).await;
    assert_eq!(refusal(unknown), (Code::NotFound, "UNIT_UNKNOWN".to_owned()));
}

async fn units_are_found_without_diacritics(world: &World) {
    let federation = found(world, "vinh-long").await;
    let named = |code: &str, name: &str| Unit { name: name.to_owned(), ..unit(code, "") };
    federation
        .put([
            named("long", "CĐCS Trường Mầm non 1"),
            named("vl-1", "CĐCS Công ty Cấp nước Vĩnh Long"),
            named("vl-2", "Vĩnh Long Bus"),
            named("vl-3", "CĐCS Điện lực 100%"),
        ])
        .await;
    let mut units = federation.units();
    let mut search = async |query: &str| {
        let answer = units.search_units(SearchUnitsRequest { query: query.to_owned(), limit: 0 }).await;
        answer.map(|found| found.into_inner().units.into_iter().map(|unit| unit.code).collect::<Vec<_>>())
    };
    assert_eq!(search("vinh long").await.expect("found"), ["vl-2", "vl-1"]);
    assert_eq!(search("LONG").await.expect("found"), ["long", "vl-1", "vl-2"]);
    assert_eq!(search("dien").await.expect("found"), ["vl-3"]);
    assert_eq!(search("Đ").await.expect("found"), ["vl-3", "long", "vl-1"]);
    assert_eq!(search("vl-").await.expect("found"), ["vl-1", "vl-2", "vl-3"]);
    assert_eq!(search("_").await.map_err(|status| status.code()), Err(Code::InvalidArgument));
}

async fn a_quota_bounds_the_units_that_are_not_dissolved(world: &World) {
    let quotas = Quotas { units: Some(2), ..Default::default() };
    let federation =
        found_by(world, CreateTenantRequest { quotas: Some(quotas), ..founding("vinh-long") }).await;
    federation.put([unit("a", ""), unit("b", "")]).await;
    let mut units = federation.units();
    let spent = (Code::ResourceExhausted, "QUOTA_EXCEEDED".to_owned());
    let third = CreateUnitRequest { unit: Some(unit("c", "")) };
    assert_eq!(refusal(units.create_unit(third.clone()).await), spent);
    let batch = BatchPutUnitsRequest { units: vec![unit("c", "")] };
    assert_eq!(refusal(units.batch_put_units(batch).await), spent);

    let turn = |status: UnitStatus, from: &str| ChangeUnitStatusRequest {
        code: "a".to_owned(),
        status: status.into(),
        from: from.to_owned(),
        ..Default::default()
    };
    units.change_unit_status(turn(UnitStatus::Dissolved, "2023-06-01")).await.expect("dissolved");
    units.create_unit(third).await.expect("there is room");
    let back = units.change_unit_status(turn(UnitStatus::Active, "2023-09-01")).await;
    assert_eq!(refusal(back), spent);
}

async fn units_of_one_federation_are_nothing_to_another(world: &World) {
    let (here, there) = (found(world, "vinh-long").await, found(world, "an-giang").await);
    here.put([unit("a", "")]).await;
    let mut others = there.units();
    let get = others.get_unit(GetUnitRequest { code: "a".to_owned(), ..Default::default() }).await;
    assert_eq!(refusal(get), (Code::NotFound, "UNIT_UNKNOWN".to_owned()));
    let under = others.create_unit(CreateUnitRequest { unit: Some(unit("b", "a")) }).await;
    assert_eq!(violations(under), ["unit.parent UNIT_UNKNOWN"]);
    others.create_unit(CreateUnitRequest { unit: Some(unit("a", "")) }).await.expect("its own");
    let list = others.list_units(ListUnitsRequest::default()).await.expect("listed").into_inner();
    assert_eq!(list.units.len(), 1);

    let mut nobody = UnitServiceClient::new(world.nobody());
    let call = nobody.list_units(ListUnitsRequest::default()).await;
    assert_eq!(refusal(call).0, Code::Unauthenticated);
    let plain = world.member(here.id, here.admin.id.parse().expect("an id"), Vec::new());
    let call = UnitServiceClient::new(plain).create_unit(CreateUnitRequest::default()).await;
    assert_eq!(refusal(call).0, Code::PermissionDenied);
}
