//! `thidua start`: the platform, until it is told to stop.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Args;

use super::fail;
use crate::app::{AnyError, App, ServiceName};
use crate::installation::Installation;

/// Run the platform until Ctrl-C or SIGTERM
///
/// With embedded parts (the default) everything is kept in the data directory, which is made or brought up to date at
/// start. Ends with 0 when it was told to stop, and with 1 when it cannot start or one of its tasks has failed.
#[derive(Debug, Args)]
pub(crate) struct Start {
    /// Run all services in this process
    #[arg(long, conflicts_with = "service", required_unless_present = "service")]
    all: bool,
    /// Run this service alone
    #[arg(value_enum)]
    service: Option<ServiceName>,
    #[command(flatten)]
    installation: Installation,
}

impl Start {
    pub(crate) fn run(self) -> ExitCode {
        match self.start() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(error),
        }
    }

    fn start(self) -> Result<(), AnyError> {
        let config = self.installation.load()?.config;
        platform::telemetry::start(&config.telemetry)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            let running = match self.service {
                Some(service) => App::start_services(config, &[service]).await?,
                None => App::start(config).await?,
            };
            running.stop_on_signals()?;
            writeln!(io::stdout(), "{running}")?;
            running.ended().await?;
            Ok(())
        })
    }
}
