//! The service competition: seasons and their phases, criteria sets, policies, blocs, pacts and targets.

mod domain;
mod error;
mod peers;
mod rpc;
mod store;

use platform::db::Database;
use platform::service::Service;
use platform::transport::Peer;

/// What competition stands on.
pub struct Deps {
    /// Its own database.
    pub db: Database,
    /// The service organizations, which knows units and accounts.
    pub organizations: Peer,
}

/// The service, ready to be hosted.
pub fn service(deps: Deps) -> Service {
    let clock = deps.db.ids().clock().clone();
    let organizations = peers::Organizations::new(deps.organizations, clock);
    Service::new("competition", rpc::routes(&deps.db, &organizations))
}
