//! The door of a service: the calls of a suspended tenant do not reach its handlers.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use http::Extensions;
use tonic::Status;
use tonic::service::Routes;

use super::Tenants;
use crate::Result;
use crate::auth::Rule;
use crate::tenancy::{Principal, TenantScope as _};

/// How long a call waits for its tenant to become known: a new one may call before the news of it has arrived.
const NEWS: Duration = Duration::from_secs(5);

impl Tenants {
    /// `routes`, closed to suspended tenants (`FAILED_PRECONDITION`, `TENANT_SUSPENDED`) and to tenants that do not exist
    /// (`NOT_FOUND`, `TENANT_UNKNOWN`). RPCs whose rule says `while_suspended` stay open to both.
    pub fn guard(&self, routes: Routes) -> Routes {
        let door = from_fn_with_state(self.clone(), pass);
        Routes::from(routes.into_axum_router().layer(door))
    }

    async fn admit(&self, call: &Extensions) -> Result<()> {
        let Some(Ok(tenant)) = call.get::<Principal>().map(|caller| caller.tenant()) else { return Ok(()) };
        if call.get::<Arc<Rule>>().is_some_and(|rule| rule.while_suspended) {
            return Ok(());
        }
        let mut changes = self.changes();
        let known = async {
            while self.get(tenant).is_err() {
                changes.next().await;
            }
        };
        self.clock.timeout(NEWS, known).await;
        self.admitted(tenant).map(drop)
    }
}

async fn pass(State(tenants): State<Tenants>, request: Request, next: Next) -> Response {
    // Not the request itself: its body cannot be shared between threads.
    let (parts, body) = request.into_parts();
    match tenants.admit(&parts.extensions).await {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(error) => Status::from(error).into_http(),
    }
}
