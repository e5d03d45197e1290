//! A federation that journeys begin with.

use platform::ids::TenantId;
use platform::transport::Connection;
use proto::organizations::v1::account_service_client::AccountServiceClient;
use proto::organizations::v1::fact_service_client::FactServiceClient;
use proto::organizations::v1::official_service_client::OfficialServiceClient;
use proto::organizations::v1::tenant_service_client::TenantServiceClient;
use proto::organizations::v1::unit_service_client::UnitServiceClient;
use proto::organizations::v1::*;

use crate::support::world::World;

/// A federation and its first administrator.
pub struct Federation {
    pub id: TenantId,
    pub tenant: Tenant,
    pub admin: Account,
    /// The services as the administrator calls them.
    pub as_admin: Connection,
}

/// The request that takes a federation in.
pub fn founding(code: &str) -> CreateTenantRequest {
    CreateTenantRequest {
        code: code.to_owned(),
        name: format!("Liên đoàn Lao động tỉnh {code}"),
        first_admin: Some(FirstAdmin {
            name: "Trần Văn Bình".to_owned(),
            title: "Chánh Văn phòng".to_owned(),
            login: "admin".to_owned(),
            email: "vanphong@example.vn".to_owned(),
        }),
        ..Default::default()
    }
}

/// Takes a federation in, as the operator does.
pub async fn found(world: &World, code: &str) -> Federation {
    found_by(world, founding(code)).await
}

pub async fn found_by(world: &World, request: CreateTenantRequest) -> Federation {
    let answer = TenantServiceClient::new(world.operator()).create_tenant(request).await;
    let CreateTenantResponse { tenant, first_admin } = answer.expect("created").into_inner();
    let (tenant, admin) = (tenant.expect("a federation"), first_admin.expect("an account"));
    let id = tenant.id.parse().expect("an id");
    let as_admin = world.signed_in(id, &admin);
    Federation { id, tenant, admin, as_admin }
}

impl Federation {
    pub fn units(&self) -> UnitServiceClient<Connection> {
        UnitServiceClient::new(self.as_admin.clone())
    }

    pub fn facts(&self) -> FactServiceClient<Connection> {
        FactServiceClient::new(self.as_admin.clone())
    }

    pub fn officials(&self) -> OfficialServiceClient<Connection> {
        OfficialServiceClient::new(self.as_admin.clone())
    }

    pub fn accounts(&self) -> AccountServiceClient<Connection> {
        AccountServiceClient::new(self.as_admin.clone())
    }

    /// Enters units.
    pub async fn put(&self, units: impl IntoIterator<Item = Unit>) -> BatchPutUnitsResponse {
        let units = units.into_iter().collect();
        let answer = self.units().batch_put_units(BatchPutUnitsRequest { units }).await;
        answer.expect("put").into_inner()
    }
}

/// A grassroots union under another unit, or under the federation when `parent` is empty.
pub fn unit(code: &str, parent: &str) -> Unit {
    Unit {
        code: code.to_owned(),
        name: format!("CĐCS {code}"),
        kind: "grassroots".to_owned(),
        sector: "enterprise".to_owned(),
        founded_on: "2009-05-01".to_owned(),
        members: 120,
        parent: parent.to_owned(),
        ..Default::default()
    }
}
