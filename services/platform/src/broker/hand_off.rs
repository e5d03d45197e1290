//! Jobs: a queue for each service and lane.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions, BasicRejectOptions,
};
use lapin::types::FieldTable;
use lapin::{Acker, Channel, Consumer};
use tokio::sync::Mutex;

use super::link::Live;
use super::publisher::{Parcel, Publisher};
use super::{Broker, PAUSE, away, topology, wire};
use crate::error::Result;
use crate::jobs::Lane;
use crate::jobs::hand_off::{Delivery, HandOff, Message};

/// A message whose row could not be claimed goes back after so long: whatever stood against it may pass.
const GIVE_BACK: Duration = Duration::from_secs(1);

/// The queues of one service.
pub(super) struct Queues {
    broker: Broker,
    service: &'static str,
    publisher: Publisher,
    lanes: BTreeMap<Lane, Tap>,
}

/// Where a lane's messages come from.
struct Tap {
    prefetch: u16,
    open: Mutex<Option<Open>>,
}

struct Open {
    generation: u64,
    consumer: Consumer,
    /// Ends with the last of its deliveries.
    _channel: Channel,
}

impl Queues {
    pub(super) fn new(broker: Broker, service: &'static str, slots: &[(Lane, u16)]) -> Self {
        let tap = |prefetch| Tap { prefetch, open: Mutex::default() };
        let lanes = slots.iter().filter(|(_, slots)| *slots > 0).map(|(lane, slots)| (*lane, tap(*slots)));
        Self { publisher: Publisher::new(broker.link.clone()), lanes: lanes.collect(), broker, service }
    }

    async fn open(&self, live: &Live, lane: Lane, prefetch: u16) -> Result<Open> {
        let channel = live.channel().await.map_err(away)?;
        topology::declare_jobs(&channel, &self.broker.names, self.service, lane).await?;
        channel.basic_qos(prefetch, BasicQosOptions::default()).await.map_err(away)?;
        let queue = self.broker.names.jobs(self.service, lane);
        let consumed =
            channel.basic_consume(queue, "".into(), BasicConsumeOptions::default(), FieldTable::default());
        let consumer = consumed.await.map_err(away)?;
        Ok(Open { generation: live.generation, consumer, _channel: channel })
    }

    /// The next message of the tap; `None` when it has to be opened again.
    async fn next(&self, open: &mut Open, lane: Lane) -> Option<Delivery> {
        loop {
            let delivery = open.consumer.next().await?.ok()?;
            match wire::read_job(&delivery.data) {
                Some(message) => return Some(received(message, delivery.acker)),
                None => {
                    tracing::error!(service = self.service, %lane, "a message that is none of ours was put aside");
                    delivery.acker.reject(BasicRejectOptions { requeue: false }).await.ok()?;
                }
            }
        }
    }
}

#[async_trait]
impl HandOff for Queues {
    async fn publish(&self, lane: Lane, messages: &[Message]) -> Result<()> {
        let key = self.broker.names.jobs(self.service, lane);
        let parcels = messages.iter().map(|message| Parcel {
            exchange: "".into(),
            key: key.clone(),
            body: wire::job(message),
            mandatory: true,
        });
        let prepare = async |_: &Live, channel: &Channel| {
            for lane in Lane::ALL {
                topology::declare_jobs(channel, &self.broker.names, self.service, lane).await?;
            }
            Ok(())
        };
        self.publisher.publish(parcels.collect(), prepare).await
    }

    async fn receive(&self, lane: Lane) -> Result<Delivery> {
        let Some(tap) = self.lanes.get(&lane) else { return std::future::pending().await };
        // Slots wait here for their turn at the tap.
        let mut open = tap.open.lock().await;
        loop {
            let live = self.broker.link.live().await;
            if open.as_ref().is_none_or(|open| open.generation != live.generation) {
                match self.open(&live, lane, tap.prefetch).await {
                    Ok(opened) => *open = Some(opened),
                    Err(error) => {
                        tracing::warn!(service = self.service, %lane, %error, cause = error.cause(), "no messages of jobs");
                        self.broker.link.suspect();
                        tokio::time::sleep(PAUSE).await;
                        continue;
                    }
                }
            }
            if let Some(opened) = open.as_mut()
                && let Some(delivery) = self.next(opened, lane).await
            {
                return Ok(delivery);
            }
            *open = None;
            self.broker.link.suspect();
            tokio::time::sleep(PAUSE).await;
        }
    }
}

fn received(message: Message, acker: Acker) -> Delivery {
    let held = Held(Some(acker));
    let acknowledge = async move {
        let mut held = held;
        match held.0.take() {
            Some(acker) => acker.ack(BasicAckOptions::default()).await.map(drop).map_err(away),
            None => Ok(()),
        }
    };
    Delivery::new(message, Some(Box::pin(acknowledge)))
}

/// A message that is given back unless it was acknowledged.
struct Held(Option<Acker>);

impl Drop for Held {
    fn drop(&mut self) {
        if let (Some(acker), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(async move {
                tokio::time::sleep(GIVE_BACK).await;
                // Without a connection the broker gives it to others by itself.
                let _ = acker.nack(BasicNackOptions { requeue: true, ..BasicNackOptions::default() }).await;
            });
        }
    }
}
