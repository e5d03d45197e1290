//! The demo against a platform whose services and workers are processes of their own, over PostgreSQL, RabbitMQ and
//! Redis.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use platform::clock::Clock;

use crate::process::{Home, Told, text};
use crate::servers::{RabbitMq, Redis};

pub(crate) const SERVICES: [&str; 4] = ["organizations", "competition", "scoring", "notifications"];

/// So long something may take on a busy machine before the test has failed.
const PATIENCE: Duration = Duration::from_secs(120);

/// A server that `tests/run` has started.
pub(crate) fn server(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set: start this through tests/run"))
}

pub(crate) fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let waited = Clock::system().stopwatch();
    while waited.elapsed() < PATIENCE {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("it never came true that {what}");
}

/// Statements as PostgreSQL's superuser, one after another.
pub(crate) fn as_superuser(statements: &[String]) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        use sqlx::Connection as _;
        let url = server("THIDUA_TEST_POSTGRES");
        let mut admin = sqlx::PgConnection::connect(&url).await.expect("PostgreSQL answers");
        for statement in statements {
            let done = sqlx::raw_sql(sqlx::AssertSqlSafe(statement.as_str())).execute(&mut admin).await;
            done.unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
    });
}

/// The processes of one platform.
struct Apart {
    home: Home,
    name: String,
    settings: BTreeMap<String, String>,
    /// By role; workers with a number.
    running: BTreeMap<String, Process>,
    ports: BTreeMap<&'static str, u16>,
}

struct Process {
    child: Child,
    management: String,
}

impl Apart {
    fn new(name: &str) -> Self {
        let name = format!("{name}_{}", std::process::id());
        let owner = "DO $$ BEGIN CREATE ROLE thidua_owner LOGIN CREATEROLE; \
                     EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$";
        let database = |service: &&str| format!("CREATE DATABASE {name}_{service} OWNER thidua_owner");
        let made: Vec<_> = [owner.to_owned()].into_iter().chain(SERVICES.iter().map(database)).collect();
        as_superuser(&made);

        // Free ports: their listeners are closed before the processes listen there.
        let listeners =
            SERVICES.map(|service| (service, TcpListener::bind("127.0.0.1:0").expect("a free port")));
        let port = |listener: &TcpListener| listener.local_addr().expect("an address").port();
        let ports: BTreeMap<_, _> =
            listeners.iter().map(|(service, listener)| (*service, port(listener))).collect();
        let database = |role: &str| {
            let url = server("THIDUA_TEST_POSTGRES");
            let url = url.replace("postgres://postgres@", &format!("postgres://{role}@"));
            let (server, _) = url.rsplit_once('/').expect("a database");
            format!("{server}/{name}_{{service}}")
        };
        let prefix = name.replace('_', "-");
        let mut settings = BTreeMap::from([
            ("DATABASE__PARTS".to_owned(), "postgres".to_owned()),
            ("DATABASE__RUNTIME_URL".to_owned(), database("thidua_runtime")),
            ("DATABASE__SYSTEM_URL".to_owned(), database("thidua_system")),
            ("DATABASE__OWNER_URL".to_owned(), database("thidua_owner")),
            ("DATABASE__CONNECTIONS".to_owned(), "4".to_owned()),
            ("DATABASE__SYSTEM_CONNECTIONS".to_owned(), "3".to_owned()),
            ("BROKER__PARTS".to_owned(), "rabbitmq".to_owned()),
            ("BROKER__URL".to_owned(), server("THIDUA_TEST_RABBITMQ")),
            ("BROKER__PREFIX".to_owned(), prefix.clone()),
            ("CACHE__PARTS".to_owned(), "redis".to_owned()),
            ("CACHE__URL".to_owned(), server("THIDUA_TEST_REDIS")),
            ("CACHE__PREFIX".to_owned(), prefix),
            ("SERVER__MANAGEMENT_LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
        ]);
        for (service, port) in &ports {
            let key = format!("PEERS__{}", service.to_ascii_uppercase());
            settings.insert(key, format!("http://127.0.0.1:{port}"));
        }
        Self { home: Home::new(), name, settings, running: BTreeMap::new(), ports }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.home.command(arguments);
        for (key, value) in &self.settings {
            command.env(format!("THIDUA_{key}"), value);
        }
        command
    }

    /// Starts a process of this role: a service, or `worker` with a number.
    fn start(&mut self, role: &str) {
        let kind = role.split('-').next().unwrap_or(role);
        let port = self.ports.get(kind).copied().unwrap_or(0);
        let mut command = self.command(&["start", kind]);
        command.env("THIDUA_SERVER__LISTEN", format!("127.0.0.1:{port}"));
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it runs");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let management = loop {
            let line = lines.next().unwrap_or_else(|| panic!("{role} ends")).expect("UTF-8");
            if let Some(address) = line.trim().strip_prefix("management") {
                break address.trim().trim_start_matches("http://").to_owned();
            }
        };
        self.running.insert(role.to_owned(), Process { child, management });
    }

