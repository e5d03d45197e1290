//! A campaign with faults gives no results: the run fails, keeps them all, and the administrators are told.

use proto::competition::v1::SetMembersRequest;
use proto::competition::v1::bloc_service_client::BlocServiceClient;
use proto::platform::v1::job_service_client::JobServiceClient;
use proto::platform::v1::{JobState, ReplayJobRequest};
use proto::scoring::v1::document_service_client::DocumentServiceClient;
use proto::scoring::v1::*;
use tonic::Code;

use super::runs::scored;
use super::runs_documents::campaign_of;
use super::season::{BLOC, SEASON, texts};
use super::sheets::Scene;
use crate::support::refusal::refusal;
use crate::support::world::{World, journeys};

journeys!(a_campaign_with_faults_fails_and_keeps_them, a_mended_campaign_is_classified_by_the_same_job);

async fn set_members(scene: &Scene<'_>, members: &[&str]) {
    let request =
        SetMembersRequest { season: SEASON.to_owned(), bloc: BLOC.to_owned(), members: texts(members) };
    let admin = scene.federation.competition(&scene.federation.admin);
    BlocServiceClient::new(admin).set_members(request).await.expect("members");
}

/// Pointer and message of all faults, page by page.
async fn faults(scene: &Scene<'_>, run: &Run) -> Vec<String> {
    let mut request =
        ListRunFaultsRequest { run_id: run.id.clone(), page_size: 1, page_token: String::new() };
    let mut all = Vec::new();
    loop {
        let page = scene.runs_of_admin().list_run_faults(request.clone()).await.expect("a page");
        let page = page.into_inner();
        assert!(page.faults.len() <= 1);
        all.extend(page.faults.into_iter().map(|fault| format!("{}: {}", fault.pointer, fault.message)));
        if page.next_page_token.is_empty() {
            return all;
        }
        request.page_token = page.next_page_token;
    }
}

async fn a_campaign_with_faults_fails_and_keeps_them(world: &World) {
    let scene = scored(world).await;
    // The sheets of vl-03 are there, and it is in no bloc any more.
    set_members(&scene, &["vl-01", "vl-02"]).await;
    let started = scene.start().await.expect("started");
    let job = scene.job_of(&started).await;
    let expected = [
        "/sheets/4/unit: the unit \"vl-03\" is in no bloc and so has no sheets",
        "/sheets/5/unit: the unit \"vl-03\" is in no bloc and so has no sheets",
    ];
    assert_eq!(job.state(), JobState::Failed);
    assert_eq!(job.last_error, format!("the campaign has 2 faults, the first: {}", expected[0]));

    let run = scene.run(&started.id).await;
    assert_eq!((run.state(), run.faults, run.error.as_str()), (RunState::Failed, 2, ""));
    assert_eq!((run.campaign_sha256.len(), run.results_sha256.as_str()), (64, ""));
    assert_eq!(faults(&scene, &run).await, expected);
    let told: Vec<RunFailed> = scene.federation.heard(1).await;
    let failed = RunFailed {
        season: SEASON.to_owned(),
        run_id: run.id.clone(),
        run_number: 1,
        faults: 2,
        summary: expected[0].to_owned(),
    };
    assert_eq!(told, [failed]);

    let (head, campaign) = campaign_of(&scene, &run).await;
    assert_eq!((head.results_sha256.as_str(), head.campaign_sha256), ("", run.campaign_sha256.clone()));
    let campaign: serde_json::Value = serde_json::from_slice(&campaign).expect("JSON");
    assert_eq!(campaign.pointer("/sheets/4/unit").and_then(|unit| unit.as_str()), Some("vl-03"));
    let admin = scene.federation.competition(&scene.federation.admin);
    let request = ExportResultsRequest { which: Some(export_results_request::Which::RunId(run.id.clone())) };
    let results = DocumentServiceClient::new(admin).export_results(request).await.map(|_| ());
    assert_eq!(refusal(results), (Code::FailedPrecondition, "CAMPAIGN_INVALID".to_owned()));
    let chair = scene.committee("chair").await;
    let run = Run { results_sha256: run.campaign_sha256.clone(), ..run };
    assert_eq!(
        refusal(scene.approve(&chair, &run).await),
        (Code::FailedPrecondition, "RUN_STATE".to_owned())
    );
}

async fn a_mended_campaign_is_classified_by_the_same_job(world: &World) {
    let scene = scored(world).await;
    set_members(&scene, &["vl-01", "vl-02"]).await;
    let failed = scene.classified().await;
    assert_eq!(failed.state(), RunState::Failed);
    set_members(&scene, &["vl-01", "vl-02", "vl-03"]).await;
    let admin = scene.federation.competition(&scene.federation.admin);
    let replay = ReplayJobRequest { service: "scoring".to_owned(), job_id: failed.job_id.clone() };
    JobServiceClient::new(admin).replay_job(replay).await.expect("waiting again");
    let job = scene.job_of(&failed).await;
    assert_eq!((job.state(), job.last_error.as_str()), (JobState::Succeeded, ""));
    assert_eq!(scene.numbers(RunState::Draft).await, [2], "a run of its own");
    assert_eq!(scene.run(&failed.id).await, failed, "what failed stays as it was");
}
