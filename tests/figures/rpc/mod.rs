//! The figures of reading: results of several federations, by many clients, beside running classification.

pub(crate) mod echo;
mod platform;

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ::platform::transport::{Connection, remote};
use platform::Platform;
use proto::platform::v1::GetJobRequest;
use proto::platform::v1::job_service_client::JobServiceClient;
use proto::scoring::v1::explanation_service_client::ExplanationServiceClient;
use proto::scoring::v1::result_service_client::ResultServiceClient;
use proto::scoring::v1::result_source::Source;
use proto::scoring::v1::{GetBlocStandingsRequest, GetUnitResultRequest, ResultSource};
use tokio::task::JoinSet;

use crate::campaign::{document, unit_code};
use crate::figure::{Figure, Goal, Outcome, median};
use crate::run_job::classified;
use crate::tenant::{Admin, SEASON, with_campaign};

const TENANTS: usize = 4;
const UNITS: u64 = 240;
const CLIENTS: usize = 64;
const ROUNDS: usize = 4;
const LASTS: Duration = Duration::from_secs(3);

/// A federation, and a run of it.
#[derive(Clone)]
struct Tenant {
    admin: Admin,
    run: String,
}

pub(crate) fn run() -> Outcome {
    tokio::runtime::Runtime::new()?.block_on(measure())
}

async fn measure() -> Outcome {
    let platform = Platform::start().await?;
    let (front, url) = (platform.url("organizations"), platform.url("scoring"));
    let mut tenants = Vec::new();
    for number in 0..TENANTS {
        let document = serde_json::from_str(&document(UNITS)?)?;
        let admin = with_campaign(&front, &platform.data(), &format!("bench-{number}"), &document).await?;
        let (_, run) = classified(&admin.connect(&url)?).await?;
        tenants.push(Tenant { admin, run });
    }
    let echo = echo::Server::start()?;
    let readers = readers(&url, &tenants)?;
    let echoes = (0..CLIENTS)
        .map(|_| Ok(Caller::Echo(remote(&echo.url)?)))
        .collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    flat_out(&readers, LASTS).await?;
    let idle = flat_out(&readers, LASTS).await?;

    let begun = platform.lookups()?;
    let busy = Busy::begin(&url, &tenants)?;
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (reading, giving_back) = (flat_out(&readers, LASTS).await?, flat_out(&echoes, LASTS).await?);
        ours.push(reading);
        theirs.push(giving_back);
        ratios.push(reading / giving_back);
    }
    let runs = busy.end().await?;
    let (hits, all) = platform.lookups()?;
    println!(
        "reads: {:.0} a second beside {runs} classifications, an echo {:.0}; alone {idle:.0}; {:.1} % hits",
        median(&ours),
        median(&theirs),
        (hits - begun.0) / (all - begun.1).max(1.0) * 100.0
    );

    let rate = idle * 0.3;
    let mut slower = Vec::new();
    for _ in 0..ROUNDS {
        let alone = at_a_rate(&readers, rate).await?;
        let busy = Busy::begin(&url, &tenants)?;
        let beside = at_a_rate(&readers, rate).await?;
        busy.end().await?;
        println!(
            "99 of 100 reads within {:.1} ms alone, {:.1} ms beside classification",
            alone * 1e3,
            beside * 1e3
        );
        slower.push(beside / alone);
    }
    let peaks = platform.peaks()?;
    let told: Vec<_> = peaks.iter().map(|(role, peak)| format!("{role} {peak:.0} MiB")).collect();
    println!("memory at most: {}", told.join(", "));
    let figure = |name, unit, goal, readings| Figure { name, unit, goal, readings };
    Ok(vec![
        figure("rpc.rate", " x", Goal::AtLeast(0.4), ratios),
        figure("rpc.latency", " x", Goal::AtMost(3.0), slower),
        figure(
            "memory",
            " MiB",
            Goal::AtMost(256.0),
            vec![peaks.iter().map(|(_, peak)| *peak).fold(0.0, f64::max)],
        ),
    ])
}

/// One client with a connection of its own.
#[derive(Clone)]
enum Caller {
    Echo(Connection),
    /// Reads the standings of blocs and the results of units of one run, in turn.
    Reader {
        connection: Connection,
        run: String,
    },
}

