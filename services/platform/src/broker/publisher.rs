//! Publishing with confirms: many outstanding at once, and none believed before it has come.

use std::time::Duration;

use futures::stream::{FuturesUnordered, StreamExt};
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::types::ShortString;
use lapin::{BasicProperties, Channel, Confirmation};
use tokio::sync::Mutex;

use super::away;
use super::link::{Link, Live};
use crate::error::{Error, Result};

/// Confirms outstanding at once.
const WINDOW: usize = 500;

/// A confirm that takes longer is in doubt.
const CONFIRM_LIMIT: Duration = Duration::from_secs(30);

/// Kept on disk by the broker.
const PERSISTENT: u8 = 2;

/// One message to publish.
pub(super) struct Parcel {
    pub(super) exchange: ShortString,
    pub(super) key: ShortString,
    pub(super) body: Vec<u8>,
    /// It must reach a queue.
    pub(super) mandatory: bool,
}

/// A channel with confirms, made anew for each connection.
pub(super) struct Publisher {
    link: Link,
    channel: Mutex<Option<(u64, Channel)>>,
}

impl Publisher {
    pub(super) fn new(link: Link) -> Self {
        Self { link, channel: Mutex::default() }
    }

    /// Publishes all, and returns when each is confirmed. `prepare` declares what is needed, once for each channel. After
    /// an error each may or may not have been published.
    pub(super) async fn publish(
        &self,
        parcels: Vec<Parcel>,
        prepare: impl AsyncFnOnce(&Live, &Channel) -> Result<()>,
    ) -> Result<()> {
        let (generation, channel) = self.channel(prepare).await?;
        let published = publish(&channel, parcels).await;
        if published.is_err() {
            // Whatever it was, the next one begins afresh.
            let mut kept = self.channel.lock().await;
            if kept.as_ref().is_some_and(|(of, _)| *of == generation) {
                *kept = None;
            }
            self.link.suspect();
        }
        published
    }

    async fn channel(
        &self,
        prepare: impl AsyncFnOnce(&Live, &Channel) -> Result<()>,
    ) -> Result<(u64, Channel)> {
        let live = self.link.live_soon().await?;
        let mut kept = self.channel.lock().await;
        if let Some((generation, channel)) = kept.as_ref()
            && *generation == live.generation
            && channel.status().connected()
        {
            return Ok((*generation, channel.clone()));
        }
        let made = async {
            let channel = live.channel().await.map_err(away)?;
            prepare(&live, &channel).await?;
            channel.confirm_select(ConfirmSelectOptions::default()).await.map_err(away)?;
            Ok(channel)
        };
        match tokio::time::timeout(CONFIRM_LIMIT, made).await.unwrap_or_else(|_| Err(away("no answer"))) {
            Ok(channel) => {
                *kept = Some((live.generation, channel.clone()));
                Ok((live.generation, channel))
            }
            Err(error) => {
                self.link.suspect();
                Err(error)
            }
        }
    }
}

/// On a channel with confirms.
pub(super) async fn publish(channel: &Channel, parcels: Vec<Parcel>) -> Result<()> {
    let mut outstanding = FuturesUnordered::new();
    for Parcel { exchange, key, body, mandatory } in parcels {
        if outstanding.len() == WINDOW {
            confirmed(outstanding.next().await)?;
        }
        let options = BasicPublishOptions { mandatory, ..BasicPublishOptions::default() };
        let properties = BasicProperties::default().with_delivery_mode(PERSISTENT);
        let sent = channel.basic_publish(exchange, key, options, &body, properties).await.map_err(away)?;
        outstanding.push(async move { tokio::time::timeout(CONFIRM_LIMIT, sent).await });
    }
    while let Some(confirm) = outstanding.next().await {
        confirmed(Some(confirm))?;
    }
    Ok(())
}

type Confirm = std::result::Result<lapin::Result<Confirmation>, tokio::time::error::Elapsed>;

fn confirmed(confirm: Option<Confirm>) -> Result<()> {
    match confirm {
        None | Some(Ok(Ok(Confirmation::Ack(None)))) => Ok(()),
        Some(Ok(Ok(Confirmation::Ack(Some(returned)) | Confirmation::Nack(Some(returned))))) => {
            let key = &returned.delivery.routing_key;
            Err(away(format!("a message for {key} came back: {}", returned.reply_text)))
        }
        Some(Ok(Ok(Confirmation::Nack(None)))) => Err(away("the broker did not take a message")),
        Some(Ok(Ok(Confirmation::NotRequested))) => Err(Error::internal("a channel without confirms")),
        Some(Ok(Err(error))) => Err(away(error)),
        Some(Err(_)) => Err(away("a confirm did not come")),
    }
}
