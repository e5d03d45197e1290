//! Servers that a test kills: a RabbitMQ and a Redis of its own, on ports of its own.

use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::apart::eventually;

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
    port: u16,
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
