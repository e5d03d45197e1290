use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Secret, Share};

/// Everything that can be configured. `Config::default()` is a complete embedded installation in `./data`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where embedded databases, keys and the lock lie. Default `data`.
    pub data_dir: PathBuf,
    pub server: Server,
    pub database: Database,
    pub broker: Broker,
    pub cache: Cache,
    pub peers: Peers,
    pub jobs: Jobs,
    pub auth: Auth,
    pub telemetry: Telemetry,
    pub limits: Limits,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("data"),
            server: Server::default(),
            database: Database::default(),
            broker: Broker::default(),
            cache: Cache::default(),
            peers: Peers::default(),
            jobs: Jobs::default(),
            auth: Auth::default(),
            telemetry: Telemetry::default(),
            limits: Limits::default(),
        }
    }
}

/// Where the process listens. Port 0 takes any free port.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// gRPC. Default `127.0.0.1:7400`.
    pub listen: SocketAddr,
    /// Health, metrics and public keys by HTTP. Default `127.0.0.1:7401`.
    pub management_listen: SocketAddr,
    /// How clients reach the gRPC listener from elsewhere, such as `https://thidua.example.vn`. Default: unset.
    pub public_url: Option<String>,
    /// How long running calls and jobs may go on after the signal to stop. Default 25 s.
    #[serde(with = "super::duration")]
    pub drain_limit: Duration,
    /// A connection that is silent this long is pinged, and closed when no answer comes. Default 30 s.
    #[serde(with = "super::duration")]
    pub keepalive: Duration,
    /// gRPC connections at once; more are closed as they come. Default 1024.
    pub connections: u16,
    /// Time that a new connection has to begin to speak HTTP/2. Default 10 s.
    #[serde(with = "super::duration")]
    pub handshake_limit: Duration,
}

impl Default for Server {
    fn default() -> Self {
        let local = |port| SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, port));
        Self {
            listen: local(7400),
            management_listen: local(7401),
            public_url: None,
            drain_limit: Duration::from_secs(25),
            keepalive: Duration::from_secs(30),
            connections: 1024,
            handshake_limit: Duration::from_secs(10),
        }
    }
}

/// Which database keeps the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseParts {
    /// One SQLite file per service in the data directory.
    #[default]
    Embedded,
    /// One PostgreSQL database per service.
    Postgres,
}

/// The databases. In each URL `{service}` stands for the service's name: `postgres://…/thidua_{service}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `embedded` (default) or `postgres`.
    pub parts: DatabaseParts,
    /// PostgreSQL role that serves requests: owns nothing, cannot bypass row-level security.
    pub runtime_url: Option<Secret>,
    /// PostgreSQL role for work across tenants: rights on the platform's tables alone.
    pub system_url: Option<Secret>,
    /// PostgreSQL role that owns the schema; only `migrate` needs it.
    pub owner_url: Option<Secret>,
    /// Connections of the runtime role that each process opens at most, per service. Default 10.
    pub connections: Connections,
    /// The same of the system role. Default 5.
    pub system_connections: Connections,
    /// PostgreSQL ends a statement of the runtime role that takes longer. Default 60 s.
    #[serde(with = "super::duration")]
    pub statement_limit: Duration,
    /// The same of the system role, whose statements are all short. Default 15 s.
    #[serde(with = "super::duration")]
    pub system_statement_limit: Duration,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            parts: DatabaseParts::default(),
            runtime_url: None,
            system_url: None,
            owner_url: None,
            connections: Connections(10),
            system_connections: Connections(5),
            statement_limit: Duration::from_secs(60),
            system_statement_limit: Duration::from_secs(15),
        }
    }
}

/// A number of connections, from 1 to 1,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Connections(u32);

impl Connections {
    pub fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Connections {
    type Error = String;

    fn try_from(count: u32) -> Result<Self, String> {
        match count {
            1..=1000 => Ok(Self(count)),
            _ => Err(format!("{count} is not between 1 and 1000")),
        }
    }
}

impl From<Connections> for u32 {
    fn from(connections: Connections) -> Self {
        connections.0
    }
}

/// What carries jobs to workers and events between services.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BrokerParts {
    /// The memory of this process, which then runs all services.
    #[default]
    Embedded,
    RabbitMq,
}

