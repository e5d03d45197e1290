//! The door of a service: the calls of a suspended tenant, of an account whose access was withdrawn, and those over the
//! tenant's quota do not reach its handlers; what streams ends when its caller would be refused.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use http::Extensions;
use tonic::service::Routes;
use tonic::{Code, Status};

use super::stream::{Guarded, Pass};
use super::{CALLS_PER_MINUTE, Tenants};
use crate::auth::{Issued, Rule};
use crate::ids::TenantId;
use crate::tenancy::{Member, Principal, TenantScope as _};
use crate::{Error, Result};

/// How long a call waits for its tenant to become known: a new one may call before the news of it has arrived.
const NEWS: Duration = Duration::from_secs(5);

impl Tenants {
    /// `routes`, closed to suspended tenants (`FAILED_PRECONDITION`, `TENANT_SUSPENDED`) and to tenants that do not exist
    /// (`NOT_FOUND`, `TENANT_UNKNOWN`). RPCs whose rule says `while_suspended` stay open to both.
    ///
    /// Members whose tokens were withdrawn are refused (`UNAUTHENTICATED`, `SESSION_REVOKED`), and their calls over the
    /// tenant's quota (`RESOURCE_EXHAUSTED`, `RATE_LIMITED`). When it cannot be known for a minute whose access was
    /// withdrawn, nothing is changed (`UNAVAILABLE`).
    ///
    /// A stream that goes on when its caller is suspended, withdrawn or no longer has a valid token (`UNAUTHENTICATED`,
    /// `TOKEN_EXPIRED`) ends with the refusal that a new call would get.
    pub fn guard(&self, routes: Routes) -> Routes {
        let door = from_fn_with_state(self.clone(), pass);
        Routes::from(routes.into_axum_router().layer(door))
    }

    async fn admit(&self, call: &Extensions) -> Result<()> {
        let Some(caller) = call.get::<Principal>() else { return Ok(()) };
        let rule = call.get::<Arc<Rule>>();
        if rule.is_some_and(|rule| rule.mutates) {
            self.sees()?;
        }
        self.not_withdrawn(caller, call.get::<Issued>().copied())?;
        if let Principal::Member(member) = caller {
            self.within_quota(member).await?;
        }
        let while_suspended = rule.is_some_and(|rule| rule.while_suspended);
        if !while_suspended && let Ok(tenant) = caller.tenant() {
            self.hear_of(tenant).await;
        }
        self.not_suspended(caller, while_suspended)
    }

    /// Waits for the news of a tenant.
    async fn hear_of(&self, tenant: TenantId) {
        let mut changes = self.changes();
        let known = async {
            while self.get(tenant).is_err() {
                changes.next().await;
            }
        };
        self.clock.timeout(NEWS, known).await;
    }

    /// Refuses members whose tokens were withdrawn.
    pub(super) fn not_withdrawn(&self, caller: &Principal, issued: Option<Issued>) -> Result<()> {
        let Principal::Member(member) = caller else { return Ok(()) };
        if issued.is_some_and(|issued| self.withdrawn(member.account(), issued.at)) {
            return Err(revoked());
        }
        Ok(())
    }

    /// Refuses callers whose tenant cannot work, but for what is open to those too.
    pub(super) fn not_suspended(&self, caller: &Principal, while_suspended: bool) -> Result<()> {
        match caller.tenant() {
            Ok(tenant) if !while_suspended => self.admitted(tenant).map(drop),
            _ => Ok(()),
        }
    }

    async fn within_quota(&self, member: &Member) -> Result<()> {
        let Ok(tenant) = self.get(member.tenant_id()) else { return Ok(()) };
        let Some(&quota) = tenant.quotas.get(CALLS_PER_MINUTE) else { return Ok(()) };
        self.take_call(tenant.id, quota).await.map_err(|wait| {
            let message = format!("{} makes more than {quota} calls a minute: try again later", tenant.code);
            Error::new(Code::ResourceExhausted, "RATE_LIMITED", message)
                .with("quota", CALLS_PER_MINUTE)
                .with("limit", quota.to_string())
                .retry_after(wait)
        })
    }
}

fn revoked() -> Error {
    let message = "roles were taken from this account since the token was issued: sign in again";
    Error::new(Code::Unauthenticated, "SESSION_REVOKED", message)
}

async fn pass(State(tenants): State<Tenants>, request: Request, next: Next) -> Response {
    // Not the request itself: its body cannot be shared between threads.
    let (parts, body) = request.into_parts();
    match tenants.admit(&parts.extensions).await {
        Ok(()) => {
            let pass = Pass::of(&tenants, &parts.extensions);
            let response = next.run(Request::from_parts(parts, body)).await;
            match pass {
                Some(pass) => response.map(|body| Body::new(Guarded::new(body, pass))),
                None => response,
            }
        }
        Err(error) => Status::from(error).into_http(),
    }
}
