//! From configuration to a running platform.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use platform::auth::{Rules, Tokens};
use platform::broker::{self, Broker};
use platform::cache::Cache;
use platform::cache_server::CacheServer;
use platform::clock::Clock;
use platform::config::{BrokerParts, CacheParts, Config, DatabaseParts};
use platform::data_dir::{DataDir, Lock};
use platform::db::{Database, DatabaseConfig};
use platform::events::{Exchange, InProcess};
use platform::host::Host;
use platform::ids::Ids;
use platform::lifecycle::Lifecycle;
use platform::metrics::Metrics;
use platform::random::Random;
use platform::readiness::Readiness;
use platform::service::Service;
use platform::telemetry::Export;
use platform::tenants::Tenants;
use platform::transport::{self, Elsewhere, Late, Peer, Stack};

use super::AnyError;
use super::catalog::ServiceName;
use super::part::{self, Carriers, EventsWay, Part};
use super::role::Role;
use super::running::{Addresses, Migrated, Running};
use super::tenants::{self, Filling};

/// What a service may keep in memory of what it was told, in bytes.
const CACHE: usize = 32 << 20;

/// The platform, about to start.
pub struct App {
    config: Config,
    role: Role,
    clock: Clock,
    random: Random,
    pub(super) tokens: Tokens,
    life: Lifecycle,
    readiness: Readiness,
    /// Leads to the services of this process.
    own: Late,
    /// What carries jobs and events between processes.
    broker: Option<Broker>,
    /// What is kept in common with other processes.
    cache: Option<CacheServer>,
    metrics: Metrics,
    /// This process alone uses the databases.
    exclusive: bool,
    /// Commands on this machine are told where it listens.
    announced: bool,
}

/// Brings the databases of `services` to this program's schema. On embedded parts the caller holds the directory's lock.
pub async fn migrate(config: &Config, services: &[ServiceName]) -> platform::Result<Vec<Migrated>> {
    let databases = DatabaseConfig::of(config)?;
    let mut migrated = Vec::new();
    for &service in services {
        let migrations = service.migrate(&databases).await?;
        if !migrations.is_empty() {
            migrated.push(Migrated { service, migrations });
        }
    }
    Ok(migrated)
}

impl App {
    /// Starts all services in this process.
    pub async fn start(config: Config) -> Result<Running, AnyError> {
        Self::started(config, Role::All, true).await
    }

    /// Starts all services in this process, for it alone: nobody else is told where it listens.
    pub async fn start_quietly(config: Config) -> Result<Running, AnyError> {
        Self::started(config, Role::All, false).await
    }

    /// Starts what the role says; other services are reached as `peers` in the configuration says.
    ///
    /// Embedded databases are brought to this program's schema; others must have it already.
    pub async fn start_role(config: Config, role: Role) -> Result<Running, AnyError> {
        Self::started(config, role, true).await
    }

    async fn started(config: Config, role: Role, announced: bool) -> Result<Running, AnyError> {
        let lacks = role.lacks(&config);
        if !lacks.is_empty() {
            return Err(lacks.join("\n").into());
        }
        let (clock, random) = (Clock::system(), Random::system());
        let data_dir = DataDir::open(&config.data_dir)?;
        let exclusive = config.database.parts == DatabaseParts::Embedded;
        // Processes that run one service each may have the directory, with its keys, in common.
        let lock = (role == Role::All).then(|| data_dir.lock()).transpose()?;
        let migrated = if exclusive { migrate(&config, &role.services()).await? } else { Vec::new() };
        let cache = match config.cache.parts {
            CacheParts::Embedded => None,
            CacheParts::Redis => Some(CacheServer::open(&config.cache, clock.clone(), random.clone())?),
        };
        let readiness = Readiness::default();
        let broker = match config.broker.parts {
            BrokerParts::Embedded => None,
            BrokerParts::RabbitMq => {
                let process = format!("thidua {role}, process {}", std::process::id());
                Some(Broker::open(&config.broker, &process, random.clone(), readiness.gate("broker"))?)
            }
        };
        let app = Self {
            tokens: Tokens::open(&config.auth, &data_dir, clock.clone(), random.clone())?,
            role,
            life: Lifecycle::new(clock.clone()),
            readiness,
            own: Late::new(),
            broker,
            cache,
            metrics: Metrics::new(),
            config,
            clock,
            random,
            exclusive,
            announced,
        };
        app.run(lock, migrated).await
    }

    async fn run(self, lock: Option<Lock>, migrated: Vec<Migrated>) -> Result<Running, AnyError> {
        let export = Export::start(&self.config.telemetry, &self.metrics, &self.clock, &self.random)?;
        let (mut parts, mut hosted, mut fillings) = (Vec::new(), Vec::new(), Vec::new());
        for service in self.role.services() {
            let (part, routes) = self.part(service).await?;
            part.measure(&self.metrics);
            // Where a service runs, its list of federations is kept full; its workers read that.
            if service != ServiceName::Organizations && self.role.serves() {
                fillings.push(self.filling(service, &part)?);
            }
            parts.push(part);
            hosted.push(routes);
        }
        let elsewhere = self.elsewhere()?;
        hosted.extend(part::about_jobs(&parts, &elsewhere));
        if !self.role.serves() {
            hosted.clear();
        }

        let host = self.host(elsewhere).start(hosted).await?;
        self.own.set(host.connection.clone());
        let ways = self.ways(&parts);
        let duties = self.role.duties(&self.config.jobs);
        let databases = parts.iter().map(|part| part.db.clone()).collect();
        for (part, way) in parts.into_iter().zip(ways) {
            part.spawn(&self.life, &duties, way);
        }
        for filling in fillings {
            let (name, stopping) = (filling.db.service(), self.life.stopping());
            self.life.spawn(format!("federations for {name}"), async move {
                stopping.run_until_cancelled(filling.run()).await.unwrap_or(Ok(()))
            });
        }
        if let Some(lock) = lock.as_ref().filter(|_| self.announced) {
            lock.announce(&format!("http://{}", reachable(host.grpc)))?;
        }
        Ok(Running {
            addresses: Addresses { grpc: host.grpc, management: host.management },
            role: self.role,
            broker: self.broker,
            migrated,
            connection: host.connection,
            config: self.config,
            life: self.life,
            readiness: self.readiness,
            databases,
            export,
            lock,
        })
    }

