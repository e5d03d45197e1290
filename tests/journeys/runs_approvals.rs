//! Two different persons approve a draft, which publishes it; or somebody drops it with a reason.

use proto::organizations::v1::account_service_client::AccountServiceClient;
use proto::organizations::v1::{CreateAccountRequest, GetOwnAccountRequest};
use proto::scoring::v1::*;
use tonic::{Code, Status};

use super::runs::scored;
use super::season::{Person, SEASON};
use super::sheets::Scene;
use crate::support::refusal::{refusal, violations};
use crate::support::world::{World, journeys};

journeys!(
    two_different_persons_publish_a_run,
    one_person_approves_once,
    two_approvals_at_once_publish_once,
    what_was_not_seen_is_not_approved,
    a_newer_publication_leaves_older_drafts_behind,
    a_draft_is_dropped_with_a_reason,
);

/// Whether the same person gets another account.
async fn second_account(scene: &Scene<'_>, person: &Person) -> Result<(), Status> {
    let mut own = AccountServiceClient::new(scene.federation.competition(person));
    let own = own.get_own_account(GetOwnAccountRequest {}).await.expect("an account").into_inner();
    let official_id = own.account.expect("an account").official_id;
    let admin = scene.federation.competition(&scene.federation.admin);
    let request = CreateAccountRequest { official_id, login: "another".to_owned(), grants: Vec::new() };
    AccountServiceClient::new(admin).create_account(request).await.map(drop)
}

async fn publication(scene: &Scene<'_>) -> GetPublicationResponse {
    let request = GetPublicationRequest { season: SEASON.to_owned() };
    // Everyone may know.
    let mut officer = scene.runs(&scene.leader);
    officer.get_publication(request).await.expect("known").into_inner()
}

async fn two_different_persons_publish_a_run(world: &World) {
    let scene = scored(world).await;
    let (chair, deputy) = (scene.committee("chair").await, scene.committee("deputy").await);
    let run = scene.classified().await;
    assert_eq!(publication(&scene).await, GetPublicationResponse::default());

    let once = scene.approve(&chair, &run).await.expect("approved");
    assert_eq!((once.state(), once.approvals.len()), (RunState::Draft, 1));
    assert_eq!(publication(&scene).await.current, None, "one approval is not enough");
    let twice = scene.approve(&deputy, &run).await.expect("approved");
    assert_eq!(twice.state(), RunState::Published);
    assert!(twice.published_at.is_some());
    let approvers: Vec<_> = twice.approvals.iter().map(|one| one.act.clone().expect("who").name).collect();
    assert_eq!(approvers, ["chair", "deputy"]);
    assert!(twice.approvals.iter().all(|one| one.results_sha256 == run.results_sha256));
    assert_eq!(scene.run(&run.id).await, twice);

    let published: Vec<RunPublished> = scene.federation.heard(1).await;
    let told = RunPublished {
        season: SEASON.to_owned(),
        run_id: run.id.clone(),
        run_number: 1,
        units: 4,
        ranked: 3,
        results_sha256: run.results_sha256.clone(),
        replaces_run_id: String::new(),
    };
    assert_eq!(published, [told]);
    let current = publication(&scene).await.current.expect("published");
    assert_eq!((current.run_id, current.number), (run.id.clone(), 1));
    assert_eq!(current.campaign_sha256, run.campaign_sha256);
    let third = scene.committee("third").await;
    assert_eq!(
        refusal(scene.approve(&third, &run).await),
        (Code::FailedPrecondition, "RUN_STATE".to_owned())
    );
    let late = RejectRunRequest { run_id: run.id.clone(), reason: "muộn".to_owned() };
    let late = scene.runs(&third).reject_run(late).await;
    assert_eq!(refusal(late), (Code::FailedPrecondition, "RUN_STATE".to_owned()));
}

async fn one_person_approves_once(world: &World) {
    let scene = scored(world).await;
    let chair = scene.committee("chair").await;
    let run = scene.classified().await;
    scene.approve(&chair, &run).await.expect("approved");
    let same = (Code::FailedPrecondition, "SAME_APPROVER".to_owned());
    assert_eq!(refusal(scene.approve(&chair, &run).await), same);
    let second = second_account(&scene, &chair).await;
    assert_eq!(
        refusal(second),
        (Code::AlreadyExists, "ACCOUNT_EXISTS".to_owned()),
        "nor with another account"
    );
    let run = scene.run(&run.id).await;
    assert_eq!((run.state(), run.approvals.len()), (RunState::Draft, 1));
    let admin = scene.approve(&scene.federation.admin, &run).await;
    assert_eq!(
        refusal(admin).0,
        Code::PermissionDenied,
        "administrators start runs, they do not approve them"
    );
}

