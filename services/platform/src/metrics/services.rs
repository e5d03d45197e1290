//! What the services of a process measure: jobs, events, connections and caches. It is read when somebody asks.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

use crate::cache::Lookups;
use crate::clock::Stopwatch;
use crate::events::{self, Waiting};
use crate::jobs::{Depth, Distribution, JobSystem};

/// What waits is not looked at more often, however many ask.
const LOOKS: Duration = Duration::from_secs(1);

/// A database that does not answer for so long shows nothing this time.
const LOOK_LIMIT: Duration = Duration::from_secs(2);

#[derive(Default)]
pub(super) struct Services {
    watched: Mutex<BTreeMap<&'static str, Watched>>,
    caches: Mutex<BTreeMap<&'static str, Arc<Lookups>>>,
    /// Held while somebody looks; since the last look.
    looked: tokio::sync::Mutex<Option<Stopwatch>>,
}

struct Watched {
    jobs: JobSystem,
    /// What the leader saw when it last looked.
    backlog: Option<Backlog>,
}

struct Backlog {
    lanes: Vec<Depth>,
    events: Waiting,
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Services")
    }
}

impl Services {
    pub(super) fn watch(&self, jobs: JobSystem) {
        self.watched().insert(jobs.database().service(), Watched { jobs, backlog: None });
    }

    pub(super) fn watch_cache(&self, service: &'static str, lookups: Arc<Lookups>) {
        self.caches.lock().unwrap_or_else(PoisonError::into_inner).insert(service, lookups);
    }

    fn watched(&self) -> MutexGuard<'_, BTreeMap<&'static str, Watched>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at what waits in the services that this process leads. The others are their leaders' to tell of: sums over
    /// all processes must count nothing twice.
    pub(super) async fn look(&self) {
        let mut looked = self.looked.lock().await;
        if looked.is_some_and(|last| last.elapsed() < LOOKS) {
            return;
        }
        let systems: Vec<JobSystem> = self.watched().values().map(|watched| watched.jobs.clone()).collect();
        for jobs in &systems {
            let backlog = if jobs.leads() { backlog(jobs).await } else { None };
            if let Some(watched) = self.watched().get_mut(jobs.database().service()) {
                watched.backlog = backlog;
            }
        }
        *looked = systems.first().map(|jobs| jobs.database().ids().clock().stopwatch());
    }

