//! The services as they run in one process, on either backend: real databases, real routes behind the real stack, real
//! tokens. Journeys call them as their users would.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use platform::audit;
use platform::auth::{ACCESS_LIFE, Rules, Tokens};
use platform::cache::Cache;
use platform::clock::ManualClock;
use platform::config::{self, Secret};
use platform::data_dir::DataDir;
use platform::db::{Backend, Database, DatabaseConfig};
use platform::events::{Envelope, Exchange, InProcess};
use platform::host::Host;
use platform::ids::{AccountId, Ids, TenantId};
use platform::jobs::Lane;
use platform::lifecycle::{Lifecycle, TaskFailure};
use platform::metrics::Metrics;
use platform::random::Random;
use platform::readiness::Readiness;
use platform::tenancy::Grant;
use platform::tenants::{self, JOBS_IN_FLIGHT, Tenants};
use platform::transport::{self, Connection, Credentials, Elsewhere, Late, Peer, Stack};
use platform::{Clock, Timestamp};
use proto::organizations::v1::Account;
use proto::organizations::v1::grant::Scope;
use sea_orm_migration::MigratorTraitSelf;
use tempfile::TempDir;
use thidua::app::{self, Carriers, Duties, EventsWay, Part};

use super::heard::Heard;
use super::outage::Outage;
use super::postgres;

/// So long jobs may go on when a world ends.
const DRAIN: Duration = Duration::from_secs(10);

/// Everything that runs for one test.
pub struct World {
    /// Moves the clock of all services. It begins on 2023-11-15 in Việt Nam.
    pub time: ManualClock,
    pub tokens: Tokens,
    /// What the services published.
    pub heard: Arc<Heard>,
    /// Breaks the way from notifications to organizations, and from scoring to competition.
    pub outage: Outage,
    exchange: Arc<dyn Exchange>,
    /// What the services measure.
    pub metrics: Metrics,
    connection: Connection,
    databases: Vec<Database>,
    /// What each service knows of the federations.
    tenants: BTreeMap<&'static str, Tenants>,
    /// Where the databases lie, by service.
    urls: BTreeMap<&'static str, String>,
    life: Lifecycle,
}

impl World {
    /// The services for who has no token.
    pub fn nobody(&self) -> Connection {
        self.connection.clone()
    }

    /// The services as an operator of the platform calls them.
    pub fn operator(&self) -> Connection {
        let account = AccountId(uuid::Uuid::from_u128(1));
        self.bearing(&self.tokens.operator(account, ACCESS_LIFE).expect("a token"))
    }

    /// The services as a member with these roles calls them.
    pub fn member(&self, tenant: TenantId, account: AccountId, grants: Vec<Grant>) -> Connection {
        self.bearing(&self.tokens.member(tenant, account, grants, ACCESS_LIFE).expect("a token"))
    }

    /// The services as the owner of an account calls them, with the roles that the account has.
    pub fn signed_in(&self, tenant: TenantId, account: &Account) -> Connection {
        let grants = account.grants.iter().map(grant).collect();
        self.member(tenant, account.id.parse().expect("an id"), grants)
    }

    /// The services as another service calls them, for a tenant or for none.
    pub fn service(&self, name: &str, tenant: Option<TenantId>) -> Connection {
        self.bearing(&self.tokens.service(name, tenant).expect("a token"))
    }

    /// Lets no job of a federation begin at a service, or lets them begin again.
    pub async fn hold_jobs(&self, service: &str, tenant: TenantId, hold: bool) {
        let tenants = self.tenants.get(service).expect("a service");
        let db = self.databases.iter().find(|db| db.service() == service).expect("a database");
        let mut changes = tenants.changes();
        let mut wanted = (*tenants.get(tenant).expect("the service knows it")).clone();
        wanted.revision += 1;
        wanted.quotas.retain(|name, _| name != JOBS_IN_FLIGHT);
        wanted.quotas.extend(hold.then(|| (JOBS_IN_FLIGHT.to_owned(), 0)));
        tenants::fill(db, std::slice::from_ref(&wanted)).await.expect("written");
        while *tenants.get(tenant).expect("the service knows it") != wanted {
            changes.next().await;
        }
        // The dispatcher looks at the list when it looks at jobs.
        self.time.advance(Duration::from_secs(1));
    }

    /// The URL of a service's database, for who looks at it past all services: on PostgreSQL as the superuser.
    pub fn database_url(&self, service: &str) -> &str {
        self.urls.get(service).expect("a service")
    }

    /// Hands an event over to the services that want it, as its publisher does; it is safe there afterwards.
    pub async fn deliver(&self, event: &Envelope) {
        self.exchange.publish(std::slice::from_ref(event)).await.expect("the event is received");
    }

