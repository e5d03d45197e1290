//! `JobService`: the jobs of every service at this address.

mod message;
mod served;

use futures::stream::{BoxStream, StreamExt, unfold};
use proto::platform::v1 as pb;
use proto::platform::v1::job_service_client::JobServiceClient;
use proto::platform::v1::job_service_server::{JobService, JobServiceServer};
use tonic::{Request, Response, Status};

use super::desk::{Filter, Sight};
use super::rows::Model;
use crate::audit::Act;
use crate::auth;
use crate::db::SystemUse;
use crate::error::Result;
use crate::idempotency::{self, Key};
use crate::ids::JobId;
use crate::input::Faults;
use crate::paging::Page;
use crate::tenancy::{Principal, TenantScope};
pub(crate) use message::instant;
pub use served::Served;
pub(crate) use served::named_tenant;

/// The jobs of these services, answered at one address.
pub struct JobRpc(Served);

impl JobRpc {
    pub fn server(served: Served) -> JobServiceServer<Self> {
        JobServiceServer::new(Self(served))
    }
}

fn job_id(text: &str) -> Result<JobId> {
    let mut faults = Faults::new();
    let id = faults.id("job_id", text);
    faults.finish(id)
}

#[tonic::async_trait]
impl JobService for JobRpc {
    async fn list_jobs(
        &self,
        request: Request<pb::ListJobsRequest>,
    ) -> Result<Response<pb::ListJobsResponse>, Status> {
        if let Some(peer) = self.0.elsewhere(&request.get_ref().service) {
            return JobServiceClient::new(peer).list_jobs(request).await;
        }
        let sight = Sight::from(auth::principal(&request)?.clone());
        let asked = request.get_ref();
        let system = self.0.system(&asked.service)?;
        let states: Vec<_> = asked.states.iter().map(i32::to_string).collect();
        let mut filters = vec![asked.service.as_str(), &asked.tenant, &asked.kind];
        filters.extend(states.iter().map(String::as_str));
        let page = Page::parse("ListJobs", &filters, asked.page_size, &asked.page_token)?;
        let filter = Filter {
            tenant: served::named_tenant(system, &sight, &asked.tenant)?,
            states: message::states(&asked.states)?,
            kind: asked.kind.clone(),
            before: page.after.as_deref().map(job_id).transpose()?,
        };
        let limit = u64::try_from(page.size).unwrap_or(u64::MAX);
        let mut rows = system.desk().list(&sight, &filter, limit.saturating_add(1)).await?;
        let more = rows.len() > page.size;
        rows.truncate(page.size);
        let last = rows.last().filter(|_| more);
        Ok(Response::new(pb::ListJobsResponse {
            next_page_token: last.map(|row| page.token(&row.job_id.to_string())).unwrap_or_default(),
            jobs: rows.iter().map(|row| message::job(system, row, None)).collect(),
        }))
    }

    async fn get_job(
        &self,
        request: Request<pb::GetJobRequest>,
    ) -> Result<Response<pb::GetJobResponse>, Status> {
        if let Some(peer) = self.0.elsewhere(&request.get_ref().service) {
            return JobServiceClient::new(peer).get_job(request).await;
        }
        let sight = Sight::from(auth::principal(&request)?.clone());
        let (system, job) = (self.0.system(&request.get_ref().service)?, job_id(&request.get_ref().job_id)?);
        let desk = system.desk();
        let row = desk.get(&sight, job).await?;
        let place = desk.place(&sight, &row).await?;
        let attempts = desk.attempts(&sight, job).await?;
        Ok(Response::new(pb::GetJobResponse {
            job: Some(message::job(system, &row, place)),
            attempts: attempts.iter().map(message::attempt).collect(),
        }))
    }

    type WatchJobStream = BoxStream<'static, Result<pb::WatchJobResponse, Status>>;

