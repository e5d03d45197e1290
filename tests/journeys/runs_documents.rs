//! The documents of a run: what anyone needs to compute its results again.

use platform::tenancy::Grant;
use proto::common::v1::Role;
use proto::scoring::v1::document_service_client::DocumentServiceClient;
use proto::scoring::v1::*;
use scoring::domain::document::Document;
use serde_json::Value;
use tonic::Code;

use super::runs::scored;
use super::season::SEASON;
use super::sheets::{Scene, key, points};
use crate::support::refusal::{refusal, violations};
use crate::support::world::{World, journeys};

journeys!(
    the_exported_campaign_gives_the_stored_results_again,
    one_changed_line_changes_one_line_of_the_next_export,
    who_names_no_run_or_one_that_is_not_there_is_told,
);

/// Bytes of a chunk, at most.
const CHUNK: usize = 256 * 1024;

/// What is exported of a run as the administrator.
pub(super) async fn campaign_of(scene: &Scene<'_>, run: &Run) -> (DocumentHead, Vec<u8>) {
    let which = export_campaign_request::Which::RunId(run.id.clone());
    campaign(scene, which).await
}

async fn campaign(scene: &Scene<'_>, which: export_campaign_request::Which) -> (DocumentHead, Vec<u8>) {
    use export_campaign_response::Part;
    let admin = scene.federation.competition(&scene.federation.admin);
    let request = ExportCampaignRequest { which: Some(which) };
    let parts = DocumentServiceClient::new(admin).export_campaign(request).await.expect("a document");
    let (mut parts, mut head, mut bytes) = (parts.into_inner(), None, Vec::new());
    while let Some(part) = parts.message().await.expect("the next part") {
        match part.part.expect("a part") {
            Part::Head(first) => assert!(head.replace(first).is_none() && bytes.is_empty()),
            Part::Chunk(chunk) => {
                assert!(chunk.len() <= CHUNK);
                bytes.extend(chunk);
            }
        }
    }
    let head = head.expect("a head");
    assert_eq!(u64::try_from(bytes.len()), Ok(head.size));
    (head, bytes)
}

async fn results_of(scene: &Scene<'_>, run: &Run) -> (DocumentHead, Vec<u8>) {
    use export_results_response::Part;
    let admin = scene.federation.competition(&scene.federation.admin);
    let request = ExportResultsRequest { which: Some(export_results_request::Which::RunId(run.id.clone())) };
    let parts = DocumentServiceClient::new(admin).export_results(request).await.expect("a document");
    let (mut parts, mut head, mut bytes) = (parts.into_inner(), None, Vec::new());
    while let Some(part) = parts.message().await.expect("the next part") {
        match part.part.expect("a part") {
            Part::Head(first) => assert!(head.replace(first).is_none() && bytes.is_empty()),
            Part::Chunk(chunk) => bytes.extend(chunk),
        }
    }
    let head = head.expect("a head");
    assert_eq!(u64::try_from(bytes.len()), Ok(head.size));
    (head, bytes)
}

async fn the_exported_campaign_gives_the_stored_results_again(world: &World) {
    let scene = scored(world).await;
    let run = scene.classified().await;
    let (head, bytes) = campaign_of(&scene, &run).await;
    assert_eq!((head.run_id.as_str(), head.run_number), (run.id.as_str(), 1));
    let document = Document::read(&bytes).expect("a document");
    let classified = scoring::domain::classify(&document).expect("no faults");
    assert_eq!(classified.campaign_sha256.to_string(), run.campaign_sha256);
    assert_eq!(classified.results_sha256.to_string(), run.results_sha256);
    let mut results = Vec::new();
    classified.write(&mut |piece| results.extend_from_slice(piece));
    let (head, stored) = results_of(&scene, &run).await;
    assert!(stored == results, "the stored results are the computed ones, byte for byte");
    assert_eq!(
        (head.campaign_sha256, head.results_sha256),
        (run.campaign_sha256.clone(), run.results_sha256.clone())
    );

    let results: Value = serde_json::from_slice(&results).expect("JSON");
    let ranks: Vec<_> =
        results["units"].as_array().expect("units").iter().map(|unit| &unit["rank"]).collect();
    assert_eq!(ranks, [&Value::from(1), &Value::from(2), &Value::from(3), &Value::Null]);
    for person in [scene.committee("chair").await, scene.committee("deputy").await] {
        scene.approve(&person, &run).await.expect("approved");
    }
    let of_season = export_campaign_request::Which::Season(SEASON.to_owned());
    let (head, published) = campaign(&scene, of_season).await;
    assert_eq!((head.run_id, published == bytes), (run.id, true));
}