    /// The audit log of a federation at a service, as far as it is sealed.
    pub async fn audit_log(&self, service: &str, tenant: TenantId) -> Vec<audit::Entry> {
        let db = self.databases.iter().find(|db| db.service() == service).expect("a service");
        let token = self.tokens.service("auditor", Some(tenant)).expect("a token");
        let tx = db.read(&self.tokens.verify(&token).expect("valid")).await.expect("a transaction");
        let entries = audit::list(&tx, 0, 1_000).await.expect("the log");
        entries.into_iter().map(|(_, entry)| entry).collect()
    }

    fn bearing(&self, token: &str) -> Connection {
        let credentials = Credentials::Bearer(Secret::new(token));
        transport::outgoing(self.connection.clone(), credentials, self.time.clock(), Random::system())
    }

    async fn start(databases: Vec<Database>, time: ManualClock, data_dir: &DataDir) -> Self {
        let random = Random::system();
        let tokens = Tokens::open(&config::Auth::default(), data_dir, time.clock(), random.clone());
        let tokens = tokens.expect("keys");
        let metrics = Metrics::new();
        let stack = Stack {
            clock: time.clock(),
            random,
            tokens: tokens.clone(),
            rules: Rules::of_contracts(),
            limits: config::Limits::default(),
            metrics: metrics.clone(),
        };
        let life = Lifecycle::new(time.clock());
        let host = Host {
            settings: config::Server::default(),
            life: life.clone(),
            readiness: Readiness::default(),
            stack,
            elsewhere: Elsewhere::default(),
            descriptors: proto::FILE_DESCRIPTOR_SET,
        };
        let late = Late::new();
        let peer = |name| Peer::new(name, late.connection(), tokens.clone(), Random::system());
        let outage = Outage::default();
        let broken = |name| {
            let way = outage.before(late.connection());
            Peer::new(name, way, tokens.clone(), Random::system())
        };
        let (mut parts, mut hosted, mut known) = (Vec::new(), Vec::new(), BTreeMap::new());
        for db in &databases {
            let tenants = Tenants::load(db.clone(), time.clock()).await.expect("the list of tenants");
            let mut service = match db.service() {
                organizations::NAME => {
                    organizations::service(organizations::Deps { db: db.clone(), tokens: tokens.clone() })
                }
                competition::NAME => competition::service(competition::Deps {
                    db: db.clone(),
                    organizations: peer(competition::NAME),
                    scoring: peer(competition::NAME),
                    tenants: tenants.clone(),
                }),
                scoring::NAME => {
                    let cache = Cache::in_process(1 << 20);
                    metrics.watch_cache(scoring::NAME, &cache);
                    scoring::service(scoring::Deps {
                        db: db.clone(),
                        cache,
                        competition: broken(scoring::NAME),
                        organizations: peer(scoring::NAME),
                    })
                }
                notifications::NAME => {
                    let organizations = broken(notifications::NAME);
                    notifications::service(notifications::Deps { db: db.clone(), organizations })
                }
                name => panic!("nobody knows how to make {name}"),
            };
            if service.name != organizations::NAME {
                service.consumers.push(app::federations());
            }
            let exclusive = db.backend() == Backend::Sqlite;
            let part = Part::new(
                db.clone(),
                tenants.clone(),
                service,
                Carriers::in_process(),
                Random::system(),
                DRAIN,
                exclusive,
            );
            let (part, routes) = part.expect("a part");
            part.measure(&metrics);
            known.insert(db.service(), tenants);
            parts.push(part);
            hosted.push(routes);
        }
        hosted.extend(app::about_jobs(&parts, &Elsewhere::default()));
        let connection = host.connect(hosted).expect("routes");
        late.set(connection.clone());

        let heard = Arc::new(Heard::default());
        let inboxes = parts.iter().map(|part| part.inbox.clone()).collect();
        let exchange: Arc<dyn Exchange> =
            Arc::new(Everywhere { heard: heard.clone(), inboxes: InProcess::new(inboxes) });
        let slots = vec![(Lane::Fast, 2), (Lane::Recalculation, 1), (Lane::Report, 1)];
        let duties = Duties { slots, maintenance: true };
        for part in parts {
            part.spawn(&life, &duties, EventsWay { exchange: exchange.clone(), broker: None });
        }
        Self {
            time,
            tokens,
            heard,
            outage,
            exchange,
            metrics,
            connection,
            databases,
            tenants: known,
            urls: BTreeMap::new(),
            life,
        }
    }

