//! The private Redis of `tests/run`, and servers that a test stops as it likes.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use platform::config::{self, CacheParts, Secret};
use tempfile::TempDir;

use super::postgres;

/// A part of the common server that no other test uses.
pub fn config() -> config::Cache {
    let url = std::env::var("THIDUA_TEST_REDIS")
        .expect("THIDUA_TEST_REDIS is not set: start this through tests/run, which starts a private Redis");
    at(&url)
}

fn at(url: &str) -> config::Cache {
    let prefix = postgres::unique("test").replace('_', "-");
    config::Cache { parts: CacheParts::Redis, url: Some(Secret::new(url)), prefix }
}

/// A server of the test's own. It keeps nothing when it stops.
pub struct Server {
    port: u16,
    directory: TempDir,
    process: Option<Child>,
}

impl Server {
    pub async fn start() -> Self {
        let free = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let mut server = Self { port, directory: tempfile::tempdir().expect("a directory"), process: None };
        server.go_on().await;
        server
    }

    pub fn config(&self) -> config::Cache {
        at(&format!("redis://127.0.0.1:{}/", self.port))
    }

    /// Stops it from one moment to the next.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("killed");
            process.wait().expect("it ends");
        }
    }

    /// Starts it again where it was; returns when it answers.
    pub async fn go_on(&mut self) {
        let process = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .args(["--port", &self.port.to_string()])
            .arg("--dir")
            .arg(self.directory.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server runs");
        self.process = Some(process);
        super::wait::eventually("Redis listens", async || {
            let address = ("127.0.0.1", self.port);
            let connected =
                tokio::time::timeout(Duration::from_secs(1), tokio::net::TcpStream::connect(address));
            connected.await.ok()?.ok()
        })
        .await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
