use platform::audit::Act;
use platform::db::Database;
use platform::input::{Faults, today};
use platform::{Result, idempotency, tenants};
use proto::organizations::v1::{CreateTenantRequest, CreateTenantResponse, TenantChanged};
use tonic::Request;

use crate::domain::tenants::{Federation, NewTenant};
use crate::rpc::accounts::enter;
use crate::store::{federations, unit_revisions};

/// The federation, its place in the platform's list and its first administrator are written in one transaction: there
/// is never a federation into which nobody can sign in.
pub(super) async fn create_tenant(
    db: &Database,
    request: Request<CreateTenantRequest>,
) -> Result<CreateTenantResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let new = NewTenant::parse(&request, &mut faults);
    let new = faults.finish(new)?;

    let newcomer = tenants::Newcomer::of(db, &caller, key)?;
    let now = db.ids().clock().now();
    let federation = Federation::from_new(&new, newcomer.id(), now);
    let admin = new.first_admin(today(now, &new.zone)?);

    tenants::found(db, newcomer, &request, &federation.to_directory(), async |tx| {
        federations::add(tx, &federation).await?;
        unit_revisions::begin(tx).await?;
        let accounts = enter(tx, &[admin]).await?;
        let tenant = federation.to_proto()?;
        tx.publish(&TenantChanged { tenant: Some(tenant.clone()) });
        tx.record(Act::new("tenant.created", "tenant", &federation.code));
        Ok(CreateTenantResponse { tenant: Some(tenant), first_admin: accounts.into_iter().next() })
    })
    .await
}
