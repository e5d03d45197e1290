//! Publishing: what a transaction wants to tell is kept with it and written right before its commit.

use std::collections::BTreeMap;

use prost::{Message, Name};
use sea_orm::IntoActiveModel;

use super::event::Event;
use super::store::{heads, outbox};
use crate::Timestamp;
use crate::db::{DbError, Reach, SystemTx, TenantTx, Tx};
use crate::ids::{EventId, TenantId};

/// The channel that wakes the relay.
pub(super) const WAKE: &str = "events.outbox";

/// A larger message is a fault: an event tells that something happened, and the rest is read by RPC.
const MAX_PAYLOAD: usize = 256 * 1024;

/// An event that waits for the commit of its transaction.
#[derive(Debug)]
pub(crate) struct Outgoing {
    id: EventId,
    tenant: TenantId,
    event: Event,
    trace: String,
    created_at: Timestamp,
}

impl TenantTx {
    /// Publishes the message when this transaction commits; never when it does not.
    pub fn publish<M: Message + Name>(&self, message: &M) {
        self.publish_event(self.tenant_id(), Event::of(message));
    }
}

impl SystemTx {
    /// Publishes the message in the name of `tenant` when this transaction commits; never when it does not.
    pub fn publish<M: Message + Name>(&self, tenant: TenantId, message: &M) {
        self.publish_event(tenant, Event::of(message));
    }
}

impl<S> Tx<S> {
    fn publish_event(&self, tenant: TenantId, event: Event) {
        let ids = self.database().ids();
        self.keep_event(Outgoing {
            id: EventId(ids.next()),
            tenant,
            event,
            trace: crate::trace::current().to_string(),
            created_at: ids.clock().now(),
        });
    }
}

/// The scopes of transactions that publish.
pub(crate) trait Publishes: Reach<heads::Entity> + Reach<outbox::Entity> {}
impl<S: Reach<heads::Entity> + Reach<outbox::Entity>> Publishes for S {}

/// Writes what the transaction wants to publish. It is the transaction's last work, because from here on others who
/// publish for the tenant wait for its end; being last for all, that wait cannot become a deadlock.
pub(crate) async fn flush<S: Publishes>(tx: &Tx<S>, outgoing: Vec<Outgoing>) -> Result<(), DbError> {
    if outgoing.is_empty() {
        return Ok(());
    }
    let mut tenants: BTreeMap<TenantId, Vec<Outgoing>> = BTreeMap::new();
    for event in outgoing {
        let size = event.event.payload.len();
        if size > MAX_PAYLOAD {
            let topic = event.event.topic;
            return Err(DbError::fault(format!("an event {topic} of {size} bytes is over {MAX_PAYLOAD}")));
        }
        tenants.entry(event.tenant).or_default().push(event);
    }
    for (tenant, events) in tenants {
        let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
        let first = heads::advance(tx, tenant, count).await?;
        let rows = (first..).zip(events).map(|(sequence, outgoing)| {
            outbox::Model {
                tenant_id: tenant,
                sequence,
                event_id: outgoing.id,
                topic: outgoing.event.topic,
                payload: outgoing.event.payload,
                trace: outgoing.trace,
                created_at: outgoing.created_at,
                published_at: None,
            }
            .into_active_model()
        });
        tx.insert_many::<outbox::Entity, outbox::ActiveModel, _>(rows.collect::<Vec<_>>()).await?;
    }
    tx.notify(WAKE, "");
    Ok(())
}
