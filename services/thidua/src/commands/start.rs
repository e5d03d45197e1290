//! `thidua start`: the platform, until it is told to stop.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use platform::jobs::Lane;

use super::fail;
use crate::app::{AnyError, App, Role, ServiceName};
use crate::installation::Installation;

/// Run the platform, or a part of it, until Ctrl-C or SIGTERM
///
/// With embedded parts (the default) everything is kept in the data directory, which is made or brought up to date at
/// start. Processes of one role each work together over PostgreSQL, RabbitMQ and Redis. Ends with 0 when it was told to
/// stop, and with 1 when it cannot start or one of its tasks has failed.
#[derive(Debug, Args)]
pub(crate) struct Start {
    /// Run all services in this process, with their jobs
    #[arg(long, conflicts_with = "role", required_unless_present = "role")]
    all: bool,
    /// Run one service, or a worker for the services' jobs
    #[arg(value_enum)]
    role: Option<RoleName>,
    /// A worker's service, in place of all
    #[arg(long, value_enum, value_name = "SERVICE", requires = "role")]
    service: Option<ServiceName>,
    /// A worker's lane, in place of all
    #[arg(long, value_enum, value_name = "LANE", requires = "role")]
    lane: Option<LaneName>,
    #[command(flatten)]
    installation: Installation,
}

/// The roles beside `--all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RoleName {
    /// Federations, units, officials, accounts
    Organizations,
    /// Seasons, blocs, criteria, policies
    Competition,
    /// Score sheets, runs and results
    Scoring,
    /// Messages to officials
    Notifications,
    /// Jobs of the services
    Worker,
}

/// The lanes of jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LaneName {
    /// Short work, such as sending messages
    Fast,
    /// Classification and standings
    Recalculation,
    /// Documents
    Report,
}

impl Start {
    pub(crate) fn run(self) -> ExitCode {
        match self.role().and_then(|role| self.start(role)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(error),
        }
    }

    fn role(&self) -> Result<Role, AnyError> {
        let service = match self.role {
            None => return Ok(Role::All),
            Some(RoleName::Worker) => {
                let lane = self.lane.map(|lane| match lane {
                    LaneName::Fast => Lane::Fast,
                    LaneName::Recalculation => Lane::Recalculation,
                    LaneName::Report => Lane::Report,
                });
                return Ok(Role::worker(self.service, lane));
            }
            Some(RoleName::Organizations) => ServiceName::Organizations,
            Some(RoleName::Competition) => ServiceName::Competition,
            Some(RoleName::Scoring) => ServiceName::Scoring,
            Some(RoleName::Notifications) => ServiceName::Notifications,
        };
        if self.service.is_some() || self.lane.is_some() {
            return Err(format!("--service and --lane are for a worker, not for {service}").into());
        }
        Ok(Role::Service(service))
    }

    fn start(&self, role: Role) -> Result<(), AnyError> {
        let config = self.installation.load()?.config;
        platform::telemetry::start(&config.telemetry)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            let running = Box::pin(App::start_role(config, role)).await?;
            running.stop_on_signals()?;
            writeln!(io::stdout(), "{running}")?;
            running.ended().await?;
            Ok(())
        })
    }
}
