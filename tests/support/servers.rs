//! Servers that a test kills: a PostgreSQL, a RabbitMQ and a Redis of its own, on ports of its own.

use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use std::time::Duration;

use platform::clock::Clock;

/// So long a server may take to come up on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

fn eventually(what: &str, mut look: impl FnMut() -> Option<()>) {
    let waited = Clock::system().stopwatch();
    while waited.elapsed() < PATIENCE {
        if look().is_some() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("it never came true that {what}");
}

fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    free.local_addr().expect("an address").port()
}

fn listens(port: u16) -> Option<()> {
    TcpStream::connect(("127.0.0.1", port)).ok().map(drop)
}

/// Debian's package has the server's own script in its library folder.
fn rabbitmq_script() -> PathBuf {
    let versions =
        std::fs::read_dir("/usr/lib/rabbitmq/lib").expect("RabbitMQ is installed: tests/run sees to it");
    let scripts = versions.map(|version| version.expect("an entry").path().join("sbin/rabbitmq-server"));
    scripts.filter(|script| script.exists()).max().expect("the server's script")
}

pub(crate) struct RabbitMq {
    directory: tempfile::TempDir,
    pub(crate) port: u16,
    names: Child,
    server: Option<Child>,
    names_port: u16,
    distribution_port: u16,
}

impl RabbitMq {
    pub(crate) fn start() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let names_port = free_port();
        let mut names = Command::new("epmd");
        names.args(["-address", "127.0.0.1", "-port", &names_port.to_string()]);
        let names = names.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("epmd runs");
        let (port, distribution_port) = (free_port(), free_port());
        let mut rabbit = Self { directory, port, names, server: None, names_port, distribution_port };
        rabbit.go_on();
        rabbit
    }

    pub(crate) fn url(&self) -> String {
        format!("amqp://guest:guest@127.0.0.1:{}/%2f", self.port)
    }

    /// Starts it where it was.
    pub(crate) fn go_on(&mut self) {
        let home = self.directory.path();
        let path = std::env::var_os("PATH").expect("a PATH");
        let mut server = Command::new(rabbitmq_script());
        server
            .env_clear()
            .env("PATH", path)
            .env("HOME", home)
            .env("LANG", "C.UTF-8")
            .env("ERL_EPMD_PORT", self.names_port.to_string())
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_NODENAME", format!("thidua{}@localhost", self.port))
            .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_NODE_PORT", self.port.to_string())
            .env("RABBITMQ_DIST_PORT", self.distribution_port.to_string())
            .env("RABBITMQ_MNESIA_BASE", home.join("data"))
            .env("RABBITMQ_LOG_BASE", home.join("log"))
            .env("RABBITMQ_PID_FILE", home.join("pid"))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", home.join("plugins"))
            .env("RABBITMQ_CONFIG_FILE", home.join("rabbitmq"))
            .env("RABBITMQ_CONF_ENV_FILE", home.join("env"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A group of its own, so that all that it started ends with it.
            .process_group(0);
        self.server = Some(server.spawn().expect("RabbitMQ runs"));
        eventually("RabbitMQ listens", || listens(self.port));
    }

    /// Kills it from one moment to the next.
    pub(crate) fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            let group = format!("-{}", server.id());
            let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
            let _ = server.wait();
        }
    }

    /// Takes all that it has kept.
    pub(crate) fn wipe(&mut self) {
        self.kill();
        std::fs::remove_dir_all(self.directory.path().join("data")).expect("removed");
    }
}

impl Drop for RabbitMq {
    fn drop(&mut self) {
        self.kill();
        let _ = self.names.kill();
        let _ = self.names.wait();
    }
}

pub(crate) struct Redis {
    directory: tempfile::TempDir,
    port: u16,
    server: Option<Child>,
}

impl Redis {
    pub(crate) fn start() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let mut redis = Self { directory, port: free_port(), server: None };
        redis.go_on();
        redis
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    pub(crate) fn go_on(&mut self) {
        let mut server = Command::new("redis-server");
        server.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        server.args(["--port", &self.port.to_string()]).arg("--dir").arg(self.directory.path());
        self.server = Some(server.stdout(Stdio::null()).spawn().expect("redis-server runs"));
        eventually("Redis listens", || listens(self.port));
    }

    pub(crate) fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What it confirms is on the disk.
pub(crate) struct Postgres {
    directory: tempfile::TempDir,
    pub(crate) port: u16,
    server: Option<Child>,
}

impl Postgres {
    pub(crate) fn start() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let data = directory.path().join("data");
        std::fs::create_dir(&data).expect("a directory");
        let mut postgres = Self { directory, port: free_port(), server: None };
        if is_root() {
            let open = Command::new("chmod").arg("711").arg(postgres.directory.path()).status();
            assert!(open.expect("chmod runs").success());
            let given = Command::new("chown").arg("postgres").arg(&data).status();
            assert!(given.expect("chown runs").success());
        }
        let made =
            postgres.program("initdb", &["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]);
        assert!({ made }.status().expect("initdb runs").success());
        postgres.go_on();
        postgres
    }

    /// One of its programs on its data. It refuses to run as root.
    fn program(&self, name: &str, arguments: &[&str]) -> Command {
        let versions =
            std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed: tests/run sees to it");
        let programs = versions.map(|version| version.expect("an entry").path().join("bin").join(name));
        let program = programs.filter(|program| program.exists()).max().expect("its programs");
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PG")) {
            command.env_remove(name);
        }
        command.arg("-D").arg(self.directory.path().join("data")).args(arguments).current_dir("/");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Starts it where it was: it recovers from its log.
    pub(crate) fn go_on(&mut self) {
        let port = self.port.to_string();
        let settings = ["-p", &port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="];
        let mut server = self.program("postgres", &settings);
        self.server = Some(server.process_group(0).spawn().expect("PostgreSQL runs"));
        eventually("PostgreSQL answers", || {
            let asked = Command::new("pg_isready").args(["-q", "-h", "127.0.0.1", "-p", &port]).status();
            asked.expect("pg_isready runs").success().then_some(())
        });
    }

    /// Kills it, with all that serve its connections, from one moment to the next.
    pub(crate) fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            let group = format!("-{}", server.id());
            let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
            let _ = server.wait();
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.kill();
    }
}

fn is_root() -> bool {
    let asked = Command::new("id").arg("-u").output().expect("id runs");
    asked.stdout == b"0\n"
}
