//! What an operator sees of the work: one trace for all that follows from a call, and measurements.

use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use platform::trace;
use proto::notifications::v1::ListMessagesRequest;
use proto::notifications::v1::inbox_service_client::InboxServiceClient;
use thidua::app::ServiceName;

use super::runs::scored;
use super::runs_jobs::begins;
use super::sheets::Scene;
use crate::support::otlp::{self, attribute, hex};
use crate::support::wait::eventually;
use crate::support::world::{World, journeys};

journeys!(a_run_is_one_trace_from_the_call_to_the_inbox, jobs_events_and_connections_are_measured);

const START: &str = "thidua.scoring.v1.RunService/StartRun";
const DRAFTED: &str = "thidua.scoring.v1.RunDrafted";

/// The spans of a trace, with the step from which it came to us.
struct Tree<'a> {
    spans: &'a [Span],
    root: &'a str,
}

impl<'a> Tree<'a> {
    fn parent(&self, span: &Span) -> Option<&'a Span> {
        self.spans.iter().find(|parent| parent.span_id == span.parent_span_id)
    }

    /// Whether each span hangs on another one, up to the root.
    fn is_whole(&self) -> bool {
        self.spans.iter().all(|span| hex(&span.parent_span_id) == self.root || self.parent(span).is_some())
    }

    fn named(&self, name: &str, kind: SpanKind) -> Option<&'a Span> {
        self.spans.iter().find(|span| span.name == name && span.kind() == kind)
    }

    /// The names from a span up to the first one of the trace.
    fn way_up(&self, span: &'a Span) -> Vec<&'a str> {
        std::iter::successors(Some(span), |span| self.parent(span)).map(|span| span.name.as_str()).collect()
    }
}

/// The administrator has his message.
async fn told(scene: &Scene<'_>) {
    let admin = &scene.federation.admin;
    eventually("the administrator is told of the draft", async || {
        let inbox = InboxServiceClient::new(scene.federation.competition(admin));
        let listed = inbox.clone().list_messages(ListMessagesRequest::default()).await;
        (listed.expect("listed").into_inner().messages.len() == 1).then_some(())
    })
    .await;
}

async fn a_run_is_one_trace_from_the_call_to_the_inbox(world: &World) {
    let otlp = otlp::receiver();
    let scene = scored(world).await;
    let root = otlp.trace();
    trace::within(root.clone(), scene.start()).await.expect("started");
    told(&scene).await;
    let spans = eventually("the trace is there from its root to the delivery", async || {
        let spans = otlp.spans(&root).await;
        let tree = Tree { spans: &spans, root: root.span_id() };
        let delivered = tree.named("job deliver", SpanKind::Consumer).is_some();
        (delivered && tree.is_whole()).then_some(spans)
    })
    .await;
    let tree = Tree { spans: &spans, root: root.span_id() };

    let asked =
        |span: &&Span| span.name.starts_with("thidua.organizations.") && span.kind() == SpanKind::Server;
    let mut asked = spans.iter().filter(asked).map(|span| tree.way_up(span));
    let way_up =
        asked.find(|names| names.contains(&"job deliver")).expect("the delivery asks who is concerned");
    assert_eq!(way_up[0], way_up[1], "a call has two sides");
    let handle = format!("handle {DRAFTED}");
    assert_eq!(way_up[2..], ["job deliver", &handle, "job classify", START, START]);

    let classify = tree.named("job classify", SpanKind::Consumer).expect("the job");
    let publish = tree.named(&format!("publish {DRAFTED}"), SpanKind::Producer).expect("the relay");
    assert_eq!(publish.parent_span_id, classify.span_id);
    let dispatch = tree.named("dispatch classify", SpanKind::Producer).expect("the dispatcher");
    assert_eq!(tree.way_up(dispatch)[1..], [START, START]);

    let tenant = scene.federation.tenant().to_string();
    let of = |span: &Span, key: &str| attribute(&span.attributes, key).unwrap_or_default();
    let handled = tree.named(&handle, SpanKind::Consumer).expect("the consumer");
    let server = tree.named(START, SpanKind::Server).expect("the call");
    for span in [classify, dispatch, publish, handled, server] {
        assert_eq!(of(span, "thidua.tenant"), tenant, "{}", span.name);
    }
    assert_eq!([of(server, "thidua.caller"), of(server, "rpc.grpc.status_code")], ["member", "0"]);
    assert_eq!([of(server, "rpc.service"), of(server, "rpc.method")].join("/"), START);
    let job = ["service", "lane", "attempt", "outcome"].map(|key| of(classify, &format!("thidua.{key}")));
    assert_eq!(job, ["scoring", "recalculation", "1", "succeeded"]);
    let event = ["service", "source", "topic"].map(|key| of(handled, &format!("thidua.{key}")));
    assert_eq!(event, ["notifications", "scoring", DRAFTED]);
    let failed: Vec<_> = spans.iter().filter(|span| span.status.is_some()).collect();
    assert!(failed.is_empty(), "{failed:?}");
    assert!(spans.iter().all(|span| span.start_time_unix_nano <= span.end_time_unix_nano));
}

