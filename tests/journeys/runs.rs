//! Classification runs begin by an administrator's order or a schedule, and become drafts.

use platform::tenancy::Grant;
use platform::transport::Connection;
use proto::common::v1::Role;
use proto::platform::v1::{Job, JobState};
use proto::scoring::v1::run_service_client::RunServiceClient;
use proto::scoring::v1::*;
use tonic::{Code, Status};

use super::runs_jobs::begins;
use super::season::{Person, SEASON};
use super::sheets::{Scene, checked, key, points, put, scene, submit};
use crate::support::jobs;
use crate::support::refusal::{refusal, violations};
use crate::support::world::{World, journeys};

journeys!(the_administrator_starts_a_run_that_becomes_a_draft, one_run_of_a_season_at_a_time);

pub(super) type Runs = RunServiceClient<Connection>;

/// A scene in which every unit of the bloc is scored: vl-01 10, vl-02 8 and vl-03 6 points.
pub(super) async fn scored(world: &World) -> Scene<'_> {
    let scene = scene(world, &["self", "cross", "bloc"]).await;
    for (number, given) in [(1, "7"), (2, "5"), (3, "3")] {
        let unit = format!("vl-0{number}");
        let lines = [points("1.1", given), checked("1.3", &["a"])];
        let mut leader = scene.as_one(&scene.leader);
        for (sheets, layer, scorer) in
            [(&mut scene.as_officer(number), "self", ""), (&mut leader, "bloc", "hội nghị")]
        {
            put(sheets, key(&unit, layer, scorer), &lines, 0).await.expect("a draft");
            submit(sheets, key(&unit, layer, "")).await.expect("handed in");
        }
    }
    scene
}

impl Scene<'_> {
    /// The runs as this person handles them.
    pub(super) fn runs(&self, person: &Person) -> Runs {
        Runs::new(self.federation.competition(person))
    }

    pub(super) fn runs_of_admin(&self) -> Runs {
        self.runs(&self.federation.admin)
    }

    /// A member of the Standing Committee.
    pub(super) async fn committee(&self, login: &str) -> Person {
        let grants = vec![Grant::of_federation(Role::StandingCommittee)];
        self.federation.person(login, grants).await
    }

    /// Approves the run as this person, who has seen its results.
    pub(super) async fn approve(&self, person: &Person, run: &Run) -> Result<Run, Status> {
        let request = ApproveRunRequest {
            run_id: run.id.clone(),
            results_sha256: run.results_sha256.clone(),
            note: String::new(),
        };
        Ok(self.runs(person).approve_run(request).await?.into_inner().run.expect("a run"))
    }

    /// Starts a run as the administrator.
    pub(super) async fn start(&self) -> Result<Run, Status> {
        let request = StartRunRequest { season: SEASON.to_owned() };
        Ok(self.runs_of_admin().start_run(request).await?.into_inner().run.expect("a run"))
    }

    pub(super) async fn run(&self, id: &str) -> Run {
        let request = GetRunRequest { run_id: id.to_owned() };
        self.runs_of_admin().get_run(request).await.expect("a run").into_inner().run.expect("a run")
    }

    /// Waits for the end of a run's job.
    pub(super) async fn job_of(&self, run: &Run) -> Job {
        jobs::ended(self.federation.competition(&self.federation.admin), "scoring", &run.job_id).await
    }

    /// Starts a run and waits for it.
    pub(super) async fn classified(&self) -> Run {
        let run = self.start().await.expect("started");
        self.job_of(&run).await;
        self.run(&run.id).await
    }

    /// The runs of the season that are in this state, the newest first, by number.
    pub(super) async fn numbers(&self, state: RunState) -> Vec<u32> {
        let mut request = ListRunsRequest {
            season: SEASON.to_owned(),
            state: state.into(),
            page_size: 2,
            ..Default::default()
        };
        let mut numbers = Vec::new();
        loop {
            let page = self.runs_of_admin().list_runs(request.clone()).await.expect("a page").into_inner();
            numbers.extend(page.runs.iter().map(|run| run.number));
            if page.next_page_token.is_empty() {
                return numbers;
            }
            request.page_token = page.next_page_token;
        }
    }
}

async fn the_administrator_starts_a_run_that_becomes_a_draft(world: &World) {
    let scene = scored(world).await;
    let started = scene.start().await.expect("started");
    assert_eq!((started.number, started.season.as_str()), (1, SEASON));
    assert!(matches!(started.state(), RunState::Queued | RunState::Running));
    let job = scene.job_of(&started).await;
    assert_eq!((job.state(), job.kind.as_str()), (JobState::Succeeded, "classify"));
    assert_eq!(job.subject.get("season").map(String::as_str), Some(SEASON));

    let run = scene.run(&started.id).await;
    assert_eq!(run.state(), RunState::Draft);
    assert_eq!((run.units, run.faults, run.error.as_str()), (4, 0, ""));
    assert_eq!((run.campaign_sha256.len(), run.results_sha256.len()), (64, 64));
    assert!(run.finished_at.is_some() && run.season_revision > 0 && run.approvals.is_empty());
    assert_eq!(run.started.clone().expect("who").name, "Trần Văn Bình");
    let drafted: Vec<RunDrafted> = scene.federation.heard(1).await;
    let told = RunDrafted {
        season: SEASON.to_owned(),
        run_id: run.id.clone(),
        run_number: 1,
        units: 4,
        ranked: 3,
        results_sha256: run.results_sha256.clone(),
    };
    assert_eq!(drafted, [told]);

    let again = scene.classified().await;
    assert_eq!((again.number, again.state()), (2, RunState::Draft));
    assert_eq!(again.results_sha256, run.results_sha256, "nothing has changed");
    let third = scene.classified().await;
    assert_eq!(scene.numbers(RunState::Unspecified).await, [3, 2, 1]);
    assert_eq!(scene.numbers(RunState::Draft).await, [3, 2, 1]);
    assert!(scene.numbers(RunState::Failed).await.is_empty());
    assert_eq!(scene.run(&third.id).await, third);
}

async fn one_run_of_a_season_at_a_time(world: &World) {
    let scene = scored(world).await;
    let tenant = scene.federation.tenant();
    world.hold_jobs("scoring", tenant, true).await;
    let run = scene.start().await.expect("started");
    assert_eq!(scene.run(&run.id).await.state(), RunState::Queued);
    assert_eq!(refusal(scene.start().await), (Code::AlreadyExists, "RUN_IN_PROGRESS".to_owned()));
    world.hold_jobs("scoring", tenant, false).await;
    begins(&scene, world, &run.job_id).await;
    scene.job_of(&run).await;
    assert_eq!(scene.run(&run.id).await.state(), RunState::Draft);
    assert_eq!(scene.classified().await.number, 2);

    let mut admin = scene.runs_of_admin();
    let unknown = admin.start_run(StartRunRequest { season: "1999".to_owned() }).await;
    assert_eq!(refusal(unknown), (Code::NotFound, "SEASON_UNKNOWN".to_owned()));
    let empty = admin.start_run(StartRunRequest::default()).await;
    assert_eq!(violations(empty), ["season FIELD_REQUIRED"]);
    let mut leader = scene.runs(&scene.leader);
    let denied = leader.start_run(StartRunRequest { season: SEASON.to_owned() }).await;
    assert_eq!(refusal(denied).0, Code::PermissionDenied);
}