    /// One family of measurements, of all services.
    fn family<V>(
        &self,
        encoder: &mut DescriptorEncoder<'_>,
        (name, help, kind): (&str, &str, MetricType),
        values: impl Fn(&Watched) -> Vec<(Vec<Label>, V)>,
        encode: impl Fn(V, &mut MetricEncoder<'_>) -> fmt::Result,
    ) -> fmt::Result {
        let mut family = encoder.encode_descriptor(name, help, None, kind)?;
        for (service, watched) in &*self.watched() {
            for (mut labels, value) in values(watched) {
                labels.insert(0, label("service", *service));
                encode(value, &mut family.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }
}

async fn backlog(jobs: &JobSystem) -> Option<Backlog> {
    let db = jobs.database();
    let looking = async { Ok((jobs.depths().await?, events::waiting(db).await?)) };
    match db.ids().clock().timeout(LOOK_LIMIT, Box::pin(looking)).await {
        Some(Ok((lanes, events))) => Some(Backlog { lanes, events }),
        Some(Err(error)) => {
            let error: crate::Error = error;
            tracing::debug!(service = db.service(), %error, cause = error.cause(), "what waits is not known");
            None
        }
        None => None,
    }
}

impl Watched {
    /// What waits, as long as this process leads.
    fn backlog(&self) -> Option<&Backlog> {
        self.backlog.as_ref().filter(|_| self.jobs.leads())
    }

    fn depths(&self, of: impl Fn(&Depth) -> u64) -> Vec<(Vec<Label>, u64)> {
        let lanes = self.backlog().into_iter().flat_map(|backlog| &backlog.lanes);
        lanes.map(|depth| (vec![label("lane", depth.lane.as_str())], of(depth))).collect()
    }

    fn events(&self) -> Vec<(Vec<Label>, u64)> {
        let Some(Backlog { events, .. }) = self.backlog() else { return Vec::new() };
        let queues = [("outbox", events.outbox), ("inbox", events.inbox)];
        queues.map(|(queue, waiting)| (vec![label("queue", queue)], waiting)).to_vec()
    }

    fn connections(&self) -> Vec<(Vec<Label>, u64)> {
        let pools = self.jobs.database().pools().into_iter();
        let states =
            pools.flat_map(|pool| [(pool.role, "idle", pool.idle), (pool.role, "in_use", pool.in_use)]);
        states.map(|(role, state, count)| (vec![label("role", role), label("state", state)], count)).collect()
    }

    fn distributions(
        &self,
        of: impl Fn((Distribution, Distribution)) -> Distribution,
    ) -> Vec<(Vec<Label>, Distribution)> {
        let lanes = self.jobs.distributions().into_iter();
        lanes.map(|(lane, both)| (vec![label("lane", lane.as_str())], of(both))).collect()
    }

    fn ended(&self) -> Vec<(Vec<Label>, u64)> {
        let labels = |(lane, tenant, outcome)| {
            vec![label("lane", lane), label("tenant", tenant), label("outcome", outcome)]
        };
        self.jobs.ended_by_tenant().into_iter().map(|(key, count)| (labels(key), count)).collect()
    }
}

type Label = (&'static str, String);

fn label(key: &'static str, value: impl Into<String>) -> Label {
    (key, value.into())
}

impl Collector for Services {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let gauge = |value: u64, encoder: &mut MetricEncoder<'_>| encoder.encode_gauge(&value);
        let counter = |value: u64, encoder: &mut MetricEncoder<'_>| {
            encoder.encode_counter::<NoLabelSet, _, f64>(&value, None)
        };
        let histogram = |seen: Distribution, encoder: &mut MetricEncoder<'_>| {
            encoder.encode_histogram::<NoLabelSet>(seen.sum.as_secs_f64(), seen.count(), &seen.buckets, None)
        };
        let jobs_waiting =
            ("jobs_waiting", "Jobs that are due and wait, told by the leader.", MetricType::Gauge);
        self.family(&mut encoder, jobs_waiting, |watched| watched.depths(|depth| depth.waiting), gauge)?;
        let in_flight =
            ("jobs_in_flight", "Jobs handed out or at work, told by the leader.", MetricType::Gauge);
        self.family(&mut encoder, in_flight, |watched| watched.depths(|depth| depth.in_flight), gauge)?;
        let wait = ("jobs_wait_seconds", "From when a job was due to its start here.", MetricType::Histogram);
        self.family(&mut encoder, wait, |watched| watched.distributions(|(wait, _)| wait), histogram)?;
        let run = ("jobs_run_seconds", "How long attempts ran here.", MetricType::Histogram);
        self.family(&mut encoder, run, |watched| watched.distributions(|(_, run)| run), histogram)?;
        let ended = ("jobs_ended", "Attempts that ended here, by tenant and outcome.", MetricType::Counter);
        self.family(&mut encoder, ended, Watched::ended, counter)?;
        let events = ("events_waiting", "Events that wait, told by the leader.", MetricType::Gauge);
        self.family(&mut encoder, events, Watched::events, gauge)?;
        let connections = ("db_connections", "Open connections of this process.", MetricType::Gauge);
        self.family(&mut encoder, connections, Watched::connections, gauge)?;

        let mut family = encoder.encode_descriptor(
            "cache_lookups",
            "Looks into the cache by what they gave.",
            None,
            MetricType::Counter,
        )?;
        for (service, lookups) in &*self.caches.lock().unwrap_or_else(PoisonError::into_inner) {
            for (result, count) in lookups.counts() {
                let labels = [label("service", *service), label("result", result)];
                counter(count, &mut family.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }
}
