//! Hosts services in one process: their routes behind one stack, on the gRPC port, and the management port.

use std::io;
use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;
use tonic::service::Routes;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use crate::config;
use crate::lifecycle::Lifecycle;
use crate::management;
use crate::readiness::Readiness;
use crate::service::Service;
use crate::transport::{self, Connection, Elsewhere, Stack};

/// What hosting needs besides the services.
pub struct Host {
    pub settings: config::Server,
    pub life: Lifecycle,
    pub readiness: Readiness,
    pub stack: Stack,
    /// Who answers calls to services that are not here.
    pub elsewhere: Elsewhere,
    /// The contracts, for reflection: an encoded `google.protobuf.FileDescriptorSet`.
    pub descriptors: &'static [u8],
}

/// Services that are being served.
#[derive(Clone, Debug)]
pub struct Hosted {
    pub grpc: SocketAddr,
    pub management: SocketAddr,
    /// The local way to all of them.
    pub connection: Connection,
}

#[derive(Debug, thiserror::Error)]
pub enum HostError {
    #[error("{key} = {address}: cannot listen there: {cause}")]
    Listen { key: &'static str, address: SocketAddr, cause: io::Error },
    #[error("the contracts for reflection are damaged: {0}")]
    Descriptors(#[from] tonic_reflection::server::Error),
}

impl Host {
    /// The local way to `services`, without a port: for commands that need no server.
    pub fn connect(self, services: Vec<Service>) -> Result<Connection, HostError> {
        let routes = routes(services, self.elsewhere, self.descriptors, HealthReporter::new())?;
        Ok(self.stack.wrap(routes))
    }

    /// Listens on both ports (0 takes any free one) and serves until the life stops.
    pub async fn start(self, services: Vec<Service>) -> Result<Hosted, HostError> {
        let Self { settings, life, readiness, stack, elsewhere, descriptors } = self;
        let (grpc, grpc_address) = listen("server.listen", settings.listen).await?;
        let (management, management_address) =
            listen("server.management_listen", settings.management_listen).await?;

        let health = HealthReporter::new();
        let pages = management::router(readiness.clone(), stack.metrics.clone(), stack.tokens.clone());
        let clock = stack.clock.clone();
        let connection = stack.wrap(routes(services, elsewhere, descriptors, health.clone())?);

        life.spawn("grpc listener", {
            let (connection, stopping) = (connection.clone(), life.stopping());
            async move { transport::serve(grpc, connection, &settings, clock, stopping).await }
        });
        life.spawn("management listener", {
            let stopping = life.stopping();
            let served = axum::serve(management, pages);
            async move { served.with_graceful_shutdown(stopping.cancelled_owned()).await }
        });
        life.spawn("health", {
            let stopping = life.stopping();
            async move {
                stopping.run_until_cancelled(tell_health(&readiness, &health)).await;
                health.set_service_status("", ServingStatus::NotServing).await;
                Ok::<_, std::convert::Infallible>(())
            }
        });
        Ok(Hosted { grpc: grpc_address, management: management_address, connection })
    }
}

async fn listen(key: &'static str, address: SocketAddr) -> Result<(TcpListener, SocketAddr), HostError> {
    let error = |cause| HostError::Listen { key, address, cause };
    let listener = TcpListener::bind(address).await.map_err(error)?;
    let address = listener.local_addr().map_err(error)?;
    Ok((listener, address))
}

/// The routes of all services, the standard health service, and reflection.
fn routes(
    services: Vec<Service>,
    elsewhere: Elsewhere,
    descriptors: &[u8],
    health: HealthReporter,
) -> Result<Routes, HostError> {
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(descriptors)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()?;
    let health = tonic_health::server::HealthService::from_health_reporter(health);
    let health = tonic_health::pb::health_server::HealthServer::new(health);
    let own = Routes::new(health).add_service(reflection).into_axum_router().reset_fallback();
    let all = services.into_iter().fold(own, |all: Router, service| {
        // What happens to unknown paths is said once, below.
        all.merge(service.routes.into_axum_router().reset_fallback())
    });
    Ok(Routes::from(all.fallback(async move |request| elsewhere.forward(request).await)))
}

/// Keeps the gRPC health of the whole process as readiness has it.
async fn tell_health(readiness: &Readiness, health: &HealthReporter) {
    let mut missing = readiness.watch();
    loop {
        let ready = missing.borrow_and_update().is_empty();
        let status = if ready { ServingStatus::Serving } else { ServingStatus::NotServing };
        health.set_service_status("", status).await;
        if missing.changed().await.is_err() {
            return;
        }
    }
}
