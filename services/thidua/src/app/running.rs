//! A platform that runs, and how it ends.

use std::net::SocketAddr;
use std::time::Duration;

use platform::broker::Broker;
use platform::config::Config;
use platform::data_dir::Lock;
use platform::db::Database;
use platform::lifecycle::{Ended, Lifecycle, TaskFailure};
use platform::readiness::Readiness;
use platform::telemetry::Export;
use platform::transport::Connection;
use tokio_util::sync::CancellationToken;

use super::catalog::ServiceName;
use super::role::Role;

/// Where the process listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses {
    pub grpc: SocketAddr,
    /// Health, readiness, metrics and public keys, by HTTP.
    pub management: SocketAddr,
}

/// The migrations that the start has applied to a service's database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrated {
    pub service: ServiceName,
    pub migrations: Vec<String>,
}

/// A running platform. It runs until [`Running::stop`], a signal, or the failure of one of its tasks.
pub struct Running {
    pub addresses: Addresses,
    pub role: Role,
    /// Empty when every database was up to date.
    pub migrated: Vec<Migrated>,
    /// The local way to the services.
    pub connection: Connection,
    pub(super) config: Config,
    pub(super) life: Lifecycle,
    pub(super) readiness: Readiness,
    pub(super) broker: Option<Broker>,
    pub(super) databases: Vec<Database>,
    /// Sends traces and measurements, where the configuration says so.
    pub(super) export: Option<Export>,
    /// Given back when everything has ended.
    pub(super) lock: Option<Lock>,
}

impl Running {
    /// Waits until the process can serve, or ends.
    pub async fn ready(&self) {
        self.life.stopping().run_until_cancelled(self.readiness.ready()).await;
    }

    /// From now on SIGTERM and SIGINT begin to stop it; the second of them cuts off what still runs.
    pub fn stop_on_signals(&self) -> std::io::Result<()> {
        self.life.stop_on_signals()
    }

    /// Cancelled when it begins to stop.
    pub fn stopping(&self) -> CancellationToken {
        self.life.stopping()
    }

    /// Takes nothing new, lets calls and jobs finish for as long as `server.drain_limit` says, and closes everything.
    pub async fn stop(self) -> Result<Ended, TaskFailure> {
        self.life.stop();
        self.ended().await
    }

    /// Waits until it was told to stop and has ended.
    pub async fn ended(self) -> Result<Ended, TaskFailure> {
        let limit: Duration = self.config.server.drain_limit;
        let ended = self.life.ended(limit).await;
        if let Some(broker) = &self.broker {
            broker.close().await;
        }
        for db in &self.databases {
            db.close().await;
        }
        if let Some(export) = self.export {
            export.finish().await;
        }
        drop(self.lock);
        ended
    }
}
