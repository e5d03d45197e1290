//! The probe's service: its database and broker, the process that leads it, and the processes that work for it.

use std::error::Error;
use std::io::{BufRead as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use platform::Clock;
use platform::broker::Broker;
use platform::config::{self, BrokerParts, Secret};
use platform::db::{Database, DatabaseConfig, Share};
use platform::ids::Ids;
use platform::jobs::{JobParts, JobSettings, JobSystem, Lane, Registry, feed};
use platform::random::Random;
use platform::readiness::Readiness;
use platform::tenants::Tenants;
use tokio_util::sync::CancellationToken;

use super::probe::{Migrator, Sleep, Store, StoreTogether};

/// The name of the service.
const SERVICE: &str = "bench_jobs";

/// No statement here takes longer.
const STATEMENT_LIMIT: Duration = Duration::from_secs(60);

/// The URLs of a private PostgreSQL (its superuser) and RabbitMQ.
#[derive(Clone)]
pub(super) struct Servers {
    pub(super) postgres: String,
    pub(super) rabbitmq: String,
}

impl Servers {
    /// The same server with another role and database.
    fn database(&self, role: &str, database: &str) -> Result<Secret, Box<dyn Error>> {
        let mut url = url::Url::parse(&self.postgres)?;
        url.set_username(role).map_err(|()| "no role in the URL")?;
        url.set_path(&format!("/{database}"));
        Ok(Secret::new(String::from(url)))
    }

    fn config(&self, connections: u32) -> Result<DatabaseConfig, Box<dyn Error>> {
        Ok(DatabaseConfig::Postgres {
            runtime_url: self.database("thidua_runtime", SERVICE)?,
            system_url: self.database("thidua_system", SERVICE)?,
            owner_url: Some(self.database("thidua_owner", SERVICE)?),
            runtime: Share::new(connections, STATEMENT_LIMIT),
            system: Share::new(connections, STATEMENT_LIMIT),
        })
    }

    /// A superuser in the probe's database.
    pub(super) fn effects(&self) -> Result<String, Box<dyn Error>> {
        Ok(self.database("postgres", SERVICE)?.reveal().to_owned())
    }

    /// Makes the database afresh.
    pub(super) async fn prepare(&self) -> Result<(), Box<dyn Error>> {
        let make = [
            format!("DROP DATABASE IF EXISTS {SERVICE} WITH (FORCE)"),
            "DO $$ BEGIN CREATE ROLE thidua_owner LOGIN CREATEROLE; EXCEPTION WHEN duplicate_object THEN END $$".to_owned(),
            format!("CREATE DATABASE {SERVICE} OWNER thidua_owner"),
        ];
        let mut admin = super::bare::connect(&self.postgres).await?;
        for sql in make {
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut admin).await?;
        }
        Database::migrate(&self.config(1)?, SERVICE, &Migrator).await?;
        Ok(())
    }
}

/// One process of the service.
pub(super) struct Process {
    pub(super) db: Database,
    pub(super) jobs: JobSystem,
    pub(super) tenants: Tenants,
}

/// Opens the service with so many connections, and so many slots for messages.
pub(super) async fn open(servers: &Servers, connections: u32, slots: u16) -> Result<Process, Box<dyn Error>> {
    let (clock, random) = (Clock::system(), Random::system());
    let ids = Ids::new(clock.clone(), random.clone());
    let db = Database::connect(&servers.config(connections)?, SERVICE, ids).await?;
    let tenants = Tenants::load(db.clone(), clock).await?;
    let readiness = Readiness::default();
    let broker = config::Broker {
        parts: BrokerParts::RabbitMq,
        url: Some(Secret::new(servers.rabbitmq.clone())),
        prefix: "thidua-bench".to_owned(),
    };
    let broker = Broker::open(&broker, "bench", random.clone(), readiness.gate("broker"))?;
    let hand_off = broker.hand_off(SERVICE, &[(Lane::Fast, slots)]);
    hand_off.publish(Lane::Fast, &[]).await?;
    let jobs = JobSystem::new(JobParts {
        db: db.clone(),
        tenants: tenants.clone(),
        random,
        registry: Registry::default().with::<Store>(()).with::<StoreTogether>(()).with::<Sleep>(()),
        hand_off,
        feed: Arc::new(feed::InProcess::default()),
        settings: JobSettings::default(),
    });
    Ok(Process { db, jobs, tenants })
}

/// `drain-worker POSTGRES RABBITMQ SLOTS`: says that it is ready, begins when it is told to, works until its input ends.
pub(crate) fn work(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [postgres, rabbitmq, slots] = arguments else { return Err("drain-worker: three arguments".into()) };
    let slots: u16 = slots.parse()?;
    let servers = Servers { postgres: postgres.clone(), rabbitmq: rabbitmq.clone() };
    let runtime = tokio::runtime::Runtime::new()?;
    let process = runtime.block_on(open(&servers, u32::from(slots) + 2, slots))?;
    println!("ready");
    std::io::stdout().flush()?;
    let mut lines = std::io::stdin().lock().lines();
    lines.next().ok_or("nobody said go")??;
    let stop = CancellationToken::new();
    let (jobs, stopping) = (process.jobs, stop.clone());
    let working = runtime.spawn(async move { jobs.work(&[(Lane::Fast, slots)], stopping).await });
    for line in lines {
        line?;
    }
    stop.cancel();
    runtime.block_on(working)??;
    Ok(())
}