fn readers(url: &str, tenants: &[Tenant]) -> Result<Vec<Caller>, Box<dyn Error>> {
    let reader = |tenant: &Tenant| {
        Ok(Caller::Reader { connection: tenant.admin.connect(url)?, run: tenant.run.clone() })
    };
    tenants.iter().cycle().take(CLIENTS).map(reader).collect()
}

impl Caller {
    async fn call(&self, number: u64) -> Result<(), tonic::Status> {
        match self {
            Self::Echo(connection) => {
                let request = GetJobRequest { service: SEASON.to_owned(), job_id: unit_code(number % UNITS) };
                JobServiceClient::new(connection.clone()).get_job(request).await?;
            }
            Self::Reader { connection, run } => {
                let source = Some(ResultSource { source: Some(Source::RunId(run.clone())) });
                let (season, unit) = (SEASON.to_owned(), number / 2 % UNITS);
                if number.is_multiple_of(2) {
                    let bloc = format!("khoi-{}", unit / 12 * 12);
                    let request = GetBlocStandingsRequest { season, bloc, source };
                    ResultServiceClient::new(connection.clone()).get_bloc_standings(request).await?;
                } else {
                    let request = GetUnitResultRequest { season, unit: unit_code(unit), source };
                    ExplanationServiceClient::new(connection.clone()).get_unit_result(request).await?;
                }
            }
        }
        Ok(())
    }
}

/// Calls a second, each client one after another for so long.
async fn flat_out(callers: &[Caller], lasts: Duration) -> Result<f64, Box<dyn Error>> {
    let calls = Arc::new(AtomicU64::new(0));
    let begun = Instant::now();
    let mut calling = JoinSet::new();
    for (place, caller) in callers.iter().cloned().enumerate() {
        let calls = Arc::clone(&calls);
        calling.spawn(async move {
            let mut number = u64::try_from(place * 7).unwrap_or_default();
            while begun.elapsed() < lasts {
                caller.call(number).await?;
                calls.fetch_add(1, Ordering::Relaxed);
                number += 1;
            }
            Ok::<_, tonic::Status>(())
        });
    }
    while let Some(called) = calling.join_next().await {
        called??;
    }
    #[allow(clippy::cast_precision_loss, reason = "some ten thousands")]
    Ok(calls.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64())
}

/// Seconds within which 99 of 100 calls are answered, when so many a second are made whether or not the last are.
async fn at_a_rate(callers: &[Caller], rate: f64) -> Result<f64, Box<dyn Error>> {
    let mut ticks = tokio::time::interval(Duration::from_secs_f64(1.0 / rate));
    let begun = Instant::now();
    let mut calling = JoinSet::new();
    for (number, caller) in (0_u64..).zip(callers.iter().cycle()) {
        if begun.elapsed() >= LASTS {
            break;
        }
        ticks.tick().await;
        let caller = caller.clone();
        calling.spawn(async move {
            let asked = Instant::now();
            caller.call(number).await.map(|()| asked.elapsed())
        });
    }
    let mut waits = Vec::new();
    while let Some(called) = calling.join_next().await {
        waits.push(called??);
    }
    waits.sort_unstable();
    Ok(waits.get(waits.len() * 99 / 100).ok_or("no call")?.as_secs_f64())
}

/// Classification, one run after another for every federation.
struct Busy {
    enough: Arc<AtomicBool>,
    running: JoinSet<Result<u64, String>>,
}

impl Busy {
    fn begin(url: &str, tenants: &[Tenant]) -> Result<Self, Box<dyn Error>> {
        let (enough, mut running) = (Arc::new(AtomicBool::new(false)), JoinSet::new());
        for tenant in tenants {
            let (enough, admin) = (Arc::clone(&enough), tenant.admin.connect(url)?);
            running.spawn(async move {
                let mut runs = 0;
                while !enough.load(Ordering::Relaxed) {
                    classified(&admin).await.map_err(|error| error.to_string())?;
                    runs += 1;
                }
                Ok(runs)
            });
        }
        Ok(Self { enough, running })
    }

    async fn end(mut self) -> Result<u64, Box<dyn Error>> {
        self.enough.store(true, Ordering::Relaxed);
        let mut runs = 0;
        while let Some(ended) = self.running.join_next().await {
            runs += ended??;
        }
        Ok(runs)
    }
}
