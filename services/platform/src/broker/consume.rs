//! From a service's queue of events into its inbox.

use futures::{FutureExt, StreamExt};
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions, BasicRejectOptions};
use lapin::types::FieldTable;

use super::topology::{self, Routes};
use super::{Broker, PAUSE, away, wire};
use crate::error::Result;
use crate::events::{Envelope, Inbox};

/// Events in hand at once.
const PREFETCH: u16 = 200;

/// Events written in one transaction.
const BATCH: usize = 100;

/// Never ends.
pub(super) async fn run(broker: &Broker, routes: &Routes, inbox: &Inbox) {
    loop {
        let Err(error) = consume(broker, routes, inbox).await;
        tracing::warn!(service = inbox.service(), %error, cause = error.cause(), "no events are received");
        broker.link.suspect();
        tokio::time::sleep(PAUSE).await;
    }
}

/// Consumes on one channel until something fails.
async fn consume(broker: &Broker, routes: &Routes, inbox: &Inbox) -> Result<std::convert::Infallible> {
    let live = broker.link.live().await;
    let channel = live.channel().await.map_err(away)?;
    topology::declare_events(&channel, &broker.names, routes).await?;
    channel.basic_qos(PREFETCH, BasicQosOptions::default()).await.map_err(away)?;
    let queue = broker.names.events(inbox.service());
    let consumed =
        channel.basic_consume(queue, "".into(), BasicConsumeOptions::default(), FieldTable::default());
    let mut consumer = consumed.await.map_err(away)?;
    loop {
        let first = consumer.next().await.ok_or_else(|| away("the channel has ended"))?.map_err(away)?;
        let mut batch = vec![first];
        while batch.len() < BATCH
            && let Some(Some(next)) = consumer.next().now_or_never()
        {
            batch.push(next.map_err(away)?);
        }
        take(inbox, batch).await?;
    }
}

/// Writes the events into the inbox and acknowledges them once they are safe there.
async fn take(inbox: &Inbox, batch: Vec<Delivery>) -> Result<()> {
    let mut events: Vec<Envelope> = Vec::with_capacity(batch.len());
    let mut held = Vec::with_capacity(batch.len());
    for delivery in batch {
        match wire::read_event(&delivery.data) {
            Some(event) => {
                events.push(event);
                held.push(delivery.acker);
            }
            None => {
                tracing::error!(service = inbox.service(), "a message that is no event was put aside");
                delivery.acker.reject(BasicRejectOptions { requeue: false }).await.map_err(away)?;
            }
        }
    }
    // Those in hand wait for the database; the broker would only deliver them again and again.
    while let Err(error) = inbox.receive(&events).await {
        tracing::warn!(service = inbox.service(), %error, cause = error.cause(), "events wait: the inbox is away");
        tokio::time::sleep(PAUSE).await;
    }
    for acker in held {
        acker.ack(BasicAckOptions::default()).await.map_err(away)?;
    }
    Ok(())
}
