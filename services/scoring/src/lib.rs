//! Score sheets, the classification engine, runs and results.

pub mod domain;
mod error;
mod events;
mod jobs;
mod peers;
mod rpc;
mod standings;
mod store;

use platform::cache::Cache;
use platform::db::Database;
use platform::jobs::Registry;
use platform::service::Service;
use platform::transport::Peer;
use proto::scoring::v1::document_service_server::DocumentServiceServer;
use proto::scoring::v1::explanation_service_server::ExplanationServiceServer;
use proto::scoring::v1::result_service_server::ResultServiceServer;
use proto::scoring::v1::run_service_server::RunServiceServer;
use proto::scoring::v1::sheet_service_server::SheetServiceServer;
use tonic::service::Routes;

use peers::Peers;

/// The service's name: of its database, in tokens and in the configuration.
pub const NAME: &str = "scoring";

/// What the service needs.
#[derive(Clone)]
pub struct Deps {
    pub db: Database,
    pub cache: Cache,
    /// Asked for seasons, criteria, blocs and targets.
    pub competition: Peer,
    /// Asked for units and for the names of officials.
    pub organizations: Peer,
}

/// The service, ready to be hosted.
pub fn service(deps: Deps) -> Service {
    let peers = Peers::new(&deps);
    let consumers = vec![events::forget_seasons(&deps.cache), events::mark_stale()];
    let jobs = Registry::default()
        .with::<domain::runs::Classify>(peers.clone())
        .with::<domain::live::LiveBloc>(peers.clone());
    let results = rpc::results::Results { db: deps.db.clone(), cache: deps.cache, peers: peers.clone() };
    let db = deps.db;
    let sheets = rpc::sheets::Sheets { db: db.clone(), peers: peers.clone() };
    let explanations = rpc::explanations::Explanations { db: db.clone(), peers: peers.clone() };
    let runs = rpc::runs::Runs { db: db.clone(), peers };
    let routes = Routes::new(SheetServiceServer::new(sheets))
        .add_service(RunServiceServer::new(runs))
        .add_service(ResultServiceServer::new(results))
        .add_service(ExplanationServiceServer::new(explanations))
        .add_service(DocumentServiceServer::new(rpc::documents::Documents { db }));
    Service::new(NAME, routes).jobs(jobs).consumers(consumers)
}
