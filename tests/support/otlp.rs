//! A collector in this process: what the services send by OTLP comes here.
//!
//! Spans are sent for a whole process, so there is one collector for all tests, on a runtime of its own. It keeps the
//! spans of the traces that a test asked for, and the measurements by the name of who sends them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, Mutex, mpsc};

use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use platform::Clock;
use platform::config::Telemetry;
use platform::metrics::Metrics;
use platform::random::Random;
use platform::telemetry::Export;
use platform::trace::Trace;
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::Server;
use tonic::{Request, Response, Status};

/// The collector, and the sending of this process's spans to it.
pub struct Otlp {
    pub url: String,
    kept: Arc<Kept>,
    export: Export,
}

#[derive(Default)]
struct Kept {
    /// The ids of the traces that somebody asked for.
    wanted: Mutex<BTreeSet<Vec<u8>>>,
    spans: Mutex<Vec<Span>>,
    /// The last measurements of each sender.
    metrics: Mutex<BTreeMap<String, Vec<Metric>>>,
}

/// The collector of this process.
pub fn receiver() -> &'static Otlp {
    static OTLP: LazyLock<Otlp> = LazyLock::new(|| {
        let (started, starting) = mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let (otlp, served) = start().await;
                started.send(otlp).expect("somebody waits");
                served.await.expect("it serves");
            });
        });
        starting.recv().expect("it starts")
    });
    &OTLP
}

async fn start() -> (Otlp, impl Future<Output = Result<(), tonic::transport::Error>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let kept = Arc::new(Kept::default());
    let served = Server::builder()
        .add_service(TraceServiceServer::from_arc(kept.clone()))
        .add_service(MetricsServiceServer::from_arc(kept.clone()))
        .serve_with_incoming(TcpListenerStream::new(listener));
    let export = sending(&url, "spans", &Metrics::new());
    (Otlp { url, kept, export }, served)
}

/// Sends what `metrics` show, under a name.
fn sending(url: &str, name: &str, metrics: &Metrics) -> Export {
    let settings =
        Telemetry { otlp: Some(url.to_owned()), service_name: name.to_owned(), ..Telemetry::default() };
    let export = Export::start(&settings, metrics, &Clock::system(), &Random::system());
    export.expect("a URL").expect("there is a collector")
}

impl Otlp {
    /// A new trace, whose spans are kept.
    pub fn trace(&self) -> Trace {
        let random = Random::system();
        let id: [u8; 16] = random.bytes();
        self.kept.wanted.lock().expect("no panic").insert(id.to_vec());
        Trace::start(id, random.bytes())
    }

    /// The spans of the trace that have ended, once.
    pub async fn spans(&self, trace: &Trace) -> Vec<Span> {
        self.export.flush().await;
        let spans = self.kept.spans.lock().expect("no panic");
        spans.iter().filter(|span| hex(&span.trace_id) == trace.id()).cloned().collect()
    }

    /// The measurements as they are now, when they have come here.
    pub async fn measured(&self, metrics: &Metrics) -> Vec<Metric> {
        let name = format!("test-{}", hex(&Random::system().bytes::<8>()));
        sending(&self.url, &name, metrics).flush().await;
        self.measured_by(&name)
    }

    /// The last measurements that came under this name.
    pub fn measured_by(&self, name: &str) -> Vec<Metric> {
        self.kept.metrics.lock().expect("no panic").get(name).cloned().unwrap_or_default()
    }
}

#[tonic::async_trait]
impl TraceService for Kept {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let wanted = self.wanted.lock().expect("no panic");
        let all = request.into_inner().resource_spans.into_iter().flat_map(|spans| spans.scope_spans);
        let spans = all.flat_map(|spans| spans.spans).filter(|span| wanted.contains(&span.trace_id));
        self.spans.lock().expect("no panic").extend(spans);
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Kept {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        for sent in request.into_inner().resource_metrics {
            let metrics = sent.scope_metrics.into_iter().flat_map(|scope| scope.metrics).collect();
            self.metrics.lock().expect("no panic").insert(name(sent.resource), metrics);
        }
        Ok(Response::new(ExportMetricsServiceResponse::default()))
    }
}

fn name(resource: Option<Resource>) -> String {
    let attributes = resource.expect("a resource").attributes;
    attribute(&attributes, "service.name").expect("a name")
}

/// What an attribute says.
pub fn attribute(attributes: &[KeyValue], key: &str) -> Option<String> {
    attributes.iter().find(|attribute| attribute.key == key).map(shown)
}

/// The value of an attribute as a text.
pub fn shown(attribute: &KeyValue) -> String {
    match attribute.value.as_ref().and_then(|value| value.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::IntValue(number)) => number.to_string(),
        other => panic!("{}: neither text nor number: {other:?}", attribute.key),
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
