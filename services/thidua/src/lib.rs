//! The `thidua` executable: commands and wiring, nothing else.

pub mod app;
pub mod client;
mod commands;
pub mod demo;
mod installation;
mod keeping;
mod output;
mod show;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use commands::Command;

/// The platform on which federations run their yearly emulation campaigns.
#[derive(Debug, Parser)]
#[command(name = "thidua", version, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Runs the command that `arguments` name; the first argument is the program itself.
///
/// A wrong command line ends with 1, as every error does that is not about a campaign.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match Cli::try_parse_from(arguments) {
        Ok(cli) => cli.command.run(),
        Err(told) => {
            let failed = told.use_stderr();
            // Nothing can be done where even the message cannot be written.
            let _ = told.print();
            if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
        }
    }
}
