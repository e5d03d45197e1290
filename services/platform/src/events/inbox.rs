//! Receiving: what reached the inbox is durable, whatever happens to its handlers.

use std::sync::Arc;

use super::consumer::Consumer;
use super::event::Envelope;
use super::store::inbox;
use crate::db::{Database, SystemUse};
use crate::ids::{EventId, TenantId};
use crate::{Clock, Error, Result, Timestamp};

/// The channel that wakes who handles events.
pub(super) const WAKE: &str = "events.inbox";

/// The inbox of a service with its consumers.
pub struct Inbox {
    pub(super) db: Database,
    pub(super) clock: Clock,
    pub(super) consumers: Vec<Consumer>,
}

/// An event whose attempts are spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parked {
    pub tenant: TenantId,
    pub consumer: String,
    pub event: EventId,
    pub topic: String,
    pub source: String,
    /// Attempts that failed.
    pub failures: i64,
    /// What the last attempt said.
    pub error: String,
    pub parked_at: Timestamp,
}

impl Inbox {
    /// An inbox on the service's database. Two consumers of one name would share their rows: that is a fault.
    pub fn new(db: Database, clock: Clock, consumers: Vec<Consumer>) -> Result<Arc<Self>> {
        for (place, consumer) in consumers.iter().enumerate() {
            if consumers.iter().skip(place + 1).any(|other| other.name() == consumer.name()) {
                return Err(Error::internal(format!("two consumers are called {}", consumer.name())));
            }
        }
        Ok(Arc::new(Self { db, clock, consumers }))
    }

    /// The service whose inbox this is.
    pub fn service(&self) -> &'static str {
        self.db.service()
    }

    /// The topics that this service wants: what a broker binds its queue to.
    pub fn topics(&self) -> impl Iterator<Item = &str> {
        self.consumers.iter().flat_map(Consumer::topics)
    }

    /// Writes the events into the inbox, one row for each consumer that wants one. When it returns they cannot be lost,
    /// and whoever delivered them may confirm. One that is there already, or that nobody wants, changes nothing.
    pub async fn receive(&self, events: &[Envelope]) -> Result<()> {
        let now = self.clock.now();
        let rows: Vec<inbox::Model> = events
            .iter()
            .flat_map(|event| {
                let wanting = self.consumers.iter().filter(|c| c.effect(&event.topic).is_some());
                wanting.map(move |consumer| row(event, consumer.name(), now))
            })
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        let tx = self.db.system_write(SystemUse::EventInbox).await?;
        if inbox::add(&tx, rows).await? > 0 {
            tx.notify(WAKE, "");
        }
        Ok(tx.commit().await?)
    }

    /// The parked events of all tenants, the oldest first, for operators.
    pub async fn parked(&self, limit: u64) -> Result<Vec<Parked>> {
        let tx = self.db.system_read(SystemUse::EventInbox).await?;
        let rows = inbox::parked(&tx, limit).await?;
        tx.commit().await?;
        let parked = |row: inbox::Model| Parked {
            tenant: row.tenant_id,
            consumer: row.consumer,
            event: row.event_id,
            topic: row.topic,
            source: row.source,
            failures: row.failures,
            error: row.error.unwrap_or_default(),
            parked_at: row.finished_at.unwrap_or(row.received_at),
        };
        Ok(rows.into_iter().map(parked).collect())
    }

    /// Lets a parked event be handled again, with a fresh budget of attempts and before what waits in its lane.
    pub async fn replay(&self, consumer: &str, event: EventId) -> Result<()> {
        let tx = self.db.system_write(SystemUse::EventInbox).await?;
        if !inbox::replay(&tx, consumer, event, self.clock.now()).await? {
            let message = format!("consumer {consumer} has no parked event {event}");
            return Err(Error::not_found("EVENT_UNKNOWN", message));
        }
        tx.notify(WAKE, "");
        Ok(tx.commit().await?)
    }
}

fn row(event: &Envelope, consumer: &str, now: Timestamp) -> inbox::Model {
    inbox::Model {
        tenant_id: event.tenant,
        consumer: consumer.to_owned(),
        event_id: event.id,
        source: event.source.clone(),
        sequence: event.sequence,
        topic: event.topic.clone(),
        payload: event.payload.to_vec(),
        trace: event.trace.clone(),
        created_at: event.created_at,
        received_at: now,
        state: inbox::PENDING.to_owned(),
        failures: 0,
        due_at: now,
        error: None,
        finished_at: None,
    }
}
