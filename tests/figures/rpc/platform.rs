//! The platform as separate processes on real parts.

use std::error::Error;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::ConnectOptions as _;
use tempfile::TempDir;

use crate::serve::{memory, thidua};

const SERVICES: [&str; 4] = ["organizations", "competition", "scoring", "notifications"];

/// Nothing that works takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Platform {
    directory: TempDir,
    settings: Vec<(String, String)>,
    ports: Vec<(&'static str, u16)>,
    processes: Vec<Process>,
}

struct Process {
    role: &'static str,
    child: Child,
    management: String,
}

impl Platform {
    /// Makes the databases afresh and starts each service and one worker; that one at a lower priority, as in a cluster.
    pub(super) async fn start() -> Result<Self, Box<dyn Error>> {
        let url = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
        let postgres = url("THIDUA_BENCH_POSTGRES")?;
        let options: sqlx::postgres::PgConnectOptions = postgres.parse()?;
        let mut admin = options.connect().await?;
        let role = "DO $$ BEGIN CREATE ROLE thidua_owner LOGIN CREATEROLE; EXCEPTION WHEN duplicate_object THEN END $$";
        let mut statements = vec![role.to_owned()];
        for service in SERVICES {
            statements.push(format!("DROP DATABASE IF EXISTS bench_rpc_{service} WITH (FORCE)"));
            statements.push(format!("CREATE DATABASE bench_rpc_{service} OWNER thidua_owner"));
        }
        for sql in statements {
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut admin).await?;
        }
        let database = |role: &str| -> Result<String, Box<dyn Error>> {
            let mut url = url::Url::parse(&postgres)?;
            url.set_username(role).map_err(|()| "no role in the URL")?;
            url.set_path("/bench_rpc_SERVICE");
            Ok(String::from(url).replace("SERVICE", "{service}"))
        };
        let prefix = format!("thidua-bench-{}", std::process::id());
        let mut settings = vec![
            ("DATABASE__PARTS".to_owned(), "postgres".to_owned()),
            ("DATABASE__RUNTIME_URL".to_owned(), database("thidua_runtime")?),
            ("DATABASE__SYSTEM_URL".to_owned(), database("thidua_system")?),
            ("DATABASE__OWNER_URL".to_owned(), database("thidua_owner")?),
            ("BROKER__PARTS".to_owned(), "rabbitmq".to_owned()),
            ("BROKER__URL".to_owned(), url("THIDUA_BENCH_RABBITMQ")?),
            ("BROKER__PREFIX".to_owned(), prefix.clone()),
            ("CACHE__PARTS".to_owned(), "redis".to_owned()),
            ("CACHE__URL".to_owned(), url("THIDUA_BENCH_REDIS")?),
            ("CACHE__PREFIX".to_owned(), prefix),
            ("SERVER__MANAGEMENT_LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
            ("TELEMETRY__FILTER".to_owned(), "warn".to_owned()),
        ];
        let free = SERVICES.map(|service| Ok((service, TcpListener::bind("127.0.0.1:0")?)));
        let free = free.into_iter().collect::<Result<Vec<_>, std::io::Error>>()?;
        let mut ports = Vec::new();
        for (service, listener) in &free {
            let port = listener.local_addr()?.port();
            let key = format!("PEERS__{}", service.to_ascii_uppercase());
            settings.push((key, format!("http://127.0.0.1:{port}")));
            ports.push((*service, port));
        }
        drop(free);
        let directory = TempDir::new()?;
        let mut platform = Self { directory, settings, ports, processes: Vec::new() };
        let migrated = platform.command(&["migrate"]).stdout(Stdio::null()).status()?;
        if !migrated.success() {
            return Err(format!("thidua migrate ended with {migrated}").into());
        }
        for role in SERVICES {
            platform.run(role)?;
        }
        platform.run("worker")?;
        platform.wait_until_ready()?;
        Ok(platform)
    }

    /// The data directory that all processes have in common.
    pub(super) fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    pub(super) fn url(&self, service: &str) -> String {
        let port = self.ports.iter().find(|(of, _)| *of == service).map_or(0, |(_, port)| *port);
        format!("http://127.0.0.1:{port}")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = thidua();
        command.args(arguments).arg("--data-dir").arg(self.data());
        for (key, value) in &self.settings {
            command.env(format!("THIDUA_{key}"), value);
        }
        command
    }

    fn run(&mut self, role: &'static str) -> Result<(), Box<dyn Error>> {
        let port = self.ports.iter().find(|(of, _)| *of == role).map_or(0, |(_, port)| *port);
        let mut command = self.command(&["start", role]);
        command.env("THIDUA_SERVER__LISTEN", format!("127.0.0.1:{port}")).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        if role == "worker" {
            let id = child.id().to_string();
            Command::new("renice").args(["-n", "10", "-p", &id]).stdout(Stdio::null()).status()?;
        }
        let output = child.stdout.take().ok_or("its output cannot be read")?;
        for line in BufReader::new(output).lines() {
            if let Some(address) = line?.trim().strip_prefix("management") {
                let management = address.trim().trim_start_matches("http://").to_owned();
                self.processes.push(Process { role, child, management });
                return Ok(());
            }
        }
        Err(format!("thidua start {role} ended: {}", child.wait()?).into())
    }

    fn wait_until_ready(&self) -> Result<(), Box<dyn Error>> {
        for process in &self.processes {
            let begun = Instant::now();
            while !process.get("/readyz")?.starts_with("HTTP/1.1 200") {
                if begun.elapsed() > PATIENCE {
                    return Err(format!("{} is not ready", process.role).into());
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        Ok(())
    }

    /// Looks into the cache of scoring so far: those that found something, and all.
    pub(super) fn lookups(&self) -> Result<(f64, f64), Box<dyn Error>> {
        let scoring = self.processes.iter().find(|process| process.role == "scoring").ok_or("no scoring")?;
        let (mut hits, mut all) = (0.0, 0.0);
        for line in scoring.get("/metrics")?.lines().filter(|line| line.contains("cache_lookups_total{")) {
            let count: f64 = line.rsplit(' ').next().ok_or("no number")?.parse()?;
            all += count;
            if line.contains("\"hit\"") {
                hits += count;
            }
        }
        Ok((hits, all))
    }

    /// What each process has held at most, in MiB.
    pub(super) fn peaks(&self) -> Result<Vec<(&'static str, f64)>, Box<dyn Error>> {
        let peak = |process: &Process| {
            Ok((process.role, memory(process.child.id(), "VmHWM:")? / f64::from(1 << 20)))
        };
        self.processes.iter().map(peak).collect()
    }
}

impl Process {
    fn get(&self, path: &str) -> Result<String, Box<dyn Error>> {
        let mut stream = TcpStream::connect(&self.management)?;
        write!(stream, "GET {path} HTTP/1.1\r\nhost: thidua\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        for process in &mut self.processes {
            let _ = process.child.kill();
            let _ = process.child.wait();
        }
    }
}
