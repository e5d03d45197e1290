//! The worker processes.

use std::error::Error;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use super::service::Servers;

pub(super) struct Worker(Child);

impl Worker {
    /// Starts a process that has its connections and waits for the word.
    pub(super) fn start(servers: &Servers, slots: u16) -> Result<Self, Box<dyn Error>> {
        let slots = slots.to_string();
        let mut process = Command::new(std::env::current_exe()?)
            .args(["drain-worker", &servers.postgres, &servers.rabbitmq, &slots])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().ok_or("its output cannot be read")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        if line.trim() == "ready" {
            Ok(Self(process))
        } else {
            Err(format!("the worker said {line:?}").into())
        }
    }

    pub(super) fn go(&mut self) -> Result<(), Box<dyn Error>> {
        Ok(self.0.stdin.as_mut().ok_or("no input")?.write_all(b"go\n")?)
    }

    pub(super) fn stop(mut self) -> Result<(), Box<dyn Error>> {
        drop(self.0.stdin.take());
        let ended = self.0.wait()?;
        if ended.success() { Ok(()) } else { Err(format!("a worker ended with {ended}").into()) }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Where measuring failed; one that has ended is not hurt.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
