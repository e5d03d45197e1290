//! The commands, one file each.

mod account;
mod backup;
mod classify;
mod config;
mod dead_letters;
mod demo;
mod doctor;
mod export;
mod job;
mod migrate;
mod restore;
mod results;
mod run;
mod schedule;
mod start;
mod tenant;
mod token;

use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Account(account::AccountCommand),
    Backup(backup::Backup),
    Classify(classify::Classify),
    Config(config::Config),
    DeadLetters(dead_letters::DeadLetters),
    Demo(demo::Demo),
    Doctor(doctor::Doctor),
    Export(export::Export),
    Job(job::JobCommand),
    Migrate(migrate::Migrate),
    Restore(restore::Restore),
    Results(results::Results),
    Run(run::RunCommand),
    Schedule(schedule::ScheduleCommand),
    Start(start::Start),
    Tenant(tenant::TenantCommand),
    Token(token::Token),
}

impl Command {
    pub(crate) fn run(self) -> ExitCode {
        match self {
            Command::Account(command) => command.run(),
            Command::Backup(command) => command.run(),
            Command::Classify(command) => command.run(),
            Command::Config(command) => command.run(),
            Command::DeadLetters(command) => command.run(),
            Command::Doctor(command) => command.run(),
            Command::Demo(command) => command.run(),
            Command::Export(command) => command.run(),
            Command::Job(command) => command.run(),
            Command::Migrate(command) => command.run(),
            Command::Restore(command) => command.run(),
            Command::Results(command) => command.run(),
            Command::Run(command) => command.run(),
            Command::Schedule(command) => command.run(),
            Command::Start(command) => command.run(),
            Command::Tenant(command) => command.run(),
            Command::Token(command) => command.run(),
        }
    }
}

/// Says on standard error why the command could not be done.
pub(crate) fn fail(message: impl fmt::Display) -> ExitCode {
    // Nobody is left to tell when standard error is closed; the exit code still says it.
    let _ = writeln!(io::stderr(), "thidua: {message}");
    ExitCode::FAILURE
}
