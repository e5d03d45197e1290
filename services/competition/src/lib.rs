//! Competition: seasons and their phases, criteria sets, policies, blocs, pacts and targets, conferences, honour votes,
//! decisions on classes, commendations.

mod domain;
mod error;
mod peers;
mod rpc;
mod store;

use platform::db::Database;
use platform::service::Service;
use platform::tenants::Tenants;
use platform::transport::Peer;

/// The service's name: of its database, in tokens and in the configuration.
pub const NAME: &str = "competition";

/// What competition stands on.
pub struct Deps {
    /// Its own database.
    pub db: Database,
    /// The service organizations, which knows units and accounts.
    pub organizations: Peer,
    /// The service scoring, which knows the published classes.
    pub scoring: Peer,
    /// The federations, for their time zones.
    pub tenants: Tenants,
}

/// The service, ready to be hosted.
pub fn service(deps: Deps) -> Service {
    let clock = deps.db.ids().clock().clone();
    let organizations = peers::Organizations::new(deps.organizations, clock);
    let scoring = peers::Scoring::new(deps.scoring);
    let ground = rpc::Ground { db: deps.db, organizations, scoring, tenants: deps.tenants };
    Service::new(NAME, rpc::routes(ground))
}