/// The broker.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Broker {
    /// `embedded` (default) or `rabbitmq`.
    pub parts: BrokerParts,
    /// `amqp://user:password@host:5672/vhost`, or `amqps://…`.
    pub url: Option<Secret>,
    /// The names of our exchanges and queues begin with it: installations that share a virtual host differ in it.
    /// Default `thidua`.
    pub prefix: String,
}

impl Default for Broker {
    fn default() -> Self {
        Self { parts: BrokerParts::Embedded, url: None, prefix: "thidua".to_owned() }
    }
}

/// What keeps answers that are read again, the count of calls and the live progress of jobs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CacheParts {
    /// The memory of this process, which then runs all services.
    #[default]
    Embedded,
    Redis,
}

/// The cache.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cache {
    /// `embedded` (default) or `redis`.
    pub parts: CacheParts,
    /// `redis://user:password@host:6379/0`, or `rediss://…`.
    pub url: Option<Secret>,
    /// Our keys and channels begin with it: installations that share a server differ in it. Default `thidua`.
    pub prefix: String,
}

impl Default for Cache {
    fn default() -> Self {
        Self { parts: CacheParts::Embedded, url: None, prefix: "thidua".to_owned() }
    }
}

/// Where this process reaches services that other processes run, such as `http://organizations:7400`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Peers {
    /// Default: unset.
    pub organizations: Option<String>,
    /// Default: unset.
    pub competition: Option<String>,
    /// Default: unset.
    pub scoring: Option<String>,
    /// Default: unset.
    pub notifications: Option<String>,
}

/// The job system of this process.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Jobs {
    /// Whether this process may lead dispatch, rescue, schedules and the outbox of its services. Default `true`.
    pub maintenance: bool,
    /// How many jobs this process runs at once, lane by lane.
    pub slots: LaneSlots,
}

impl Default for Jobs {
    fn default() -> Self {
        Self { maintenance: true, slots: LaneSlots::default() }
    }
}

/// Slots per lane; 0 takes no job of that lane.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LaneSlots {
    /// Short work, such as sending messages. Default 4.
    pub fast: u16,
    /// Classification and standings. Default 2.
    pub recalculation: u16,
    /// Documents. Default 1.
    pub report: u16,
}

impl Default for LaneSlots {
    fn default() -> Self {
        Self { fast: 4, recalculation: 2, report: 1 }
    }
}

/// Who signs tokens, and with what.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Auth {
    /// The `iss` of our tokens; others are refused. Default `thidua`.
    pub issuer: String,
    /// Directory of the signing keys. Default: `keys` in the data directory.
    pub keys: Option<PathBuf>,
}

impl Default for Auth {
    fn default() -> Self {
        Self { issuer: "thidua".to_owned(), keys: None }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// What the process tells about itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Telemetry {
    /// `text` (default) or `json`, on standard error.
    pub format: LogFormat,
    /// Which events are logged, such as `info,platform=debug`. Default `info`.
    pub filter: String,
    /// Where traces and measurements go by OTLP over gRPC, such as `http://collector:4317`. Default: unset, nowhere.
    pub otlp: Option<String>,
    /// The name of this installation there. Default `thidua`.
    pub service_name: String,
    /// Which share of all traces goes there, from `"0"` to `"1"`, such as `"0.05"`. Processes that work together have
    /// the same, and then choose the same traces. Default `"1"`.
    pub trace_share: Share,
}

impl Default for Telemetry {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            filter: "info".to_owned(),
            otlp: None,
            service_name: "thidua".to_owned(),
            trace_share: Share::ALL,
        }
    }
}

/// What one caller may ask of the process.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Time for a call whose caller gives none. Default 30 s.
    #[serde(with = "super::duration")]
    pub default_deadline: Duration,
    /// Most time that a caller may ask for until the answer begins. Default 10 min.
    #[serde(with = "super::duration")]
    pub longest_deadline: Duration,
    /// Largest single message that is accepted, in bytes; more comes as a stream of messages. Default 1 MiB.
    pub message_bytes: u32,
    /// Calls in work at once, open streams included; more are refused until some are done. Default 1024.
    pub in_flight: u16,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            default_deadline: Duration::from_secs(30),
            longest_deadline: Duration::from_secs(600),
            message_bytes: 1 << 20,
            in_flight: 1024,
        }
    }
}
