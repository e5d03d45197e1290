//! Sends spans and measurements to the collector, from the start of a process to its end.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use tokio::sync::{mpsc, oneshot};

use super::attributes::text;
use super::channel::{self, ChannelError};
use super::sender::Sender;
use crate::clock::Clock;
use crate::config::{Share, Telemetry};
use crate::metrics::Metrics;
use crate::random::Random;
use crate::trace::Trace;

/// Spans that may wait; more are dropped. They are what the collector misses when it is away.
const WAITING: usize = 8192;

/// How long a process that ends waits for the collector to take the last spans.
const LAST: Duration = Duration::from_secs(3);

/// Where the spans of this process go. A span may be dropped anywhere, so it is one for the whole process.
static QUEUE: OnceLock<Queue> = OnceLock::new();

/// Spans on their way to the sender.
#[derive(Debug)]
pub(super) struct Queue {
    spans: mpsc::Sender<Span>,
    share: Share,
    /// Spans that found no place, since that was last told.
    lost: AtomicU64,
}

/// The queue for the spans of a trace; `None` when they go nowhere.
pub(super) fn queue_for(trace: &Trace) -> Option<&'static Queue> {
    let queue = QUEUE.get()?;
    // By the last half of the trace's id: whoever has the same share comes to the same.
    let chance = trace.id().get(16..).and_then(|half| u64::from_str_radix(half, 16).ok())?;
    (trace.is_sampled() && queue.share.has(chance)).then_some(queue)
}

impl Queue {
    pub(super) fn add(&self, span: Span) {
        if self.spans.try_send(span).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many found no place since this was last asked.
    pub(super) fn lost(&self) -> u64 {
        self.lost.swap(0, Ordering::Relaxed)
    }
}

/// The sending of a process's telemetry. When it is dropped, sending ends.
#[derive(Debug)]
pub struct Export {
    orders: mpsc::Sender<oneshot::Sender<()>>,
    clock: Clock,
}

impl Export {
    /// Begins to send, when the configuration says where to. The spans of a process go where they were first told to.
    pub fn start(
        settings: &Telemetry,
        metrics: &Metrics,
        clock: &Clock,
        random: &Random,
    ) -> Result<Option<Self>, ChannelError> {
        let Some(url) = &settings.otlp else { return Ok(None) };
        let channel = channel::open(url)?;
        let (spans, waiting) = mpsc::channel(WAITING);
        let queue = Queue { spans, share: settings.trace_share, lost: AtomicU64::default() };
        let waiting = QUEUE.set(queue).is_ok().then_some(waiting);
        let lost = QUEUE.get().filter(|_| waiting.is_some());
        let (orders, asked) = mpsc::channel(1);
        let resource = resource(&settings.service_name, random);
        let sender = Sender::new(channel, resource, metrics.clone(), clock.clone());
        tokio::spawn(sender.run(waiting, lost, asked));
        Ok(Some(Self { orders, clock: clock.clone() }))
    }

    /// Sends what there is now; ends when the collector has it, or does not take it.
    pub async fn flush(&self) {
        let (done, told) = oneshot::channel();
        if self.orders.send(done).await.is_ok() {
            let _ = told.await;
        }
    }

    /// Sends what is left, for a bounded time.
    pub async fn finish(self) {
        if self.clock.timeout(LAST, self.flush()).await.is_none() {
            tracing::warn!("the last traces and measurements did not reach the collector in time");
        }
    }
}

/// Who tells.
fn resource(name: &str, random: &Random) -> Resource {
    let instance = uuid::Builder::from_random_bytes(random.bytes()).into_uuid();
    Resource {
        attributes: vec![
            text("service.name", name),
            text("service.version", env!("CARGO_PKG_VERSION")),
            // Tells processes apart, even those that run one after the other.
            text("service.instance.id", instance.to_string()),
        ],
        ..Resource::default()
    }
}
