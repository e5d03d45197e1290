//! Measurements in the OpenMetrics text format, read at `/metrics`.

mod services;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tonic::Code;

use crate::cache::Cache;
use crate::jobs::JobSystem;
use services::Services;

/// All measurements of this process. Clones share them.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Mutex<Registry>>,
    calls: Family<CallLabels, Counter>,
    durations: Family<MethodLabels, Histogram>,
    in_work: Gauge,
    services: Arc<Services>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    method: String,
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct MethodLabels {
    method: String,
}

/// Upper bounds in seconds.
const DURATIONS: [f64; 10] = [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0, 300.0];

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Metrics {
    pub fn new() -> Self {
        let metrics = Self {
            registry: Arc::new(Mutex::new(Registry::with_prefix("thidua"))),
            calls: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(DURATIONS)),
            in_work: Gauge::default(),
            services: Arc::default(),
        };
        let (calls, durations, in_work) =
            (metrics.calls.clone(), metrics.durations.clone(), metrics.in_work.clone());
        let services = Arc::clone(&metrics.services);
        metrics.register(move |registry| {
            registry.register("rpc_calls", "Calls by method and code", calls);
            registry.register("rpc_duration_seconds", "From the request to the end of the answer", durations);
            registry.register("rpc_in_work", "Calls whose answer has not ended", in_work);
            registry.register_collector(Box::new(services));
        });
        metrics
    }

    /// Adds measurements of another part of the process.
    pub fn register(&self, add: impl FnOnce(&mut Registry)) {
        add(&mut self.registry.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Adds the jobs of a service, and its database and events.
    pub fn watch(&self, jobs: JobSystem) {
        self.services.watch(jobs);
    }

    /// Adds the cache of a service.
    pub fn watch_cache(&self, service: &'static str, cache: &Cache) {
        self.services.watch_cache(service, cache.lookups());
    }

    /// Everything measured so far, as OpenMetrics text, after a look at what waits in the databases.
    pub async fn read(&self) -> Result<String, fmt::Error> {
        self.services.look().await;
        self.text()
    }

    /// Everything measured so far, as OpenMetrics text.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut out = String::new();
        text::encode(&mut out, &self.registry.lock().unwrap_or_else(PoisonError::into_inner))?;
        Ok(out)
    }

    pub(crate) fn rpc_began(&self) {
        self.in_work.inc();
    }

    pub(crate) fn rpc_ended(&self, method: &str, code: Code, elapsed: Duration) {
        self.in_work.dec();
        self.calls.get_or_create(&CallLabels { method: method.to_owned(), code: name(code) }).inc();
        self.durations
            .get_or_create(&MethodLabels { method: method.to_owned() })
            .observe(elapsed.as_secs_f64());
    }
}

/// The code as gRPC's documentation writes it.
fn name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