    /// Opens the service's database, judges it, and builds the service on it.
    async fn part(&self, service: ServiceName) -> Result<(Part, Service), AnyError> {
        let ids = Ids::new(self.clock.clone(), self.random.clone());
        let db = Database::connect(&DatabaseConfig::of(&self.config)?, service.as_str(), ids).await?;
        service.check_schema(&db).await?;
        db.prove_isolation().await?;
        let mut known = Tenants::load(db.clone(), self.clock.clone()).await?;
        if let Some(server) = &self.cache {
            known = known.counting_at(server);
        }
        let mut built = service.build(self, db.clone(), known.clone())?;
        if service != ServiceName::Organizations {
            built.consumers.push(tenants::consumer());
        }
        let drain = self.config.server.drain_limit / 5 * 4;
        let carriers = self.carriers(service);
        Ok(Part::new(db, known, built, carriers, self.random.clone(), drain, self.exclusive)?)
    }

    fn carriers(&self, service: ServiceName) -> Carriers {
        let mut carriers = Carriers::in_process();
        if let Some(broker) = &self.broker {
            carriers.hand_off = broker.hand_off(service.as_str(), &self.role.duties(&self.config.jobs).slots);
        }
        if let Some(server) = &self.cache {
            let feed = server.feed(service.as_str());
            let (carried, stopping) = (feed.clone(), self.life.stopping());
            self.life.spawn(format!("news of {service}"), async move {
                carried.run(stopping).await;
                Ok::<_, Infallible>(())
            });
            carriers.feed = Arc::new(feed);
        }
        carriers
    }

    /// What this service keeps of answers: in common with its other processes, or here.
    pub(super) fn cache(&self, service: ServiceName) -> Cache {
        let cache = match &self.cache {
            Some(server) => server.cache(service.as_str()),
            None => Cache::in_process(CACHE),
        };
        self.metrics.watch_cache(service.as_str(), &cache);
        cache
    }

    fn filling(&self, service: ServiceName, part: &Part) -> Result<Filling, AnyError> {
        Ok(Filling {
            db: part.db.clone(),
            known: part.tenants.clone(),
            organizations: self.peer(service, ServiceName::Organizations)?,
            clock: self.clock.clone(),
            gate: self.readiness.gate(format!("federations for {service}")),
        })
    }

    /// `callee` as `caller` reaches it.
    pub(super) fn peer(&self, caller: ServiceName, callee: ServiceName) -> Result<Peer, AnyError> {
        let connection = if self.role.serves() && self.role.services().contains(&callee) {
            self.own.connection()
        } else {
            let url = callee.url(&self.config.peers).ok_or_else(|| {
                format!("peers.{callee} is needed in the configuration: {caller} calls it, and it does not run here")
            })?;
            transport::remote(url)?
        };
        Ok(Peer::new(caller.as_str(), connection, self.tokens.clone(), self.random.clone()))
    }

    /// The services that run elsewhere: calls to them that come here are passed on, so that one address is enough for
    /// who calls the platform.
    fn elsewhere(&self) -> Result<Elsewhere, AnyError> {
        let mut elsewhere = Elsewhere::default();
        for service in ServiceName::ALL {
            if let Some(url) = service.url(&self.config.peers)
                && !self.role.services().contains(&service)
            {
                elsewhere.add(service.as_str(), transport::remote(url)?);
            }
        }
        Ok(elsewhere)
    }

    /// How the events of each part go: straight between the services of one process, or through the broker.
    fn ways(&self, parts: &[Part]) -> Vec<EventsWay> {
        if let Some(broker) = &self.broker {
            let routes: broker::Routes =
                ServiceName::ALL.iter().map(|service| (service.as_str(), service.topics())).collect();
            let way = |part: &Part| EventsWay {
                exchange: broker.exchange(part.db.service(), routes.clone()),
                broker: Some((broker.clone(), routes.clone())),
            };
            return parts.iter().map(way).collect();
        }
        let inboxes = parts.iter().map(|part| Arc::clone(&part.inbox)).collect();
        let exchange: Arc<dyn Exchange> = Arc::new(InProcess::new(inboxes));
        parts.iter().map(|_| EventsWay { exchange: Arc::clone(&exchange), broker: None }).collect()
    }

    fn host(&self, elsewhere: Elsewhere) -> Host {
        Host {
            elsewhere,
            settings: self.config.server.clone(),
            life: self.life.clone(),
            readiness: self.readiness.clone(),
            stack: Stack {
                clock: self.clock.clone(),
                random: self.random.clone(),
                tokens: self.tokens.clone(),
                rules: Rules::of_contracts(),
                limits: self.config.limits.clone(),
                metrics: self.metrics.clone(),
            },
            descriptors: proto::FILE_DESCRIPTOR_SET,
        }
    }
}

/// How clients on this machine reach a listener that may listen everywhere.
fn reachable(listener: SocketAddr) -> SocketAddr {
    let ip = match listener.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listener.port())
}
