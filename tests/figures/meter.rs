//! Runs one command in a process of its own and reports what the system accounted for it.
//!
//! `getrusage(RUSAGE_CHILDREN)` gives the highest memory of *any* child so far, so each reading gets a
//! fresh meter process: this executable again, with `meter COMMAND ARGUMENT…`.

use std::error::Error;
use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};

/// What one run of a command took.
#[derive(Clone, Copy)]
pub(crate) struct Reading {
    pub(crate) wall_seconds: f64,
    pub(crate) user_seconds: f64,
    pub(crate) peak_bytes: f64,
}

/// `meter COMMAND ARGUMENT…`: runs it with its output to /dev/null and prints the three numbers.
pub(crate) fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let (program, arguments) = arguments.split_first().ok_or("meter: no command")?;
    let start = Instant::now();
    let status = Command::new(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).status()?;
    let wall = start.elapsed().as_secs_f64();
    if !status.success() {
        return Err(format!("{program} ended with {status}").into());
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let user = usage.user_time();
    #[allow(clippy::cast_precision_loss, reason = "seconds and kilobytes, far below 2^52")]
    let (user, peak) = (user.tv_sec() as f64 + user.tv_usec() as f64 / 1e6, usage.max_rss() as f64 * 1024.0);
    println!("{wall} {user} {peak}");
    Ok(())
}

/// Measures one command through a fresh meter process.
pub(crate) fn read(command: &[&str]) -> Result<Reading, Box<dyn Error>> {
    let output = Command::new(std::env::current_exe()?).arg("meter").args(command).output()?;
    let text = String::from_utf8(output.stdout)?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned().into());
    }
    let numbers = text.split_whitespace().map(str::parse).collect::<Result<Vec<f64>, _>>()?;
    match numbers[..] {
        [wall_seconds, user_seconds, peak_bytes] => Ok(Reading { wall_seconds, user_seconds, peak_bytes }),
        _ => Err(format!("the meter printed {text:?}").into()),
    }
}
