//! The commands, one file each.

mod classify;

use std::process::ExitCode;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Classify(classify::Classify),
}

impl Command {
    pub(crate) fn run(self) -> ExitCode {
        match self {
            Command::Classify(command) => command.run(),
        }
    }
}
