use futures::{StreamExt as _, stream};
use platform::auth;
use platform::db::{Database, SystemUse};
use platform::input::Faults;
use platform::paging::Page;
use platform::{Error, Result};
use proto::common::v1::Reason;
use proto::organizations::v1::*;
use tonic::{Request, Status};

use crate::rpc::Answers;
use crate::store::federations;

pub(super) async fn get_tenant(
    db: &Database,
    request: Request<GetTenantRequest>,
) -> Result<GetTenantResponse> {
    let mut faults = Faults::new();
    let code = faults.code("code", &request.get_ref().code);
    let code = faults.finish(code)?;
    let tx = db.system_read(SystemUse::TenantDirectory).await?;
    let federation = federations::by_code(&tx, &code).await?;
    Ok(GetTenantResponse { tenant: Some(federation.to_proto()?) })
}

pub(super) async fn list_tenants(
    db: &Database,
    request: Request<ListTenantsRequest>,
) -> Result<ListTenantsResponse> {
    let asked = request.get_ref();
    let page = Page::parse("ListTenants", &[], asked.page_size, &asked.page_token)?;
    let tx = db.system_read(SystemUse::TenantDirectory).await?;
    let all = federations::all(&tx).await?;
    let (federations, next_page_token) = page.cut(all, |federation| &federation.code);
    let tenants = federations.iter().map(|federation| federation.to_proto()).collect::<Result<_>>()?;
    Ok(ListTenantsResponse { tenants, next_page_token })
}

pub(super) async fn get_own_tenant(
    db: &Database,
    request: Request<GetOwnTenantRequest>,
) -> Result<GetOwnTenantResponse> {
    let tx = db.read(auth::principal(&request)?).await?;
    Ok(GetOwnTenantResponse { tenant: Some(federations::own(&tx).await?.to_proto()?) })
}

pub(super) async fn stream_tenants(
    db: &Database,
    request: Request<StreamTenantsRequest>,
) -> Result<Answers<StreamTenantsResponse>> {
    if auth::service(&request)?.tenant_id().is_some() {
        let message = "a service asks for all federations on its own behalf, with a token that names none";
        return Err(Error::denied(Reason::PermissionDenied.code(), message));
    }
    let tx = db.system_read(SystemUse::TenantDirectory).await?;
    let mut all = federations::all(&tx).await?;
    all.sort_unstable_by(|one, other| one.code.cmp(&other.code));
    let answer = |federation: crate::domain::tenants::Federation| {
        Ok::<_, Status>(StreamTenantsResponse { tenant: Some(federation.to_proto()?) })
    };
    Ok(stream::iter(all).map(answer).boxed())
}
