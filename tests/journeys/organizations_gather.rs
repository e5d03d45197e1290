//! Facts about units, and what scoring gathers.

use futures::TryStreamExt as _;
use platform::transport::Connection;
use proto::organizations::v1::gather_service_client::GatherServiceClient;
use proto::organizations::v1::gather_units_response::Part;
use proto::organizations::v1::*;
use tonic::Code;

use super::federation::{Federation, found, unit};
use crate::support::refusal::{refusal, violations};
use crate::support::world::{World, journeys};

journeys!(
    facts_are_put_listed_and_taken_away,
    scoring_gathers_units_as_they_are_on_a_day,
    what_scoring_knows_already_is_not_sent_again,
);

fn facts(unit: &str, facts: &[&str]) -> UnitFacts {
    let facts = facts.iter().map(|fact| (*fact).to_owned()).collect();
    UnitFacts { unit: unit.to_owned(), facts, source: "BC 12/2023".to_owned(), updated: None }
}

async fn put(federation: &Federation, units: Vec<UnitFacts>) -> Result<u32, tonic::Status> {
    let request = PutFactsRequest { season: "2023".to_owned(), units };
    Ok(federation.facts().put_facts(request).await?.into_inner().changed)
}

async fn list(federation: &Federation) -> Vec<UnitFacts> {
    let request = ListFactsRequest { season: "2023".to_owned(), ..Default::default() };
    federation.facts().list_facts(request).await.expect("listed").into_inner().units
}

async fn gather(
    scoring: &Connection,
    known_revision: Option<u64>,
) -> (GatherHead, Vec<GatheredUnit>, GatherTail) {
    let request = GatherUnitsRequest {
        season: "2023".to_owned(),
        as_of: "2023-12-31".to_owned(),
        known_revision,
        only: None,
    };
    let stream = GatherServiceClient::new(scoring.clone()).gather_units(request).await.expect("gathered");
    let parts: Vec<_> = stream.into_inner().try_collect().await.expect("whole");
    let mut parts: Vec<_> = parts.into_iter().map(|answer| answer.part.expect("a part")).collect();
    let Some(Part::Tail(tail)) = parts.pop() else { panic!("no tail") };
    let mut parts = parts.into_iter();
    let Some(Part::Head(head)) = parts.next() else { panic!("no head") };
    let units = parts.map(|part| match part {
        Part::Unit(unit) => unit,
        other => panic!("{other:?}"),
    });
    (head, units.collect(), tail)
}

async fn facts_are_put_listed_and_taken_away(world: &World) {
    let federation = found(world, "vinh-long").await;
    federation.put([unit("a", ""), unit("b", "")]).await;
    let both = || vec![facts("b", &["illegal_strike"]), facts("a", &["no_debt", "cba_in_force"])];
    assert_eq!(put(&federation, both()).await.expect("put"), 2);
    assert_eq!(put(&federation, both()).await.expect("put"), 0);
    let listed = list(&federation).await;
    assert_eq!(listed[0].facts, ["cba_in_force", "no_debt"]);
    let by = listed[0].updated.clone().expect("who said so");
    assert_eq!((by.account_id, by.name.as_str()), (federation.admin.id.clone(), "Trần Văn Bình"));
    assert_eq!(put(&federation, vec![facts("b", &[])]).await.expect("put"), 1);
    assert_eq!(list(&federation).await.len(), 1);

    let wrong = vec![facts("a", &["x", "x"]), facts("a", &[""])];
    let expected = [
        "units[0].facts INVALID_ARGUMENT",
        "units[1].facts[0] FIELD_REQUIRED",
        "units[1].unit INVALID_ARGUMENT",
    ];
    assert_eq!(violations(put(&federation, wrong).await), expected);
    let unknown = put(&federation, vec![facts("a", &["x"]), facts("c", &["x"])]).await;
    assert_eq!(violations(unknown), ["units[1].unit UNIT_UNKNOWN"]);
    assert_eq!(list(&federation).await[0].facts, ["cba_in_force", "no_debt"]);
}

async fn scoring_gathers_units_as_they_are_on_a_day(world: &World) {
    let federation = found(world, "vinh-long").await;
    federation.put([unit("cs-2", ""), unit("cs-10", ""), unit("cs-1.1", "cs-2")]).await;
    let later = ChangeUnitStatusRequest {
        code: "cs-2".to_owned(),
        status: UnitStatus::Dissolved.into(),
        from: "2024-01-01".to_owned(),
        ..Default::default()
    };
    federation.units().change_unit_status(later).await.expect("changed");
    put(&federation, vec![facts("cs-10", &["cba_in_force"])]).await.expect("put");

    let scoring = world.service("scoring", Some(federation.id));
    let (head, units, tail) = gather(&scoring, None).await;
    assert_eq!(head.federation, "vinh-long");
    assert_eq!(head.federation_name, federation.tenant.name);
    assert_eq!(tail.units, 3);
    let shown: Vec<_> = units
        .iter()
        .map(|gathered| {
            let unit = gathered.unit.as_ref().expect("a unit");
            (unit.code.as_str(), unit.status(), gathered.facts.len())
        })
        .collect();
    let active = UnitStatus::Active;
    assert_eq!(shown, [("cs-1.1", active, 0), ("cs-10", active, 1), ("cs-2", active, 0)]);

    let as_member = GatherServiceClient::new(federation.as_admin.clone())
        .gather_units(GatherUnitsRequest::default())
        .await
        .map(|_| ());
    assert_eq!(refusal(as_member).0, Code::PermissionDenied);
    let nothing =
        GatherServiceClient::new(scoring).gather_units(GatherUnitsRequest::default()).await.map(|_| ());
    assert_eq!(violations(nothing), ["season FIELD_REQUIRED", "as_of FIELD_REQUIRED"]);
}

async fn what_scoring_knows_already_is_not_sent_again(world: &World) {
    let federation = found(world, "vinh-long").await;
    federation.put([unit("a", ""), unit("b", "")]).await;
    let scoring = world.service("scoring", Some(federation.id));
    let (head, units, _) = gather(&scoring, None).await;
    assert_eq!(units.len(), 2);
    let (same, units, tail) = gather(&scoring, Some(head.revision)).await;
    assert_eq!((same.revision, units.len(), tail.units), (head.revision, 0, 2));

    put(&federation, vec![facts("a", &["x"])]).await.expect("put");
    let (next, units, _) = gather(&scoring, Some(head.revision)).await;
    assert!(next.revision > head.revision);
    assert_eq!(units.len(), 2);
}
