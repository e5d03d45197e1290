//! Organizations: the federations that the platform serves, their units and the tree of them over time, facts about
//! units, officials, accounts and what they may do.

mod domain;
mod error;
mod rpc;
mod store;

use platform::auth::Tokens;
use platform::db::Database;
use platform::service::Service;
use proto::organizations::v1::account_service_server::AccountServiceServer;
use proto::organizations::v1::fact_service_server::FactServiceServer;
use proto::organizations::v1::gather_service_server::GatherServiceServer;
use proto::organizations::v1::key_service_server::KeyServiceServer;
use proto::organizations::v1::official_service_server::OfficialServiceServer;
use proto::organizations::v1::tenant_service_server::TenantServiceServer;
use proto::organizations::v1::unit_service_server::UnitServiceServer;
use tonic::service::Routes;

/// The service's name: of its database, in tokens and in the configuration.
pub const NAME: &str = "organizations";

/// What the service needs. It calls no other service.
pub struct Deps {
    pub db: Database,
    /// Whose public keys it tells.
    pub tokens: Tokens,
}

pub fn service(deps: Deps) -> Service {
    let Deps { db, tokens } = deps;
    let routes = Routes::new(TenantServiceServer::new(rpc::tenants::Tenants { db: db.clone() }))
        .add_service(UnitServiceServer::new(rpc::units::Units { db: db.clone() }))
        .add_service(FactServiceServer::new(rpc::facts::Facts { db: db.clone() }))
        .add_service(OfficialServiceServer::new(rpc::officials::Officials { db: db.clone() }))
        .add_service(AccountServiceServer::new(rpc::accounts::Accounts { db: db.clone() }))
        .add_service(GatherServiceServer::new(rpc::gather::Gather { db }))
        .add_service(KeyServiceServer::new(rpc::keys::Keys { tokens }));
    Service::new(NAME, routes)
}
