//! Events: one topic exchange, one queue for each service that wants some.

use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use lapin::Channel;

use super::link::Live;
use super::publisher::{Parcel, Publisher};
use super::topology::{self, Routes};
use super::{Broker, wire};
use crate::error::Result;
use crate::events::{Envelope, Exchange};

/// The way of one service's events to all queues.
pub(super) struct Topics {
    broker: Broker,
    service: &'static str,
    routes: Routes,
    publisher: Publisher,
    /// The connection on which the broker was last asked what it remembers.
    asked: AtomicU64,
}

impl Topics {
    pub(super) fn new(broker: Broker, service: &'static str, routes: Routes) -> Self {
        let publisher = Publisher::new(broker.link.clone());
        Self { broker, service, routes, publisher, asked: AtomicU64::new(0) }
    }

    async fn publish_parcels(&self, parcels: Vec<Parcel>) -> Result<()> {
        let prepare = async |_: &Live, channel: &Channel| {
            topology::declare_events(channel, &self.broker.names, &self.routes).await
        };
        self.publisher.publish(parcels, prepare).await
    }
}

#[async_trait]
impl Exchange for Topics {
    async fn publish(&self, events: &[Envelope]) -> Result<()> {
        let exchange = self.broker.names.exchange();
        // What nobody wants need not travel.
        let wanted = events.iter().filter(|event| self.routes.wants(&event.topic));
        let parcels = wanted.map(|event| Parcel {
            exchange: exchange.clone(),
            key: event.topic.as_str().into(),
            body: wire::event(event),
            mandatory: true,
        });
        self.publish_parcels(parcels.collect()).await
    }

    async fn remembers(&self) -> Result<bool> {
        let live = self.broker.link.live_soon().await?;
        if self.asked.load(Ordering::Acquire) == live.generation {
            return Ok(true);
        }
        let remembers = topology::remembers(&live, &self.broker.names, self.service).await?;
        if remembers {
            self.asked.store(live.generation, Ordering::Release);
        }
        Ok(remembers)
    }

    async fn remember(&self) -> Result<()> {
        let live = self.broker.link.live_soon().await?;
        let mark = Parcel {
            exchange: "".into(),
            key: self.broker.names.memory(self.service),
            body: Vec::new(),
            mandatory: true,
        };
        self.publish_parcels(vec![mark]).await?;
        self.asked.store(live.generation, Ordering::Release);
        Ok(())
    }
}