    async fn watch_job(
        &self,
        request: Request<pb::WatchJobRequest>,
    ) -> Result<Response<Self::WatchJobStream>, Status> {
        if let Some(peer) = self.0.elsewhere(&request.get_ref().service) {
            let answer = JobServiceClient::new(peer).watch_job(request).await?;
            return Ok(answer.map(StreamExt::boxed));
        }
        let sight = Sight::from(auth::principal(&request)?.clone());
        let system = self.0.system(&request.get_ref().service)?.clone();
        let watch = system.desk().watch(sight, job_id(&request.get_ref().job_id)?).await?;
        let seen = unfold(Some((system, watch)), |state| async {
            let (system, mut watch) = state?;
            match watch.next().await {
                Ok(Some(seen)) => {
                    let job = Some(message::job(&system, &seen.row, seen.place));
                    Some((Ok(pb::WatchJobResponse { job }), Some((system, watch))))
                }
                Ok(None) => None,
                Err(error) => Some((Err(error.into()), None)),
            }
        });
        Ok(Response::new(seen.boxed()))
    }

    async fn cancel_job(
        &self,
        request: Request<pb::CancelJobRequest>,
    ) -> Result<Response<pb::CancelJobResponse>, Status> {
        if let Some(peer) = self.0.elsewhere(&request.get_ref().service) {
            return JobServiceClient::new(peer).cancel_job(request).await;
        }
        let (principal, key) = (auth::principal(&request)?.clone(), Key::of(request.metadata())?);
        let request = request.into_inner();
        let (system, job) = (self.0.system(&request.service)?, job_id(&request.job_id)?);
        let (db, desk) = (system.database(), system.desk());
        let answer = |row: &Model| pb::CancelJobResponse { job: Some(message::job(system, row, None)) };
        let response = match &principal {
            Principal::Operator(_) => {
                let work = async |tx: &crate::db::SystemTx| {
                    let row = desk.cancel(tx, job).await?;
                    tx.record(row.tenant_id, &principal.actor(), act("job.cancelled", &row));
                    Ok(answer(&row))
                };
                idempotency::run_for_operator(db, SystemUse::JobOperations, &principal, key, &request, work)
                    .await
            }
            _ => {
                let work = async |tx: &crate::db::TenantTx| {
                    let row = desk.cancel(tx, job).await?;
                    tx.record(act("job.cancelled", &row));
                    Ok(answer(&row))
                };
                idempotency::run(db, &principal, key, &request, work).await
            }
        };
        Ok(Response::new(response?))
    }

    async fn replay_job(
        &self,
        request: Request<pb::ReplayJobRequest>,
    ) -> Result<Response<pb::ReplayJobResponse>, Status> {
        if let Some(peer) = self.0.elsewhere(&request.get_ref().service) {
            return JobServiceClient::new(peer).replay_job(request).await;
        }
        let (principal, key) = (auth::principal(&request)?.clone(), Key::of(request.metadata())?);
        let request = request.into_inner();
        let (system, job) = (self.0.system(&request.service)?, job_id(&request.job_id)?);
        let (db, desk) = (system.database(), system.desk());
        let answer = |row: &Model| pb::ReplayJobResponse { job: Some(message::job(system, row, None)) };
        let response = match &principal {
            Principal::Operator(_) => {
                let work = async |tx: &crate::db::SystemTx| {
                    let row = desk.replay(tx, job).await?;
                    tx.record(row.tenant_id, &principal.actor(), act("job.replayed", &row));
                    Ok(answer(&row))
                };
                idempotency::run_for_operator(db, SystemUse::JobOperations, &principal, key, &request, work)
                    .await
            }
            _ => {
                let work = async |tx: &crate::db::TenantTx| {
                    let row = desk.replay(tx, job).await?;
                    tx.record(act("job.replayed", &row));
                    Ok(answer(&row))
                };
                idempotency::run(db, &principal, key, &request, work).await
            }
        };
        Ok(Response::new(response?))
    }
}

fn act(action: &'static str, row: &Model) -> Act {
    Act::new(action, "job", row.job_id).with("kind", row.kind.as_str())
}
