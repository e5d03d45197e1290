//! `thidua config check`: what is configured, and what is wrong with it.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::fail;
use crate::installation::Installation;

/// Look at the configuration
#[derive(Debug, Args)]
pub(crate) struct Config {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print every setting in force and where it comes from, secrets hidden; with 1 and all faults when it is not valid
    Check(Installation),
}

impl Config {
    pub(crate) fn run(self) -> ExitCode {
        let Action::Check(installation) = self.action;
        match installation.load() {
            Ok(loaded) => match write!(io::stdout(), "{}", loaded.effective) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => fail(error),
            },
            Err(faults) => fail(faults),
        }
    }
}
