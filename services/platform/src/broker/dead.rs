//! Messages that were put aside: to look at, and to send where they came from once more.

use lapin::Channel;
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicGetOptions, ConfirmSelectOptions};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use sha2::{Digest as _, Sha256};

use super::publisher::{self, Parcel};
use super::{Broker, away, topology, wire};
use crate::Timestamp;
use crate::error::Result;
use crate::events::Envelope;
use crate::jobs::hand_off::Message;

/// As many of a queue are looked at; the others come when these are seen to.
const MOST: usize = 1_000;

/// So much of a message that cannot be understood is shown.
const SHOWN: usize = 60;

/// A message that was put aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// The beginning of the SHA-256 of its content: the same at every look.
    pub id: String,
    /// The queue that it was taken out of; empty when nobody knows.
    pub queue: String,
    /// In the broker's words: `rejected`, `delivery_limit`.
    pub reason: String,
    pub put_aside_at: Option<Timestamp>,
    pub bytes: usize,
    pub content: Content,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Jobs that may start.
    Jobs(Message),
    Event(Envelope),
    /// The beginning of one that this version cannot read, with what is no text escaped.
    Unreadable(String),
}

/// What became of messages that were to be sent once more.
#[derive(Debug, Default)]
pub struct Replayed {
    /// They are in the queues that they came from.
    pub sent: Vec<DeadLetter>,
    /// Nobody knows where they came from: they stay where they are.
    pub without_origin: Vec<DeadLetter>,
}

impl Broker {
    /// The messages of a service that were put aside, jobs before events, each the oldest first. They stay where they are.
    pub async fn dead_letters(&self, service: &str) -> Result<Vec<DeadLetter>> {
        let channel = self.open_dead(service).await?;
        let mut letters = Vec::new();
        for queue in [self.names.dead_jobs(service), self.names.dead_events(service)] {
            letters.extend(held(&channel, &queue).await?.into_iter().map(|(letter, _)| letter));
        }
        close(channel).await;
        Ok(letters)
    }

    /// Sends those of these ids (all without ids) to the queues that they came from. One is removed where it lay aside only
    /// when the broker has it there; should this end in between, it is in both places, which is harmless.
    pub async fn replay_dead_letters(&self, service: &str, ids: Option<&[String]>) -> Result<Replayed> {
        let channel = self.open_dead(service).await?;
        channel.confirm_select(ConfirmSelectOptions::default()).await.map_err(away)?;
        let mut replayed = Replayed::default();
        for queue in [self.names.dead_jobs(service), self.names.dead_events(service)] {
            for (letter, delivery) in held(&channel, &queue).await? {
                if !ids.is_none_or(|ids| ids.contains(&letter.id)) {
                    continue;
                }
                if letter.queue.is_empty() {
                    replayed.without_origin.push(letter);
                    continue;
                }
                let parcel = Parcel {
                    exchange: "".into(),
                    key: letter.queue.as_str().into(),
                    body: delivery.data.clone(),
                    mandatory: true,
                };
                publisher::publish(&channel, vec![parcel]).await?;
                delivery.acker.ack(BasicAckOptions::default()).await.map_err(away)?;
                replayed.sent.push(letter);
            }
        }
        close(channel).await;
        Ok(replayed)
    }

    async fn open_dead(&self, service: &str) -> Result<Channel> {
        let live = self.link.live_soon().await?;
        let channel = live.channel().await.map_err(away)?;
        topology::declare_dead(&channel, &self.names, service).await?;
        Ok(channel)
    }
}

/// What is not acknowledged by then goes back to its place.
async fn close(channel: Channel) {
    let _ = channel.close(200, "".into()).await;
}

async fn held(channel: &Channel, queue: &ShortString) -> Result<Vec<(DeadLetter, Delivery)>> {
    let mut letters = Vec::new();
    while letters.len() < MOST
        && let Some(message) =
            channel.basic_get(queue.clone(), BasicGetOptions::default()).await.map_err(away)?
    {
        letters.push((letter(&message.delivery), message.delivery));
    }
    Ok(letters)
}

fn letter(delivery: &Delivery) -> DeadLetter {
    let body = &delivery.data;
    let death = delivery.properties.headers().as_ref().and_then(latest_death);
    let text = |name: &str| match death.as_ref().and_then(|death| death.inner().get(name)) {
        Some(AMQPValue::LongString(text)) => text.to_string(),
        Some(AMQPValue::ShortString(text)) => text.to_string(),
        _ => String::new(),
    };
    let put_aside_at = match death.as_ref().and_then(|death| death.inner().get("time")) {
        Some(AMQPValue::Timestamp(seconds)) => i64::try_from(*seconds)
            .ok()
            .map(|seconds| Timestamp::from_micros(seconds.saturating_mul(1_000_000))),
        _ => None,
    };
    let content = match (wire::read_job(body), wire::read_event(body)) {
        (Some(message), _) => Content::Jobs(message),
        (None, Some(event)) => Content::Event(event),
        (None, None) => {
            let shown = body.iter().take(SHOWN).copied().flat_map(std::ascii::escape_default);
            Content::Unreadable(shown.map(char::from).collect())
        }
    };
    let digest = Sha256::digest(body);
    let id = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    DeadLetter { id, queue: text("queue"), reason: text("reason"), put_aside_at, bytes: body.len(), content }
}

/// What the broker says of when the message was put aside last.
fn latest_death(headers: &FieldTable) -> Option<FieldTable> {
    let Some(AMQPValue::FieldArray(deaths)) = headers.inner().get("x-death") else { return None };
    match deaths.as_slice().first() {
        Some(AMQPValue::FieldTable(death)) => Some(death.clone()),
        _ => None,
    }
}
