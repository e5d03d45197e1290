//! `ScheduleService`: the schedules of every service at this address.

mod message;

use proto::common::v1::Reason;
use proto::platform::v1 as pb;
use proto::platform::v1::schedule_service_client::ScheduleServiceClient;
use proto::platform::v1::schedule_service_server::{ScheduleService, ScheduleServiceServer};
use tonic::{Request, Response, Status};

use super::Schedules;
use super::rows::{Entity, Model};
use crate::audit::Act;
use crate::auth;
use crate::db::{Reach, SystemTx, SystemUse, TenantTx, Tx};
use crate::error::{Error, Result};
use crate::idempotency::{self, Key};
use crate::ids::{AccountId, TenantId};
use crate::jobs::rpc::named_tenant;
use crate::jobs::{JobSystem, Served, Sight};
use crate::paging::Page;
use crate::tenancy::{Principal, TenantScope};
use crate::{Timestamp, Violation};

/// The schedules of these services, answered at one address.
pub struct ScheduleRpc(Served);

impl ScheduleRpc {
    pub fn server(served: Served) -> ScheduleServiceServer<Self> {
        ScheduleServiceServer::new(Self(served))
    }
}

/// The tenant whose schedule is meant: a member's own, or the one that an operator must name.
fn tenant(system: &JobSystem, principal: &Principal, code: &str) -> Result<TenantId> {
    let sight = Sight::from(principal.clone());
    match named_tenant(system, &sight, code)? {
        Some(tenant) => Ok(tenant),
        None if matches!(sight, Sight::All(_)) => {
            let violation =
                Violation::new("tenant", Reason::FieldRequired.code(), "is required of an operator");
            Err(Error::invalid(vec![violation]))
        }
        None => principal.tenant(),
    }
}

