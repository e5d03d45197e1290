//! Jobs and schedules as members and operators reach them by RPC.

use futures::StreamExt;
use platform::idempotency;
use platform::ids::TenantId;
use platform::jobs::{JobRpc, JobSystem, Served, State};
use platform::schedules::ScheduleRpc;
use platform::tenancy::Principal;
use platform::transport::Elsewhere;
use platform::{Timestamp, testing};
use proto::platform::v1 as pb;
use proto::platform::v1::job_service_client::JobServiceClient;
use proto::platform::v1::job_service_server::JobServiceServer;
use proto::platform::v1::schedule::Timing;
use proto::platform::v1::schedule_service_client::ScheduleServiceClient;
use proto::platform::v1::schedule_service_server::ScheduleServiceServer;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

use super::bench::Bench;
use super::probe::{Act, Probe};

super::on_both_databases!(
    members_see_their_own_jobs_and_operators_all,
    lists_come_in_pages_the_newest_first,
    who_asks_wrongly_is_told_what_is_wrong,
    a_watched_job_is_seen_to_its_end,
    a_job_is_cancelled_and_replayed_once_per_key,
    a_schedule_is_put_paused_resumed_and_tells_its_runs,
    an_operator_tends_the_schedules_of_a_federation,
    a_wrong_schedule_names_every_wrong_field,
);

const SERVICE: &str = "probe_jobs";

/// Calls of one principal, as the transport hands them over.
struct Caller {
    principal: Principal,
    jobs: JobServiceClient<JobServiceServer<JobRpc>>,
    schedules: ScheduleServiceClient<ScheduleServiceServer<ScheduleRpc>>,
}

impl Caller {
    fn new(system: JobSystem, principal: Principal) -> Self {
        let served = Served::new([system], Elsewhere::default());
        let jobs = JobServiceClient::new(JobRpc::server(served.clone()));
        Self { principal, jobs, schedules: ScheduleServiceClient::new(ScheduleRpc::server(served)) }
    }

    fn ask<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.extensions_mut().insert(self.principal.clone());
        request
    }

    fn ask_with_key<T>(&self, message: T, key: &str) -> Request<T> {
        let mut request = self.ask(message);
        request.metadata_mut().insert(idempotency::METADATA, key.parse().expect("a key"));
        request
    }

    async fn list(&mut self, asked: pb::ListJobsRequest) -> Result<pb::ListJobsResponse, Status> {
        Ok(self.jobs.list_jobs(self.ask(asked)).await?.into_inner())
    }

    async fn labels(&mut self, asked: pb::ListJobsRequest) -> Vec<String> {
        let jobs = self.list(asked).await.expect("a list").jobs;
        jobs.into_iter().map(|job| job.subject["label"].clone()).collect()
    }

    async fn put(&mut self, tenant: &str, schedule: pb::Schedule) -> Result<pb::Schedule, Status> {
        let asked = pb::PutScheduleRequest { tenant: tenant.to_owned(), schedule: Some(schedule) };
        let answer = self.schedules.put_schedule(self.ask(asked)).await?.into_inner();
        Ok(answer.schedule.expect("the schedule"))
    }
}

fn member(bench: &Bench, tenant: TenantId) -> Caller {
    Caller::new(bench.system(), Principal::Member(bench.member(tenant)))
}

fn operator(bench: &Bench) -> Caller {
    let account = platform::ids::AccountId(bench.db.ids().next());
    Caller::new(bench.system(), Principal::Operator(testing::operator(account)))
}

fn all() -> pb::ListJobsRequest {
    pb::ListJobsRequest { service: SERVICE.to_owned(), ..Default::default() }
}

fn reason(status: &Status) -> String {
    status.get_error_details().error_info().map(|info| info.reason.clone()).unwrap_or_default()
}

fn fields(status: &Status) -> Vec<String> {
    let details = status.get_error_details();
    let violations = details.bad_request().map(|bad| bad.field_violations.clone()).unwrap_or_default();
    violations.into_iter().map(|violation| violation.field).collect()
}

