//! The benchmarks behind `tests/bench`: prints one line for each figure,
//! `NAME: VALUE (goal GOAL): holds` or `… falls short`, and the spread it saw.
//!
//! A figure is a ratio against a baseline that runs in turn with it (A B A B …), because machines are noisy.
//! The same executable is also the baselines and the meter: see [`meter`].
#![allow(
    clippy::float_arithmetic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a program that measures and prints; no result of a campaign passes through it"
)]

mod campaign;
mod classify;
mod drain;
mod figure;
mod meter;
mod rpc;
mod run_job;
mod serve;
mod tenant;

use std::process::ExitCode;

use figure::Outcome;

const USAGE: &str = "usage: tests/bench [NAME...]   (a name is a figure, or the beginning of some: classify)";

/// What can be measured: the names of the figures, and the work that yields them together.
type Group = (&'static [&'static str], fn() -> Outcome);

const GROUPS: &[Group] = &[
    (&["classify.whole", "classify.memory", "classify.scaling"], classify::processes),
    (&["classify.compute"], classify::compute),
    (&["start.ready", "start.memory"], serve::start),
    (&["run.job"], run_job::run),
    (&["jobs.drain", "jobs.drain.alone", "jobs.drain.peers", "jobs.drain.alone.peers"], drain::run),
    (&["jobs.latency"], drain::run_latency),
    (&["rpc.rate", "rpc.latency", "memory"], rpc::run),
    (
        &["jobs.fairness.wait", "jobs.fairness.rate", "jobs.fairness.jain", "jobs.fairness.weights"],
        drain::run_fairness,
    ),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.first().map(String::as_str) {
        Some("meter") => meter::run(&arguments[1..]),
        Some("echo-server") => rpc::echo::serve(),
        Some("drain-worker") => drain::service::work(&arguments[1..]),
        Some("parse-and-drop") => classify::parse_and_drop(&arguments[1..]),
        _ => measure(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(wanted: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let chosen = |name: &str| wanted.is_empty() || wanted.iter().any(|w| name.starts_with(w.as_str()));
    let groups: Vec<&Group> =
        GROUPS.iter().filter(|(names, _)| names.iter().any(|name| chosen(name))).collect();
    if groups.is_empty() {
        let names: Vec<&str> = GROUPS.iter().flat_map(|(names, _)| *names).copied().collect();
        return Err(
            format!("no figure named {}; there are {}\n{USAGE}", wanted.join(" "), names.join(", ")).into()
        );
    }
    for (_, work) in groups {
        for figure in work()?.into_iter().filter(|figure| chosen(figure.name)) {
            println!("{figure}");
        }
    }
    Ok(())
}
