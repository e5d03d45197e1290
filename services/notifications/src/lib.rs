//! Notifications: what officials are told of other services' facts, and how each wants to be told.
//!
//! An event becomes a notice (its facts, once) and a job, which asks organizations whom it concerns and writes a message
//! for each account. Texts are made of the facts when a message is read.

mod domain;
mod error;
mod events;
mod jobs;
mod peers;
mod rpc;
mod store;

use platform::db::Database;
use platform::jobs::Registry;
use platform::service::Service;
use platform::transport::Peer;
use proto::notifications::v1::inbox_service_server::InboxServiceServer;
use proto::notifications::v1::preference_service_server::PreferenceServiceServer;
use tonic::service::Routes;

/// The service's name: of its database, in tokens and in the configuration.
pub const NAME: &str = "notifications";

/// What the service needs.
pub struct Deps {
    pub db: Database,
    /// Asked for the accounts that a message concerns.
    pub organizations: Peer,
}

/// The service, ready to be hosted.
pub fn service(deps: Deps) -> Service {
    let Deps { db, organizations } = deps;
    let organizations = peers::Organizations::new(organizations);
    let jobs = Registry::default().with::<domain::notices::Deliver>(organizations);
    let inbox = rpc::inbox::Inbox { db: db.clone() };
    let preferences = rpc::preferences::Preferences { db };
    let routes =
        Routes::new(InboxServiceServer::new(inbox)).add_service(PreferenceServiceServer::new(preferences));
    Service::new(NAME, routes).jobs(jobs).consumers(vec![events::tell_officials()])
}