async fn members_see_their_own_jobs_and_operators_all(bench: &Bench) {
    let north = bench.enqueue(bench.north, Probe::new("of the north", Act::Mark)).await;
    bench.enqueue(bench.south, Probe::new("of the south", Act::Mark)).await;
    assert_eq!(member(bench, bench.north).labels(all()).await, ["of the north"]);
    assert_eq!(operator(bench).labels(all()).await, ["of the south", "of the north"]);
    let named = pb::ListJobsRequest { tenant: "north".to_owned(), ..all() };
    assert_eq!(operator(bench).labels(named).await, ["of the north"]);

    let get = || pb::GetJobRequest { service: SERVICE.to_owned(), job_id: north.to_string() };
    let mut own = member(bench, bench.north);
    let job = own.jobs.get_job(own.ask(get())).await.expect("its own").into_inner().job.expect("a job");
    assert_eq!((job.tenant.as_str(), job.kind.as_str(), job.queue_place), ("north", "probe", Some(0)));
    assert_eq!((job.state(), job.lane()), (pb::JobState::Waiting, pb::Lane::Fast));
    assert_eq!(job.enqueued_at, Some(prost_types::Timestamp { seconds: 1_700_000_000, nanos: 0 }));
    let mut other = member(bench, bench.south);
    let refused = other.jobs.get_job(other.ask(get())).await.expect_err("not its own");
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::NotFound, "JOB_UNKNOWN"));
}

async fn lists_come_in_pages_the_newest_first(bench: &Bench) {
    for label in ["1", "2", "3", "4", "5"] {
        bench.enqueue(bench.north, Probe::new(label, Act::Mark)).await;
    }
    let mut caller = member(bench, bench.north);
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let asked = pb::ListJobsRequest { page_size: 2, page_token: token, ..all() };
        let page = caller.list(asked).await.expect("a page");
        seen.extend(page.jobs.into_iter().map(|job| job.subject["label"].clone()));
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, ["5", "4", "3", "2", "1"]);
    let done = pb::ListJobsRequest { states: vec![pb::JobState::Succeeded.into()], ..all() };
    assert_eq!(caller.labels(done).await, Vec::<String>::new());
    let waiting =
        pb::ListJobsRequest { states: vec![pb::JobState::Waiting.into()], kind: "probe".to_owned(), ..all() };
    assert_eq!(caller.labels(waiting).await.len(), 5);
}

async fn who_asks_wrongly_is_told_what_is_wrong(bench: &Bench) {
    let mut caller = member(bench, bench.north);
    let elsewhere = pb::ListJobsRequest { service: "kitchen".to_owned(), ..all() };
    let refused = caller.list(elsewhere).await.expect_err("no such service");
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::InvalidArgument, "SERVICE_UNKNOWN"));
    assert!(refused.message().contains(SERVICE), "{refused}");
    let named = pb::ListJobsRequest { tenant: "north".to_owned(), ..all() };
    assert_eq!(fields(&caller.list(named).await.expect_err("members name none")), ["tenant"]);
    let nowhere = pb::ListJobsRequest { tenant: "atlantis".to_owned(), ..all() };
    assert_eq!(reason(&operator(bench).list(nowhere).await.expect_err("unknown")), "TENANT_UNKNOWN");
    let strange = pb::ListJobsRequest { states: vec![1, 99], ..all() };
    assert_eq!(fields(&caller.list(strange).await.expect_err("no state")), ["states[1]"]);
    let no_id = pb::GetJobRequest { service: SERVICE.to_owned(), job_id: "7".to_owned() };
    let refused = caller.jobs.get_job(caller.ask(no_id)).await.expect_err("no id");
    assert_eq!(fields(&refused), ["job_id"]);
    let nobody = caller.jobs.list_jobs(Request::new(all())).await.expect_err("nobody");
    assert_eq!(nobody.code(), Code::Unauthenticated);
}

