//! What a process says of itself when it has started.

use std::fmt;

use platform::config::{BrokerParts, CacheParts, DatabaseParts};

use super::role::Role;
use super::running::{Migrated, Running};

impl fmt::Display for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let services: Vec<_> = self.role.services().iter().map(|service| service.as_str()).collect();
        writeln!(f, "thidua {}", env!("CARGO_PKG_VERSION"))?;
        for Migrated { service, migrations } in &self.migrated {
            writeln!(f, "  migrated    {service}: {}", migrations.join(", "))?;
        }
        match &self.role {
            Role::Worker { lanes, .. } => {
                let lanes: Vec<_> = lanes.iter().map(|lane| lane.as_str()).collect();
                writeln!(f, "  worker      {}; lanes {}", services.join(", "), lanes.join(", "))?;
            }
            _ => writeln!(f, "  services    {}", services.join(", "))?,
        }
        match self.config.database.parts {
            DatabaseParts::Embedded => {
                writeln!(f, "  database    SQLite, one file per service in the data directory")?
            }
            DatabaseParts::Postgres => writeln!(f, "  database    PostgreSQL")?,
        }
        match self.config.broker.parts {
            BrokerParts::Embedded => writeln!(f, "  jobs        handed over within this process")?,
            BrokerParts::RabbitMq => writeln!(f, "  jobs        handed over by RabbitMQ")?,
        }
        match self.config.cache.parts {
            CacheParts::Embedded => writeln!(f, "  cache       in this process")?,
            CacheParts::Redis => writeln!(f, "  cache       Redis")?,
        }
        if let Some(url) = &self.config.telemetry.otlp {
            writeln!(f, "  telemetry   {url}")?;
        }
        let directory = std::path::absolute(&self.config.data_dir).unwrap_or(self.config.data_dir.clone());
        writeln!(f, "  data        {} (kept when this ends)", directory.display())?;
        writeln!(f, "  gRPC        {}", self.addresses.grpc)?;
        write!(f, "  management  http://{}", self.addresses.management)
    }
}