/// A change of one schedule, in whichever transaction the caller may have.
enum Change<'a> {
    Put(&'a super::NewSchedule),
    Pause(&'a str),
    Resume(&'a str),
}

impl Change<'_> {
    async fn make<S: Reach<Entity>>(
        &self,
        schedules: &Schedules,
        tx: &Tx<S>,
        tenant: TenantId,
        by: Option<AccountId>,
    ) -> Result<Model> {
        match self {
            Self::Put(new) => schedules.put(tx, tenant, new, by).await.map_err(message::within_schedule),
            Self::Pause(name) => schedules.pause(tx, tenant, name, by).await,
            Self::Resume(name) => schedules.resume(tx, tenant, name, by).await,
        }
    }

    fn act(&self, row: &Model) -> Act {
        let action = match self {
            Self::Put(_) => "schedule.put",
            Self::Pause(_) => "schedule.paused",
            Self::Resume(_) => "schedule.resumed",
        };
        Act::new(action, "schedule", &row.name).with("job_kind", row.job_kind.as_str())
    }
}

/// Makes the change once per idempotency key, audited, and returns what `answer` makes of the row.
async fn change<Q, R>(
    system: &JobSystem,
    principal: &Principal,
    key: Option<Key>,
    tenant: TenantId,
    request: &Q,
    change: Change<'_>,
    answer: impl Fn(pb::Schedule) -> R,
) -> Result<Response<R>, Status>
where
    Q: prost::Message + prost::Name,
    R: prost::Message + Default,
{
    let (schedules, by) = (system.schedules(), principal.account());
    let response = match principal {
        Principal::Operator(_) => {
            let work = async |tx: &SystemTx| {
                let row = change.make(&schedules, tx, tenant, by).await?;
                tx.record(tenant, &principal.actor(), change.act(&row));
                Ok(answer(message::schedule(system, &row)))
            };
            idempotency::run_for_operator(
                system.database(),
                SystemUse::Schedules,
                principal,
                key,
                request,
                work,
            )
            .await?
        }
        _ => {
            let work = async |tx: &TenantTx| {
                let row = change.make(&schedules, tx, tenant, by).await?;
                tx.record(change.act(&row));
                Ok(answer(message::schedule(system, &row)))
            };
            idempotency::run(system.database(), principal, key, request, work).await?
        }
    };
    Ok(Response::new(response))
}

#[tonic::async_trait]
impl ScheduleService for ScheduleRpc {
    async fn list_schedules(
        &self,
        request: Request<pb::ListSchedulesRequest>,
    ) -> Result<Response<pb::ListSchedulesResponse>, Status> {
        if let Some(peer) = self.0.elsewhere(&request.get_ref().service) {
            return ScheduleServiceClient::new(peer).list_schedules(request).await;
        }
        let principal = auth::principal(&request)?;
        let asked = request.get_ref();
        let system = self.0.system(&asked.service)?;
        let filters = [asked.service.as_str(), asked.tenant.as_str()];
        let page = Page::parse("ListSchedules", &filters, asked.page_size, &asked.page_token)?;
        let sight = Sight::from(principal.clone());
        let tenant = named_tenant(system, &sight, &asked.tenant)?;
        let (schedules, db) = (system.schedules(), system.database());
        let rows = match sight {
            Sight::All(_) => {
                schedules
                    .list(&db.system_read(SystemUse::Schedules).await.map_err(Error::from)?, tenant)
                    .await?
            }
            Sight::Tenant(who) => schedules.list(&db.read(&who).await?, None).await?,
        };
        let all = rows.iter().map(|row| message::schedule(system, row));
        let keyed =
            all.map(|schedule| (format!("{}/{}", schedule.tenant, schedule.name), schedule)).collect();
        let (page, next_page_token) = page.cut(keyed, |(key, _)| key);
        let schedules = page.into_iter().map(|(_, schedule)| schedule).collect();
        Ok(Response::new(pb::ListSchedulesResponse { schedules, next_page_token }))
    }

    async fn get_schedule(
        &self,
        request: Request<pb::GetScheduleRequest>,
    ) -> Result<Response<pb::GetScheduleResponse>, Status> {
        if let Some(peer) = self.0.elsewhere(&request.get_ref().service) {
            return ScheduleServiceClient::new(peer).get_schedule(request).await;
        }
        let principal = auth::principal(&request)?;
        let asked = request.get_ref();
        let system = self.0.system(&asked.service)?;
        let tenant = tenant(system, principal, &asked.tenant)?;
        let (schedules, db) = (system.schedules(), system.database());
        let row = match principal {
            Principal::Operator(_) => {
                let tx = db.system_read(SystemUse::Schedules).await.map_err(Error::from)?;
                schedules.get(&tx, tenant, &asked.name).await?
            }
            _ => schedules.get(&db.read(principal).await?, tenant, &asked.name).await?,
        };
        Ok(Response::new(pb::GetScheduleResponse { schedule: Some(message::schedule(system, &row)) }))
    }

    async fn put_schedule(
        &self,
        request: Request<pb::PutScheduleRequest>,
    ) -> Result<Response<pb::PutScheduleResponse>, Status> {
        if let Some(peer) =
            self.0.elsewhere(request.get_ref().schedule.as_ref().map_or("", |schedule| &schedule.service))
        {
            return ScheduleServiceClient::new(peer).put_schedule(request).await;
        }
        let (principal, key) = (auth::principal(&request)?.clone(), Key::of(request.metadata())?);
        let request = request.into_inner();
        let Some(schedule) = &request.schedule else {
            let violation = Violation::new("schedule", Reason::FieldRequired.code(), "is required");
            return Err(Error::invalid(vec![violation]).into());
        };
        let system = self.0.system(&schedule.service).map_err(message::within_schedule)?;
        let tenant = tenant(system, &principal, &request.tenant)?;
        let new = message::new_schedule(system, tenant, schedule)?;
        if !matches!(principal, Principal::Operator(_))
            && let Some(answer) =
                idempotency::answered(system.database(), &principal, key.as_ref(), &request).await?
        {
            return Ok(Response::new(answer));
        }
        let now = system.database().ids().clock().now();
        system.schedules().check(tenant, &new, now).await.map_err(message::within_schedule)?;
        let answer = |schedule| pb::PutScheduleResponse { schedule: Some(schedule) };
        change(system, &principal, key, tenant, &request, Change::Put(&new), answer).await
    }

    async fn pause_schedule(
        &self,
        request: Request<pb::PauseScheduleRequest>,
    ) -> Result<Response<pb::PauseScheduleResponse>, Status> {
        if let Some(peer) = self.0.elsewhere(&request.get_ref().service) {
            return ScheduleServiceClient::new(peer).pause_schedule(request).await;
        }
        let (principal, key) = (auth::principal(&request)?.clone(), Key::of(request.metadata())?);
        let request = request.into_inner();
        let system = self.0.system(&request.service)?;
        let tenant = tenant(system, &principal, &request.tenant)?;
        let answer = |schedule| pb::PauseScheduleResponse { schedule: Some(schedule) };
        change(system, &principal, key, tenant, &request, Change::Pause(&request.name), answer).await
    }

    async fn resume_schedule(
        &self,
        request: Request<pb::ResumeScheduleRequest>,
    ) -> Result<Response<pb::ResumeScheduleResponse>, Status> {
        if let Some(peer) = self.0.elsewhere(&request.get_ref().service) {
            return ScheduleServiceClient::new(peer).resume_schedule(request).await;
        }
        let (principal, key) = (auth::principal(&request)?.clone(), Key::of(request.metadata())?);
        let request = request.into_inner();
        let system = self.0.system(&request.service)?;
        let tenant = tenant(system, &principal, &request.tenant)?;
        let answer = |schedule| pb::ResumeScheduleResponse { schedule: Some(schedule) };
        change(system, &principal, key, tenant, &request, Change::Resume(&request.name), answer).await
    }

    async fn list_schedule_runs(
        &self,
        request: Request<pb::ListScheduleRunsRequest>,
    ) -> Result<Response<pb::ListScheduleRunsResponse>, Status> {
        if let Some(peer) = self.0.elsewhere(&request.get_ref().service) {
            return ScheduleServiceClient::new(peer).list_schedule_runs(request).await;
        }
        let principal = auth::principal(&request)?;
        let asked = request.get_ref();
        let system = self.0.system(&asked.service)?;
        let tenant = tenant(system, principal, &asked.tenant)?;
        let filters = [asked.service.as_str(), &asked.tenant, &asked.name];
        let page = Page::parse("ListScheduleRuns", &filters, asked.page_size, &asked.page_token)?;
        let before = page.after.as_deref().and_then(|key| key.parse().ok()).map(Timestamp::from_micros);
        let limit = u64::try_from(page.size).unwrap_or(u64::MAX).saturating_add(1);
        let (schedules, db) = (system.schedules(), system.database());
        let mut runs = match principal {
            Principal::Operator(_) => {
                let tx = db.system_read(SystemUse::Schedules).await.map_err(Error::from)?;
                schedules.get(&tx, tenant, &asked.name).await?;
                schedules.runs(&tx, tenant, &asked.name, limit, before).await?
            }
            _ => {
                let tx = db.read(principal).await?;
                schedules.get(&tx, tenant, &asked.name).await?;
                schedules.runs(&tx, tenant, &asked.name, limit, before).await?
            }
        };
        let more = runs.len() > page.size;
        runs.truncate(page.size);
        let last = runs.last().filter(|_| more);
        Ok(Response::new(pb::ListScheduleRunsResponse {
            next_page_token: last.map(|run| page.token(&run.due_at.micros().to_string())).unwrap_or_default(),
            runs: runs.iter().map(message::run).collect(),
        }))
    }
}
