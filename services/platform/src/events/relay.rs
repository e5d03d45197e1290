//! Takes events from the outbox to the exchange.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::event::Envelope;
use super::exchange::Exchange;
use super::gaps;
use super::outbox::WAKE;
use super::store::outbox;
use crate::db::{Database, SystemUse, woken};
use crate::ids::TenantId;
use crate::telemetry::span::{Key, Kind, Span};
use crate::trace::Trace;
use crate::{Clock, Result};

/// Events handed over at once: what is in memory, and what is handed over again after a failure.
const BATCH: u64 = 100;

/// Hands the events of a service's outbox to the exchange, each at least once, in order within a tenant. One relay at a
/// time runs per service; should two run for a moment, events are delivered twice and no order is lost.
pub struct Relay {
    db: Database,
    exchange: Arc<dyn Exchange>,
    clock: Clock,
}

impl Relay {
    pub fn new(db: Database, exchange: Arc<dyn Exchange>, clock: Clock) -> Self {
        Self { db, exchange, clock }
    }

    /// Works until told to stop. It may be stopped or dropped at any point: what is not marked is published again.
    pub async fn run(&self, stop: CancellationToken) {
        let mut wakeups = self.db.listen(WAKE);
        let work = async {
            loop {
                if let Err(error) = self.drain().await {
                    tracing::warn!(%error, cause = error.cause(), "events wait: the exchange or the outbox is away");
                }
                woken(&mut wakeups, &self.clock).await;
            }
        };
        stop.run_until_cancelled(work).await;
    }

    /// Publishes all that waits, in rounds of one batch per tenant. Where what was published before is gone with the
    /// broker's memory, it waits again: who has it already takes no notice.
    async fn drain(&self) -> Result<()> {
        if self.exchange.remembers().await? {
            return self.publish_waiting().await;
        }
        let events = gaps::publish_all_again(&self.db).await?;
        if events > 0 {
            tracing::warn!(
                service = self.db.service(),
                events,
                "the broker has lost its memory: events go out again"
            );
        }
        self.publish_waiting().await?;
        self.exchange.remember().await
    }

    async fn publish_waiting(&self) -> Result<()> {
        let tx = self.db.system_read(SystemUse::EventRelay).await?;
        let mut tenants = outbox::waiting(&tx).await?;
        tx.commit().await?;
        while !tenants.is_empty() {
            let mut unfinished = Vec::new();
            for tenant in tenants {
                if self.hand_over(tenant).await? == BATCH {
                    unfinished.push(tenant);
                }
            }
            tenants = unfinished;
        }
        Ok(())
    }

    /// Publishes the tenant's next batch. Returns how many events it had.
    async fn hand_over(&self, tenant: TenantId) -> Result<u64> {
        let tx = self.db.system_read(SystemUse::EventRelay).await?;
        let rows = outbox::next(&tx, tenant, BATCH).await?;
        tx.commit().await?;
        let Some(last) = rows.last().map(|row| row.sequence) else { return Ok(0) };
        let events: Vec<Envelope> = rows.into_iter().map(|row| self.envelope(row)).collect();
        let mut spans: Vec<Span> = events.iter().map(|event| self.publishing(event)).collect();
        if let Err(error) = self.exchange.publish(&events).await {
            spans.iter_mut().for_each(Span::fail);
            return Err(error);
        }
        drop(spans);

        let tx = self.db.system_write(SystemUse::EventRelay).await?;
        outbox::published(&tx, tenant, last, self.clock.now()).await?;
        tx.commit().await?;
        Ok(u64::try_from(events.len()).unwrap_or(BATCH))
    }

    /// The step of the event's trace in which the exchange takes it.
    fn publishing(&self, event: &Envelope) -> Span {
        let parent = Trace::parse(&event.trace);
        let trace = parent.next(self.db.ids().random().bytes());
        let name = || format!("publish {}", event.topic);
        let mut span = Span::begin(Kind::Producer, name, &trace, &parent, &self.clock);
        span.tell(Key::Source, &event.source);
        span.tell(Key::Tenant, event.tenant);
        span.tell(Key::Event, event.id);
        span.tell(Key::Topic, &event.topic);
        span
    }

    fn envelope(&self, row: outbox::Model) -> Envelope {
        Envelope {
            id: row.event_id,
            tenant: row.tenant_id,
            source: self.db.service().to_owned(),
            sequence: row.sequence,
            topic: row.topic,
            payload: row.payload.into(),
            trace: row.trace,
            created_at: row.created_at,
        }
    }
}