/// The values of a measurement whose labels hold all these; of a histogram, how many it counted.
fn values(metrics: &[Metric], name: &str, labels: &[(&str, &str)]) -> Vec<u64> {
    let metric = metrics.iter().find(|metric| metric.name == name).unwrap_or_else(|| panic!("no {name}"));
    let fits = |attributes: &[_]| {
        labels.iter().all(|(key, value)| attribute(attributes, key).as_deref() == Some(*value))
    };
    let points = match metric.data.as_ref().expect("data") {
        Data::Gauge(gauge) => &gauge.data_points,
        Data::Sum(sum) => &sum.data_points,
        Data::Histogram(histogram) => {
            let points = histogram.data_points.iter().filter(|point| fits(&point.attributes));
            return points.map(|point| point.count).collect();
        }
        other => panic!("{name} is {other:?}"),
    };
    let value = |value: Option<Value>| match value {
        Some(Value::AsInt(number)) => u64::try_from(number).expect("a count"),
        other => panic!("{name} is {other:?}"),
    };
    points.iter().filter(|point| fits(&point.attributes)).map(|point| value(point.value)).collect()
}

async fn jobs_events_and_connections_are_measured(world: &World) {
    let otlp = otlp::receiver();
    let scene = scored(world).await;
    let lane = [("service", "scoring"), ("lane", "recalculation")];
    world.hold_jobs("scoring", scene.federation.tenant(), true).await;
    let run = scene.start().await.expect("started");
    eventually("a job waits", async || {
        let measured = otlp.measured(&world.metrics).await;
        (values(&measured, "thidua_jobs_waiting", &lane) == [1]).then_some(())
    })
    .await;
    world.hold_jobs("scoring", scene.federation.tenant(), false).await;
    begins(&scene, world, &run.job_id).await;
    scene.job_of(&run).await;
    told(&scene).await;

    let ended = [lane[0], lane[1], ("tenant", "vinh-long"), ("outcome", "succeeded")];
    let measured = eventually("nothing waits any more", async || {
        let measured = otlp.measured(&world.metrics).await;
        let nothing = values(&measured, "thidua_jobs_waiting", &lane) == [0]
            && values(&measured, "thidua_jobs_in_flight", &lane) == [0]
            && values(&measured, "thidua_jobs_ended", &ended) == [1]
            && values(&measured, "thidua_events_waiting", &[]) == [0; 8];
        nothing.then_some(measured)
    })
    .await;
    for spread in ["thidua_jobs_wait_seconds", "thidua_jobs_run_seconds"] {
        assert_eq!(values(&measured, spread, &lane), [1], "{spread}");
    }
    for service in ServiceName::ALL {
        let service = [("service", service.as_str())];
        let connections = values(&measured, "thidua_db_connections", &service);
        assert_eq!(connections.len(), 4, "two roles, idle and in use");
        assert!(connections.iter().sum::<u64>() > 0);
        assert_eq!(values(&measured, "thidua_events_waiting", &service).len(), 2);
    }
    for result in ["hit", "miss", "away"] {
        let labels = [("service", "scoring"), ("result", result)];
        assert_eq!(values(&measured, "thidua_cache_lookups", &labels).len(), 1, "{result}");
    }
    let started = [("method", "/thidua.scoring.v1.RunService/StartRun"), ("code", "OK")];
    assert_eq!(values(&measured, "thidua_rpc_calls", &started), [1]);
    assert_eq!(values(&measured, "thidua_rpc_duration_seconds", &started[..1]), [1]);
}