async fn a_watched_job_is_seen_to_its_end(bench: &Bench) {
    let process = bench.start(1);
    let job = bench.enqueue(bench.north, Probe::new("climber", Act::Steps { total: 2 })).await;
    let mut caller = member(bench, bench.north);
    let asked = pb::WatchJobRequest { service: SERVICE.to_owned(), job_id: job.to_string() };
    let mut stream = caller.jobs.watch_job(caller.ask(asked)).await.expect("a stream").into_inner();
    bench.stage.cue("climber");
    let mut last = None;
    while let Some(seen) = stream.next().await {
        let job = seen.expect("no error").job.expect("a job");
        if job.progress.as_ref().is_some_and(|progress| (progress.done, progress.total) == (1, 2)) {
            bench.stage.cue("climber");
        }
        last = Some(job);
    }
    assert_eq!(last.map(|job| job.state()), Some(pb::JobState::Succeeded));
    process.stop().await;
}

async fn a_job_is_cancelled_and_replayed_once_per_key(bench: &Bench) {
    let job = bench.enqueue(bench.north, Probe::new("undecided", Act::Mark)).await;
    let mut caller = member(bench, bench.north);
    let cancel = || pb::CancelJobRequest { service: SERVICE.to_owned(), job_id: job.to_string() };
    let replay = || pb::ReplayJobRequest { service: SERVICE.to_owned(), job_id: job.to_string() };
    let answer = caller.jobs.cancel_job(caller.ask_with_key(cancel(), "c-1")).await.expect("cancelled");
    assert_eq!(answer.into_inner().job.map(|job| job.state()), Some(pb::JobState::Cancelled));
    let answer = caller.jobs.replay_job(caller.ask(replay())).await.expect("replayed");
    assert_eq!(answer.into_inner().job.map(|job| job.state()), Some(pb::JobState::Waiting));
    // The same call again changes nothing and says the same; a new one is a new one.
    let again = caller.jobs.cancel_job(caller.ask_with_key(cancel(), "c-1")).await.expect("answered again");
    assert_eq!(again.into_inner().job.map(|job| job.state()), Some(pb::JobState::Cancelled));
    assert_eq!(bench.job(job).await.state, State::Waiting);
    let refused = caller.jobs.replay_job(caller.ask(replay())).await.expect_err("it waits");
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::FailedPrecondition, "JOB_STATE"));
    let mut operator = operator(bench);
    operator.jobs.cancel_job(operator.ask_with_key(cancel(), "c-1")).await.expect("cancelled");
    assert_eq!(bench.job(job).await.state, State::Cancelled);
}

fn yearly() -> pb::Schedule {
    pb::Schedule {
        service: SERVICE.to_owned(),
        name: "year-end".to_owned(),
        job_kind: "close".to_owned(),
        subject: [("season".to_owned(), "2023".to_owned())].into(),
        timing: Some(Timing::Cron("0 0 15 12 *".to_owned())),
        ..Default::default()
    }
}

