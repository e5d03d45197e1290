//! The figures of a process that serves: how soon after its start it is ready, and what it holds when nobody calls.

use std::error::Error;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::figure::{Figure, Goal, Outcome};

const RUNS: usize = 5;

/// Between two questions whether it is ready; the reading is wrong by no more.
const PAUSE: Duration = Duration::from_millis(1);

/// What a start leaves to be done is done by then.
const IDLE: Duration = Duration::from_secs(3);

/// Nothing that works takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn start() -> Outcome {
    let directory = TempDir::new()?;
    let data = directory.path().join("data");
    migrate(&data)?;
    let (mut seconds, mut mebibytes) = (Vec::new(), Vec::new());
    for run in 0..=RUNS {
        let begun = Instant::now();
        let server = Server::start(&data)?;
        server.wait_until_ready()?;
        let ready = begun.elapsed();
        thread::sleep(IDLE);
        let resident = server.resident()?;
        server.stop()?;
        if run > 0 {
            seconds.push(ready.as_secs_f64());
            mebibytes.push(resident / f64::from(1 << 20));
        }
    }
    Ok(vec![
        Figure { name: "start.ready", unit: " s", goal: Goal::AtMost(1.0), readings: seconds },
        Figure { name: "start.memory", unit: " MiB", goal: Goal::AtMost(100.0), readings: mebibytes },
    ])
}

/// Makes the databases.
pub(crate) fn migrate(data: &Path) -> Result<(), Box<dyn Error>> {
    let migrated = thidua().arg("migrate").arg("--data-dir").arg(data).stdout(Stdio::null()).status()?;
    if migrated.success() { Ok(()) } else { Err(format!("thidua migrate ended with {migrated}").into()) }
}

/// The executable, with no settings of whoever measures.
pub(crate) fn thidua() -> Command {
    let binary = std::env::var("THIDUA_BENCH_BINARY").unwrap_or_else(|_| "target/release/thidua".to_owned());
    let mut command = Command::new(binary);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("THIDUA_")) {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

/// What the system says of a process's memory, in bytes: `VmRSS:` now, `VmHWM:` at most so far.
pub(crate) fn memory(process: u32, name: &str) -> Result<f64, Box<dyn Error>> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such line")?;
    let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes * 1024.0)
}

pub(crate) struct Server {
    process: Child,
    /// The address of its gRPC port.
    pub(crate) grpc: String,
    /// The address of its management port.
    management: String,
}

impl Server {
    /// Starts it on any free ports and reads where they are.
    pub(crate) fn start(data: &Path) -> Result<Self, Box<dyn Error>> {
        let mut command = thidua();
        command.args(["start", "--all"]).arg("--data-dir").arg(data).stdout(Stdio::piped());
        command.env("THIDUA_SERVER__LISTEN", "127.0.0.1:0");
        command.env("THIDUA_SERVER__MANAGEMENT_LISTEN", "127.0.0.1:0");
        let mut process = command.spawn()?;
        let output = process.stdout.take().ok_or("its output cannot be read")?;
        let mut grpc = String::new();
        for line in BufReader::new(output).lines() {
            match line?.trim().split_once(' ') {
                Some(("gRPC", address)) => grpc = address.trim().to_owned(),
                Some(("management", address)) => {
                    let management = address.trim().trim_start_matches("http://").to_owned();
                    return Ok(Self { process, grpc, management });
                }
                _ => {}
            }
        }
        Err(format!("thidua start ended: {}", process.wait()?).into())
    }

    pub(crate) fn wait_until_ready(&self) -> Result<(), Box<dyn Error>> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let mut stream = TcpStream::connect(&self.management)?;
            write!(stream, "GET /readyz HTTP/1.1\r\nhost: thidua\r\nconnection: close\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            if answer.starts_with("HTTP/1.1 200") {
                return Ok(());
            }
            thread::sleep(PAUSE);
        }
        Err(format!("it was not ready after {PATIENCE:?}").into())
    }

    /// Bytes of its memory that are in use.
    fn resident(&self) -> Result<f64, Box<dyn Error>> {
        memory(self.process.id(), "VmRSS:")
    }

    pub(crate) fn stop(mut self) -> Result<(), Box<dyn Error>> {
        Command::new("kill").arg(self.process.id().to_string()).status()?;
        let ended = self.process.wait()?;
        if ended.success() { Ok(()) } else { Err(format!("thidua start ended with {ended}").into()) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Where measuring failed; one that has ended is not hurt.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
