use platform::audit::Act;
use platform::db::{Database, SystemTx, SystemUse};
use platform::input::Faults;
use platform::tenancy::{Principal, TenantScope as _};
use platform::{Result, idempotency, tenants};
use proto::organizations::v1::*;
use tonic::Request;

use crate::domain::tenants::{Federation, TenantChange, parse_suspension};
use crate::store::federations;

pub(super) async fn update_tenant(
    db: &Database,
    request: Request<UpdateTenantRequest>,
) -> Result<UpdateTenantResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let change = TenantChange::parse(&request, &mut faults);
    let change = faults.finish(change)?;

    idempotency::run_for_operator(db, SystemUse::TenantDirectory, &caller, key, &request, async |tx| {
        let now = federations::by_code(tx, &change.code).await?;
        let changed = now.clone().changed(change);
        let tenant = write(tx, &caller, now, changed, "tenant.changed").await?;
        Ok(UpdateTenantResponse { tenant: Some(tenant) })
    })
    .await
}

pub(super) async fn suspend_tenant(
    db: &Database,
    request: Request<SuspendTenantRequest>,
) -> Result<SuspendTenantResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let suspension = parse_suspension(&request, &mut faults);
    let (code, reason) = faults.finish(suspension)?;

    idempotency::run_for_operator(db, SystemUse::TenantDirectory, &caller, key, &request, async |tx| {
        let now = federations::by_code(tx, &code).await?;
        // One that is suspended already stays so for the reason that it was.
        let suspended = Some(now.suspended.clone().unwrap_or(reason));
        let changed = Federation { suspended, ..now.clone() };
        let tenant = write(tx, &caller, now, changed, "tenant.suspended").await?;
        Ok(SuspendTenantResponse { tenant: Some(tenant) })
    })
    .await
}

pub(super) async fn resume_tenant(
    db: &Database,
    request: Request<ResumeTenantRequest>,
) -> Result<ResumeTenantResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let code = faults.code("code", &request.code);
    let code = faults.finish(code)?;

    idempotency::run_for_operator(db, SystemUse::TenantDirectory, &caller, key, &request, async |tx| {
        let now = federations::by_code(tx, &code).await?;
        let changed = Federation { suspended: None, ..now.clone() };
        let tenant = write(tx, &caller, now, changed, "tenant.resumed").await?;
        Ok(ResumeTenantResponse { tenant: Some(tenant) })
    })
    .await
}

/// Writes a changed federation and tells the other services; one that is as it was leaves no trace.
async fn write(
    tx: &SystemTx,
    caller: &Principal,
    now: Federation,
    changed: Federation,
    action: &'static str,
) -> Result<Tenant> {
    if now == changed {
        return now.to_proto();
    }
    let changed = federations::change(tx, changed).await?;
    tenants::apply(tx, &changed.to_directory()).await?;
    let tenant = changed.to_proto()?;
    tx.publish(changed.id, &TenantChanged { tenant: Some(tenant.clone()) });
    tx.record(changed.id, &caller.actor(), Act::new(action, "tenant", &changed.code));
    Ok(tenant)
}