    /// Stops what runs, and closes the databases; tells which task has failed, if any has.
    async fn end(self) -> Result<(), TaskFailure> {
        self.life.stop();
        let ended = self.life.ended(2 * DRAIN);
        tokio::pin!(ended);
        let ended = loop {
            match tokio::time::timeout(Duration::from_millis(100), &mut ended).await {
                Ok(ended) => break ended,
                Err(_) => self.time.advance(Duration::from_secs(1)),
            }
        };
        for db in self.databases {
            db.close().await;
        }
        ended.map(drop)
    }
}

/// A role as tokens carry it.
fn grant(grant: &proto::organizations::v1::Grant) -> Grant {
    match grant.scope.as_ref().expect("a scope") {
        Scope::Federation(_) => Grant::of_federation(grant.role()),
        Scope::Unit(unit) => Grant::of_unit(grant.role(), unit),
        Scope::Bloc(bloc) => Grant::of_bloc(grant.role(), &bloc.season, &bloc.bloc),
    }
}

/// The services hear each other, and the test hears all.
struct Everywhere {
    heard: Arc<Heard>,
    inboxes: InProcess,
}

#[async_trait::async_trait]
impl Exchange for Everywhere {
    async fn publish(&self, events: &[Envelope]) -> platform::Result<()> {
        self.inboxes.publish(events).await?;
        self.heard.publish(events).await
    }
}

/// Where the databases of one world lie.
enum Place {
    Sqlite,
    Postgres { names: Vec<(&'static str, String)> },
}

impl Place {
    /// The URL of each database of these services.
    fn urls(&self, directory: &TempDir, databases: &[Database]) -> BTreeMap<&'static str, String> {
        match self {
            Self::Sqlite => {
                let file = |service: &str| directory.path().join(format!("{service}.sqlite"));
                let url = |service: &str| format!("sqlite://{}", file(service).display());
                databases.iter().map(|db| (db.service(), url(db.service()))).collect()
            }
            Self::Postgres { names } => {
                names.iter().map(|(service, name)| (*service, postgres::url("postgres", name))).collect()
            }
        }
    }
}

/// Starts the services, runs `test` and removes everything, whether the test succeeds or not.
pub async fn with_world(backend: Backend, test: impl AsyncFnOnce(&World)) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut place = match backend {
        Backend::Sqlite => Place::Sqlite,
        Backend::Postgres => Place::Postgres { names: Vec::new() },
    };
    let time = Clock::manual(Timestamp::from_micros(1_700_000_000_000_000));
    let ids = Ids::new(time.clock(), Random::system());
    let databases = vec![
        open(&mut place, &directory, &ids, organizations::NAME, migrations::organizations::Migrator).await,
        open(&mut place, &directory, &ids, competition::NAME, migrations::competition::Migrator).await,
        open(&mut place, &directory, &ids, scoring::NAME, migrations::scoring::Migrator).await,
        open(&mut place, &directory, &ids, notifications::NAME, migrations::notifications::Migrator).await,
    ];
    let data_dir = DataDir::open(&directory.path().join("data")).expect("a data directory");
    let urls = place.urls(&directory, &databases);
    let world = World { urls, ..World::start(databases, time, &data_dir).await };
    let outcome = AssertUnwindSafe(test(&world)).catch_unwind().await;
    let ended = world.end().await;
    if let Place::Postgres { names } = place {
        for (_, name) in names {
            postgres::drop_database(&name).await;
        }
    }
    outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    ended.expect("no task of the services has failed");
}

/// Makes and opens the database of a service.
async fn open<M: MigratorTraitSelf>(
    place: &mut Place,
    directory: &TempDir,
    ids: &Ids,
    service: &'static str,
    migrator: M,
) -> Database {
    let config = match place {
        Place::Sqlite => {
            let config = DatabaseConfig::Sqlite { directory: directory.path().to_owned() };
            Database::migrate(&config, service, &migrator).await.expect("the schema is migrated");
            config
        }
        Place::Postgres { names } => {
            let name = postgres::create(service, &migrator).await;
            names.push((service, name.clone()));
            postgres::config(&name)
        }
    };
    let db = Database::connect(&config, service, ids.clone()).await.expect("the database opens");
    db.prove_isolation().await.expect("tenants are kept apart");
    db
}

/// Runs each journey on SQLite and on PostgreSQL: `journeys!(a, b)`, where `a` and `b` are `async fn(&World)`.
macro_rules! journeys {
    ($($journey:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $journey() {
                let backend = platform::db::Backend::Sqlite;
                $crate::support::world::with_world(backend, super::$journey).await;
            })+
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $journey() {
                let backend = platform::db::Backend::Postgres;
                $crate::support::world::with_world(backend, super::$journey).await;
            })+
        }
    };
}

pub(crate) use journeys;