    fn start_all(&mut self) {
        let migrated = self.command(&["migrate"]).output().expect("it runs");
        assert!(migrated.status.success(), "{}", text(&migrated.stderr));
        for role in SERVICES.into_iter().chain(["worker-1", "worker-2"]) {
            self.start(role);
        }
        self.wait_until_ready();
    }

    fn wait_until_ready(&self) {
        for (role, process) in &self.running {
            eventually(&format!("{role} is ready"), || {
                get(&process.management, "/readyz").filter(|answer| answer.starts_with("HTTP/1.1 200"))
            });
        }
    }

    /// From one moment to the next, and again.
    fn kill(&mut self, role: &str) {
        let mut process = self.running.remove(role).expect("it runs");
        process.child.kill().expect("killed");
        process.child.wait().expect("it ends");
        self.start(role);
    }

    fn url(&self, service: &str) -> String {
        format!("http://127.0.0.1:{}", self.ports[service])
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        for process in self.running.values_mut() {
            let _ = process.child.kill();
            let _ = process.child.wait();
        }
        let database =
            |service: &&str| format!("DROP DATABASE IF EXISTS {}_{service} WITH (FORCE)", self.name);
        as_superuser(&SERVICES.iter().map(database).collect::<Vec<_>>());
    }
}

/// What a management port answers, headers included.
fn get(address: &str, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

/// What the demo tells of a federation on embedded parts.
fn embedded(federation: &str) -> Told {
    Home::new().play(federation).unwrap_or_else(|why| panic!("{why}"))
}

#[test]
fn processes_of_one_role_each_give_what_one_process_gives() {
    let mut apart = Apart::new("apart");
    apart.start_all();
    // Any service's address leads to all.
    let told = apart.home.play_at("ba-ria-vung-tau", &["--server", &apart.url("notifications")]);
    let told = told.unwrap_or_else(|why| panic!("{why}"));
    let alone = embedded("ba-ria-vung-tau");
    assert_eq!((&told.published, &told.hash), (&alone.published, &alone.hash));

    let listed = apart.home.run(&["job", "list", "--server", &apart.url("competition")]);
    assert_eq!(listed.status.code(), Some(1), "a token is needed: {}", text(&listed.stderr));

    // They end in order when they are told to.
    for (role, process) in &mut apart.running {
        let sent = Command::new("kill").args(["-TERM", &process.child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
        let ended =
            eventually(&format!("{role} ends"), || process.child.try_wait().expect("it can be asked"));
        assert_eq!(ended.code(), Some(0), "{role}");
    }
}

#[test]
fn killed_processes_come_back_and_the_end_is_the_same() {
    let mut apart = Apart::new("killed");
    apart.start_all();
    let url = apart.url("organizations");
    let mut demo = apart.home.command(&["demo", "--only", "thai-nguyen", "--server", &url]);
    let mut demo = demo.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
    for role in ["worker-1", "scoring", "worker-2", "notifications", "competition", "worker-1", "scoring"] {
        if demo.try_wait().expect("it can be asked").is_some() {
            break;
        }
        apart.kill(role);
        apart.wait_until_ready();
    }
    // It may have met a service that was away; the next one goes on where it ended.
    demo.wait().expect("it ends");
    let told = apart.home.play_at("thai-nguyen", &["--server", &url]).unwrap_or_else(|why| panic!("{why}"));
    let alone = embedded("thai-nguyen");
    assert_eq!((&told.published, &told.hash), (&alone.published, &alone.hash));
}

/// While a federation's campaign is entered and classified, the broker dies, comes back, loses all that it kept; the cache
/// dies and comes back; all connections to the databases are cut. The platform goes on by itself, and the end is the same.
#[test]
fn dead_servers_come_back_and_the_end_is_the_same() {
    let (mut rabbitmq, mut redis) = (RabbitMq::start(), Redis::start());
    let mut apart = Apart::new("faults");
    apart.settings.insert("BROKER__URL".to_owned(), rabbitmq.url());
    apart.settings.insert("CACHE__URL".to_owned(), redis.url());
    apart.start_all();
    let url = apart.url("competition");
    let mut demo = apart.home.command(&["demo", "--only", "vinh-long", "--server", &url]);
    let mut demo = demo.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
    let cut = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE '{}\\_%'",
        apart.name
    );

    redis.kill();
    rabbitmq.kill();
    as_superuser(std::slice::from_ref(&cut));
    rabbitmq.go_on();
    as_superuser(std::slice::from_ref(&cut));
    redis.go_on();
    rabbitmq.wipe();
    rabbitmq.go_on();
    as_superuser(std::slice::from_ref(&cut));
    apart.wait_until_ready();

    demo.wait().expect("it ends");
    let told = apart.home.play_at("vinh-long", &["--server", &url]).unwrap_or_else(|why| panic!("{why}"));
    let alone = embedded("vinh-long");
    assert_eq!((&told.published, &told.hash), (&alone.published, &alone.hash));
}
