//! The operator takes the federation in, with its first administrator.

use platform::ids::TenantId;
use proto::organizations::v1::tenant_service_client::TenantServiceClient;
use proto::organizations::v1::{CreateTenantRequest, FirstAdmin, GetTenantRequest, Tenant};

use crate::demo::actors::Platform;
use crate::demo::call::{Failure, Kind, Result};
use crate::demo::data::Campaign;
use crate::demo::stage::first_admin;

/// The federation.
pub(in crate::demo) struct Founded {
    pub(in crate::demo) id: TenantId,
    /// It was not there before.
    pub(in crate::demo) new: bool,
}

pub(in crate::demo) async fn found(platform: &Platform, campaign: &Campaign) -> Result<Founded> {
    let operator = platform.operator()?;
    let federation = &campaign.federation;
    let request = GetTenantRequest { code: federation.code.to_string() };
    let rpc = async |c, r| TenantServiceClient::new(c).get_tenant(r).await;
    match operator.send(Kind::Plain, request, rpc).await {
        Ok(answer) => return founded(answer.tenant, false),
        Err(failure) if failure.is_not_found() => {}
        Err(failure) => return Err(failure),
    }
    let admin = first_admin(campaign)?;
    let request = CreateTenantRequest {
        code: federation.code.to_string(),
        name: federation.name.clone(),
        first_admin: Some(FirstAdmin {
            name: admin.name.clone(),
            title: admin.title.clone(),
            login: admin.login.to_string(),
            email: String::new(),
        }),
        ..CreateTenantRequest::default()
    };
    let rpc = async |c, r| TenantServiceClient::new(c).create_tenant(r).await;
    founded(operator.send(Kind::Change, request, rpc).await?.tenant, true)
}

fn founded(tenant: Option<Tenant>, new: bool) -> Result<Founded> {
    let id = tenant.map(|tenant| tenant.id).unwrap_or_default();
    let id = id.parse().map_err(|_| Failure::new(format!("{id:?} is no federation's id")))?;
    Ok(Founded { id, new })
}