async fn a_schedule_is_put_paused_resumed_and_tells_its_runs(bench: &Bench) {
    let mut caller = member(bench, bench.north);
    let put = caller.put("", yearly()).await.expect("put");
    assert_eq!((put.tenant.as_str(), put.zone.as_str()), ("north", "Asia/Ho_Chi_Minh"));
    // Midnight in Viet Nam, 2023-12-15.
    assert_eq!(put.next_at, Some(prost_types::Timestamp { seconds: 1_702_573_200, nanos: 0 }));
    assert_eq!(put.missed_runs(), pb::MissedRuns::Once);

    let pause = pb::PauseScheduleRequest {
        service: SERVICE.to_owned(),
        name: "year-end".to_owned(),
        ..Default::default()
    };
    let paused = caller.schedules.pause_schedule(caller.ask(pause)).await.expect("paused").into_inner();
    assert_eq!(paused.schedule.map(|row| (row.paused, row.next_at)), Some((true, None)));
    let still = caller.put("", yearly()).await.expect("put again");
    assert!(still.paused, "who puts a paused schedule again does not start it");
    let resume = pb::ResumeScheduleRequest {
        service: SERVICE.to_owned(),
        name: "year-end".to_owned(),
        ..Default::default()
    };
    let resumed = caller.schedules.resume_schedule(caller.ask(resume)).await.expect("resumed").into_inner();
    assert_eq!(resumed.schedule.map(|row| row.paused), Some(false));

    bench.hand.advance_to(Timestamp::from_micros(1_702_573_200_000_000));
    let process = bench.start(1);
    let runs = async {
        loop {
            let asked = pb::ListScheduleRunsRequest {
                service: SERVICE.to_owned(),
                name: "year-end".to_owned(),
                ..Default::default()
            };
            let runs = caller.schedules.list_schedule_runs(caller.ask(asked)).await.expect("a list");
            let runs = runs.into_inner().runs;
            if !runs.is_empty() {
                return runs;
            }
        }
    };
    let runs = bench.while_time_passes(runs).await;
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].outcome(), pb::ScheduleRunOutcome::Enqueued);
    let job = runs[0].job_id.parse().expect("an id");
    bench.while_time_passes(bench.until(job, State::Succeeded)).await;
    process.stop().await;
}

async fn an_operator_tends_the_schedules_of_a_federation(bench: &Bench) {
    let mut operator = operator(bench);
    let refused = operator.put("", yearly()).await.expect_err("whose?");
    assert_eq!(fields(&refused), ["tenant"]);
    let put = operator.put("south", yearly()).await.expect("put");
    assert_eq!(put.tenant, "south");
    operator.put("north", yearly()).await.expect("put");
    let asked = || pb::ListSchedulesRequest { service: SERVICE.to_owned(), ..Default::default() };
    let list = operator.schedules.list_schedules(operator.ask(asked())).await.expect("a list").into_inner();
    let tenants: Vec<_> = list.schedules.iter().map(|row| row.tenant.as_str()).collect();
    assert_eq!(tenants, ["north", "south"]);
    let mut member = member(bench, bench.south);
    let list = member.schedules.list_schedules(member.ask(asked())).await.expect("a list").into_inner();
    assert_eq!(list.schedules.len(), 1);
    let get = pb::GetScheduleRequest {
        service: SERVICE.to_owned(),
        name: "year-begin".to_owned(),
        ..Default::default()
    };
    let refused = member.schedules.get_schedule(member.ask(get)).await.expect_err("no such schedule");
    assert_eq!(reason(&refused), "SCHEDULE_UNKNOWN");
}

async fn a_wrong_schedule_names_every_wrong_field(bench: &Bench) {
    let mut caller = member(bench, bench.north);
    let wrong = pb::Schedule {
        name: "Năm".to_owned(),
        timing: Some(Timing::Cron("never".to_owned())),
        zone: "Asia/Sai_Gon".to_owned(),
        spread_seconds: 9999,
        ..yearly()
    };
    let mut wrong = fields(&caller.put("", wrong).await.expect_err("refused"));
    wrong.sort_unstable();
    assert_eq!(wrong, ["schedule.cron", "schedule.name", "schedule.spread_seconds", "schedule.zone"]);
    let timeless = pb::Schedule { timing: None, missed_runs: pb::MissedRuns::All.into(), ..yearly() };
    let refused = caller.put("", timeless).await.expect_err("refused");
    assert_eq!(fields(&refused), ["schedule.timing", "schedule.missed_bound"]);
    let once = pb::Schedule {
        timing: Some(Timing::OnceAt(prost_types::Timestamp { seconds: i64::MAX, nanos: 0 })),
        ..yearly()
    };
    assert_eq!(fields(&caller.put("", once).await.expect_err("refused")), ["schedule.once_at"]);
}