/// The pointers at which two values differ.
fn differences(at: &str, one: &Value, other: &Value, found: &mut Vec<String>) {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (place, (one, other)) in one.iter().zip(other).enumerate() {
                differences(&format!("{at}/{place}"), one, other, found);
            }
        }
        (Value::Object(one), Value::Object(other)) if one.keys().eq(other.keys()) => {
            for (name, value) in one {
                differences(&format!("{at}/{name}"), value, &other[name], found);
            }
        }
        (one, other) if one == other => {}
        _ => found.push(at.to_owned()),
    }
}

async fn one_changed_line_changes_one_line_of_the_next_export(world: &World) {
    let scene = scored(world).await;
    let before = scene.classified().await;
    let mut leader = scene.as_one(&scene.leader);
    let sheet = || Some(key("vl-02", "bloc", ""));
    let reopen = ReopenSheetRequest { key: sheet(), reason: "chấm lại".to_owned() };
    leader.reopen_sheet(reopen).await.expect("given back");
    let lines = vec![points("1.1", "6")];
    let put = PutLinesRequest { key: sheet(), lines, ..PutLinesRequest::default() };
    leader.put_lines(put).await.expect("written");
    // A draft does not count yet.
    let same = scene.classified().await;
    assert_eq!(same.campaign_sha256, before.campaign_sha256);
    leader.submit_sheet(SubmitSheetRequest { key: sheet(), expected_revision: None }).await.expect("in");

    let after = scene.classified().await;
    assert_ne!(after.results_sha256, before.results_sha256);
    let (_, one) = campaign_of(&scene, &before).await;
    let (_, other) = campaign_of(&scene, &after).await;
    let parse = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).expect("JSON");
    let (one, other) = (parse(&one), parse(&other));
    let mut found = Vec::new();
    differences("", &one, &other, &mut found);
    let place = other["sheets"]
        .as_array()
        .expect("sheets")
        .iter()
        .position(|sheet| sheet["unit"] == "vl-02" && sheet["layer"] == "bloc");
    assert_eq!(found, [format!("/sheets/{}/lines/0/points", place.expect("the sheet"))]);
    assert_eq!(other.pointer(&found[0]).and_then(Value::as_str), Some("6"));
}

async fn who_names_no_run_or_one_that_is_not_there_is_told(world: &World) {
    let scene = scored(world).await;
    let admin = || scene.federation.competition(&scene.federation.admin);
    let mut documents = DocumentServiceClient::new(admin());
    let export = |which| ExportCampaignRequest { which };
    let none = documents.export_campaign(export(None)).await.map(|_| ());
    assert_eq!(violations(none), ["which FIELD_REQUIRED"]);
    let season = export_campaign_request::Which::Season(SEASON.to_owned());
    let unpublished = documents.export_campaign(export(Some(season))).await.map(|_| ());
    assert_eq!(refusal(unpublished), (Code::NotFound, "RUN_UNKNOWN".to_owned()));
    world.hold_jobs("scoring", scene.federation.tenant(), true).await;
    let run = scene.start().await.expect("started");
    let which = || Some(export_campaign_request::Which::RunId(run.id.clone()));
    let waiting = documents.export_campaign(export(which())).await.map(|_| ());
    assert_eq!(refusal(waiting), (Code::FailedPrecondition, "RUN_STATE".to_owned()));
    let observer = scene.federation.person("observer", vec![Grant::of_federation(Role::Observer)]).await;
    for (person, code) in [(&observer, Code::FailedPrecondition), (&scene.leader, Code::PermissionDenied)] {
        let mut documents = DocumentServiceClient::new(scene.federation.competition(person));
        assert_eq!(refusal(documents.export_campaign(export(which())).await.map(|_| ())).0, code);
    }
}