async fn two_approvals_at_once_publish_once(world: &World) {
    let scene = scored(world).await;
    let (chair, deputy) = (scene.committee("chair").await, scene.committee("deputy").await);
    let run = scene.classified().await;
    let answers = futures::join!(
        scene.approve(&chair, &run),
        scene.approve(&chair, &run),
        scene.approve(&deputy, &run),
    );
    let states = [answers.0, answers.1, answers.2].map(|answer| answer.ok().map(|run| run.state()));
    let published = states.iter().filter(|state| **state == Some(RunState::Published)).count();
    assert_eq!(published, 1, "{states:?}");
    let run = scene.run(&run.id).await;
    assert_eq!((run.state(), run.approvals.len()), (RunState::Published, 2));
    // Nothing else is published after it, so that the next event is that of the next run.
    let next = scene.classified().await;
    scene.approve(&chair, &next).await.expect("approved");
    scene.approve(&deputy, &next).await.expect("approved");
    let told: Vec<RunPublished> = scene.federation.heard(2).await;
    assert_eq!(told.iter().map(|told| told.run_number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(told[1].replaces_run_id, run.id);
}

async fn what_was_not_seen_is_not_approved(world: &World) {
    let scene = scored(world).await;
    let chair = scene.committee("chair").await;
    let run = scene.classified().await;
    let wrong = Run { results_sha256: run.campaign_sha256.clone(), ..run.clone() };
    assert_eq!(violations(scene.approve(&chair, &wrong).await), ["results_sha256 INVALID_ARGUMENT"]);
    let none = Run { results_sha256: String::new(), id: "x".to_owned(), ..run.clone() };
    let expected = ["run_id INVALID_ARGUMENT", "results_sha256 FIELD_REQUIRED"];
    assert_eq!(violations(scene.approve(&chair, &none).await), expected);
    let unknown = Run { id: run.job_id.clone(), ..run.clone() };
    assert_eq!(refusal(scene.approve(&chair, &unknown).await), (Code::NotFound, "RUN_UNKNOWN".to_owned()));
    assert!(scene.run(&run.id).await.approvals.is_empty());
}

async fn a_newer_publication_leaves_older_drafts_behind(world: &World) {
    let scene = scored(world).await;
    let (chair, deputy) = (scene.committee("chair").await, scene.committee("deputy").await);
    let (first, second) = (scene.classified().await, scene.classified().await);
    scene.approve(&chair, &first).await.expect("approved");
    for person in [&chair, &deputy] {
        scene.approve(person, &second).await.expect("approved");
    }
    let superseded = (Code::FailedPrecondition, "RUN_SUPERSEDED".to_owned());
    assert_eq!(refusal(scene.approve(&deputy, &first).await), superseded);
    assert_eq!(scene.run(&first.id).await.state(), RunState::Draft, "it stays readable as it is");

    let third = scene.classified().await;
    for person in [&chair, &deputy] {
        scene.approve(person, &third).await.expect("approved");
    }
    let told = publication(&scene).await;
    assert_eq!(told.current.expect("published").number, 3);
    assert_eq!(told.earlier.iter().map(|run| run.number).collect::<Vec<_>>(), [2]);
    assert_eq!(scene.numbers(RunState::Published).await, [3, 2]);
    assert_eq!(scene.numbers(RunState::Draft).await, [1]);
}

async fn a_draft_is_dropped_with_a_reason(world: &World) {
    let scene = scored(world).await;
    let (chair, deputy) = (scene.committee("chair").await, scene.committee("deputy").await);
    let run = scene.classified().await;
    let reject = |reason: &str| RejectRunRequest { run_id: run.id.clone(), reason: reason.to_owned() };
    let mut admin = scene.runs_of_admin();
    assert_eq!(violations(admin.reject_run(reject("")).await), ["reason FIELD_REQUIRED"]);
    scene.approve(&chair, &run).await.expect("approved");
    let dropped = admin.reject_run(reject("chấm lại khối 1")).await.expect("dropped").into_inner();
    let dropped = dropped.run.expect("a run");
    assert_eq!((dropped.state(), dropped.rejection_reason.as_str()), (RunState::Rejected, "chấm lại khối 1"));
    assert_eq!(dropped.rejected.clone().expect("who").name, "Trần Văn Bình");
    assert_eq!(dropped.results_sha256, run.results_sha256, "its results stay");
    assert_eq!(
        refusal(scene.approve(&deputy, &run).await),
        (Code::FailedPrecondition, "RUN_STATE".to_owned())
    );
    assert_eq!(scene.numbers(RunState::Rejected).await, [1]);
    assert_eq!(publication(&scene).await.current, None);
}
