//! The task that speaks with the collector.

use std::time::Duration;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_client::MetricsServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::metrics::v1::{ResourceMetrics, ScopeMetrics};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use tokio::sync::{mpsc, oneshot};
use tonic::transport::Channel;
use tonic::{Code, Status};

use super::export::Queue;
use super::measured;
use crate::Timestamp;
use crate::clock::Clock;
use crate::metrics::Metrics;

/// Spans in one message.
const BATCH: usize = 512;

/// How long a span waits for others to go with it.
const SPANS: Duration = Duration::from_secs(2);

/// How often measurements go.
const MEASUREMENTS: Duration = Duration::from_secs(15);

pub(super) struct Sender {
    traces: TraceServiceClient<Channel>,
    measurements: MetricsServiceClient<Channel>,
    resource: Resource,
    metrics: Metrics,
    clock: Clock,
    /// When the counters began at zero.
    began: Timestamp,
    pending: Vec<Span>,
    /// The collector did not take the last message.
    away: bool,
}

impl Sender {
    pub(super) fn new(channel: Channel, resource: Resource, metrics: Metrics, clock: Clock) -> Self {
        Self {
            traces: TraceServiceClient::new(channel.clone()),
            measurements: MetricsServiceClient::new(channel),
            resource,
            metrics,
            began: clock.now(),
            clock,
            pending: Vec::new(),
            away: false,
        }
    }

    /// Works until nobody can order anything any more. Each order is done when all that was there has been sent.
    pub(super) async fn run(
        mut self,
        mut spans: Option<mpsc::Receiver<Span>>,
        lost: Option<&'static Queue>,
        mut orders: mpsc::Receiver<oneshot::Sender<()>>,
    ) {
        let clock = self.clock.clone();
        let (mut spans_at, mut measurements_at) = (clock.now().plus(SPANS), clock.now().plus(MEASUREMENTS));
        loop {
            // A full batch that the collector does not take waits for its time.
            let room = BATCH.saturating_sub(self.pending.len());
            let more = async {
                match &mut spans {
                    Some(spans) if room > 0 => spans.recv_many(&mut self.pending, room).await,
                    _ => std::future::pending().await,
                }
            };
            let ordered = tokio::select! {
                _ = more => {
                    if self.pending.len() >= BATCH {
                        self.send_spans().await;
                    }
                    continue;
                }
                () = clock.sleep_until(spans_at) => {
                    spans_at = clock.now().plus(SPANS);
                    self.send_spans().await;
                    tell_lost(lost);
                    continue;
                }
                () = clock.sleep_until(measurements_at) => {
                    measurements_at = clock.now().plus(MEASUREMENTS);
                    self.send_measurements().await;
                    continue;
                }
                ordered = orders.recv() => ordered,
            };
            let Some(done) = ordered else { return };
            self.send_all(spans.as_mut()).await;
            self.send_measurements().await;
            tell_lost(lost);
            let _ = done.send(());
        }
    }

    async fn send_all(&mut self, mut spans: Option<&mut mpsc::Receiver<Span>>) {
        loop {
            while self.pending.len() < BATCH
                && let Some(span) = spans.as_mut().and_then(|spans| spans.try_recv().ok())
            {
                self.pending.push(span);
            }
            if self.pending.is_empty() || !self.send_spans().await {
                return;
            }
        }
    }

    /// Whether the collector is done with what was pending.
    async fn send_spans(&mut self) -> bool {
        if self.pending.is_empty() {
            return true;
        }
        let scope_spans =
            vec![ScopeSpans { scope: Some(scope()), spans: self.pending.clone(), ..ScopeSpans::default() }];
        let resource_spans = vec![ResourceSpans {
            resource: Some(self.resource.clone()),
            scope_spans,
            ..ResourceSpans::default()
        }];
        let sent = self.traces.export(ExportTraceServiceRequest { resource_spans }).await.map(drop);
        let again = matches!(&sent, Err(status) if passes(status));
        self.note(sent);
        if !again {
            self.pending.clear();
        }
        !again
    }

    async fn send_measurements(&mut self) {
        let text = match self.metrics.read().await {
            Ok(text) => text,
            Err(error) => return tracing::warn!(%error, "the measurements could not be written"),
        };
        let scope_metrics = vec![ScopeMetrics {
            scope: Some(scope()),
            metrics: measured::metrics(&text, self.began, self.clock.now()),
            ..ScopeMetrics::default()
        }];
        let resource_metrics = vec![ResourceMetrics {
            resource: Some(self.resource.clone()),
            scope_metrics,
            ..ResourceMetrics::default()
        }];
        // They are sums since the start: what is lost now is in the next message.
        let sent = self.measurements.export(ExportMetricsServiceRequest { resource_metrics }).await;
        self.note(sent.map(drop));
    }

    /// Tells in the log when the collector goes away and when it is back, not each time.
    fn note(&mut self, sent: Result<(), Status>) {
        let was_away = std::mem::replace(&mut self.away, sent.is_err());
        match sent {
            Err(status) if !was_away => {
                let (code, error) = (status.code(), status.message());
                tracing::warn!(?code, error, "the collector does not take traces and measurements");
            }
            Ok(()) if was_away => tracing::info!("the collector takes traces and measurements again"),
            _ => {}
        }
    }
}

fn tell_lost(queue: Option<&Queue>) {
    match queue.map_or(0, Queue::lost) {
        0 => {}
        spans => tracing::warn!(spans, "spans were dropped: more than may wait for the collector"),
    }
}

/// Whether the same message may be taken later.
fn passes(status: &Status) -> bool {
    use Code::*;
    matches!(
        status.code(),
        Unavailable | DeadlineExceeded | Cancelled | Aborted | ResourceExhausted | Unknown
    )
}

fn scope() -> InstrumentationScope {
    InstrumentationScope { name: "thidua".to_owned(), ..InstrumentationScope::default() }
}

#[cfg(test)]
#[path = "sender_test.rs"]
mod tests;
