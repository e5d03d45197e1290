//! The same small jobs in other systems, where a kit that measures them is at hand.

use std::error::Error;
use std::fmt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Those that have ever been the best at something; the others are far behind.
const KINDS: &str = "celery_solo,dramatiq_1t,dramatiq_8t";

/// The best of the peers on this machine, now.
pub(super) struct Peers {
    /// Jobs a second.
    pub(super) drained: f64,
    /// The 99th of 100 at 200 jobs a second, in milliseconds.
    pub(super) slow: f64,
    table: String,
}

impl fmt::Display for Peers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "peers: {}", self.table)
    }
}

/// Runs the kit in the directory `THIDUA_BENCH_PEERS` with the interpreter `THIDUA_BENCH_PYTHON`; `None` when they are not
/// set.
pub(super) fn measure() -> Result<Option<Peers>, Box<dyn Error>> {
    let (Ok(kit), Ok(python)) = (std::env::var("THIDUA_BENCH_PEERS"), std::env::var("THIDUA_BENCH_PYTHON"))
    else {
        println!("peers: not measured (THIDUA_BENCH_PEERS, THIDUA_BENCH_PYTHON)");
        return Ok(None);
    };
    let script = Path::new(&kit).join("p2_jobs.py");
    let output = Command::new(python)
        .arg(script)
        .args(["--jobs", "2000", "--runs", "3", "--drain", "4000", "--kinds", KINDS])
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let line = String::from_utf8(output.stdout)?;
    let measured: Value = serde_json::from_str(line.trim())?;
    let variants = measured["variants"].as_object().ok_or("no variants")?;
    let number = |of: &Value| of.as_f64().unwrap_or(f64::NAN);
    let (mut drained, mut slow, mut table) = (0.0_f64, f64::INFINITY, Vec::new());
    for (name, of) in variants {
        let (pace, wait) = (number(&of["drain_per_s"]), number(&of["at_rate"]["p99_ms"]));
        drained = drained.max(pace);
        slow = slow.min(wait);
        table.push(format!("{name} {pace:.0} jobs/s, {wait:.1} ms"));
    }
    Ok(Some(Peers { drained, slow, table: table.join("; ") }))
}
