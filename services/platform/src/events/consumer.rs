//! What a service does when something happened elsewhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use prost::{Message, Name};

use super::store::inbox;
use crate::db::{SystemTx, TenantTx};
use crate::ids::{EventId, TenantId};
use crate::{Error, Result, Timestamp};

/// The effect of one kind of event. One file each, in a service's `events/`.
pub trait Handler: Send + Sync + 'static {
    type Message: Message + Name + Default;

    /// Writes the effect with `tx`, which is committed afterwards, together with the mark that the event is done. It is
    /// called again after an error or a crash; what it does outside of `tx` must bear that. No call to another service
    /// here: enqueue a job for that.
    fn handle(
        &self,
        tx: &TenantTx,
        event: Received<Self::Message>,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// An event as its handler gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received<M> {
    /// The same in each attempt.
    pub id: EventId,
    pub tenant: TenantId,
    /// The service that published it.
    pub source: String,
    pub created_at: Timestamp,
    pub message: M,
}

/// A group of handlers with one name and one order: an event waits for those before it, whatever their kind.
///
/// The name stands in the inbox. Renaming it makes a new consumer; events that wait for the old one then stay.
pub struct Consumer {
    name: &'static str,
    effects: BTreeMap<String, Effect>,
}

impl Consumer {
    pub fn new(name: &'static str) -> Self {
        Self { name, effects: BTreeMap::new() }
    }

    /// Adds what is done for events of the type `H::Message`. A consumer does one thing per type: the last one counts.
    #[must_use]
    pub fn on<H: Handler>(mut self, handler: H) -> Self {
        let handler = Arc::new(handler);
        let effect = Effect::Tenant(Box::new(move |tx, row| {
            let handler = Arc::clone(&handler);
            async move { handler.handle(tx, received(row)?).await }.boxed()
        }));
        self.effects.insert(H::Message::full_name(), effect);
        self
    }

    /// Adds an effect on platform's own tables.
    #[must_use]
    pub(crate) fn on_system<H: SystemHandler>(mut self, handler: H) -> Self {
        let handler = Arc::new(handler);
        let effect = Effect::System(Box::new(move |tx, row| {
            let handler = Arc::clone(&handler);
            async move { handler.handle(tx, received(row)?).await }.boxed()
        }));
        self.effects.insert(H::Message::full_name(), effect);
        self
    }

    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The topics that it wants: what a broker binds its queue to.
    pub fn topics(&self) -> impl Iterator<Item = &str> {
        self.effects.keys().map(String::as_str)
    }

    pub(super) fn effect(&self, topic: &str) -> Option<&Effect> {
        self.effects.get(topic)
    }
}

/// A handler whose effect is on platform's own tables.
pub(crate) trait SystemHandler: Send + Sync + 'static {
    type Message: Message + Name + Default;

    fn handle(
        &self,
        tx: &SystemTx,
        event: Received<Self::Message>,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// A handler without its type, and the transaction that it writes its effect with.
pub(super) enum Effect {
    Tenant(Box<EffectFn<TenantTx>>),
    System(Box<EffectFn<SystemTx>>),
}

type EffectFn<Tx> = dyn for<'a> Fn(&'a Tx, &'a inbox::Model) -> BoxFuture<'a, Result<()>> + Send + Sync;

fn received<M: Message + Default>(row: &inbox::Model) -> Result<Received<M>> {
    let message = M::decode(row.payload.as_slice()).map_err(|cause| {
        Error::internal(cause).with("topic", row.topic.as_str()).with("event", row.event_id.to_string())
    })?;
    Ok(Received {
        id: row.event_id,
        tenant: row.tenant_id,
        source: row.source.clone(),
        created_at: row.created_at,
        message,
    })
}
