//! The executable in a directory of its own.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use platform::clock::Clock;

/// How often a process is looked at that shall be killed.
const LOOK: Duration = Duration::from_millis(2);

pub(crate) struct Home(tempfile::TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.program(env!("CARGO_BIN_EXE_thidua"), arguments)
    }

    /// Another program, as one starts it here who has no setting of thidua in the environment.
    pub(crate) fn program(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("THIDUA_")) {
            command.env_remove(name);
        }
        command.args(arguments).current_dir(self.path()).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("it runs")
    }

    /// What the demo of this federation says at its end.
    pub(crate) fn play(&self, federation: &str) -> Result<Told, String> {
        self.play_at(federation, &[])
    }

    /// The same, with more arguments.
    pub(crate) fn play_at(&self, federation: &str, more: &[&str]) -> Result<Told, String> {
        let output = self.run(&[&["demo", "--only", federation], more].concat());
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        if output.status.success() {
            Told::read(out, err).ok_or_else(|| format!("the demo tells no result:\n{out}\n{err}"))
        } else {
            Err(format!("the demo ends with {}:\n{out}\n{err}", output.status))
        }
    }

    /// Starts the demo of this federation and kills it after this time, if it still runs.
    pub(crate) fn play_killed(&self, federation: &str, after: Duration) {
        let mut command = self.command(&["demo", "--only", federation]);
        let mut demo = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
        kill(&mut demo, after);
    }
}

fn kill(process: &mut Child, after: Duration) {
    let running = Clock::system().stopwatch();
    while running.elapsed() < after && process.try_wait().expect("it can be asked").is_none() {
        std::thread::sleep(LOOK);
    }
    // It may have ended by itself.
    let _ = process.kill();
    process.wait().expect("it ends");
}

/// A platform that runs from the data directory of a home.
pub(crate) struct Server {
    process: Child,
    pub(crate) url: String,
}

impl Server {
    pub(crate) fn start(home: &Home) -> Self {
        let mut command = home.command(&["start", "--all"]);
        command.env("THIDUA_SERVER__LISTEN", "127.0.0.1:0");
        command.env("THIDUA_SERVER__MANAGEMENT_LISTEN", "127.0.0.1:0");
        let mut process = command.stdout(Stdio::piped()).spawn().expect("it runs");
        let mut lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        let mut banner = String::new();
        while !banner.contains("  management") {
            banner += &lines.next().expect("the banner goes on").expect("UTF-8");
            banner.push('\n');
        }
        let address = banner.lines().find_map(|line| line.trim().strip_prefix("gRPC"));
        Self { process, url: format!("http://{}", address.expect("an address").trim()) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

/// What the demo told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// What was published, line by line.
    pub(crate) published: Vec<String>,
    /// The hash of the results.
    pub(crate) hash: String,
    /// The command that proves it again.
    pub(crate) proof: String,
    /// It changed nothing.
    pub(crate) unchanged: bool,
    /// The steps as they went by.
    pub(crate) steps: Vec<String>,
}

impl Told {
    fn read(out: &str, err: &str) -> Option<Self> {
        let lines: Vec<&str> = out.lines().collect();
        let first = lines.iter().position(|line| line.starts_with("Liên đoàn Lao động"))?;
        let last = lines.iter().skip(first).position(|line| line.is_empty())? + first;
        let published: Vec<String> = lines[first..last - 1].iter().map(|&line| line.to_owned()).collect();
        let after = |title: &str| {
            let title = lines.iter().position(|line| line.starts_with(title))?;
            lines.get(title + 1).map(|line| line.trim())
        };
        Some(Self {
            published,
            hash: after("Results")?.split(' ').next()?.to_owned(),
            proof: after("To prove")?.to_owned(),
            unchanged: lines[last - 1].contains("already there"),
            steps: err.lines().map(str::to_owned).collect(),
        })
    }
}
