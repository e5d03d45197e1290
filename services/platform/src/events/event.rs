//! What is published, and what travels.

use prost::bytes::Bytes;
use prost::{Message, Name};

use crate::Timestamp;
use crate::ids::{EventId, TenantId};

/// A fact to publish: the message and its topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub(crate) topic: String,
    pub(crate) payload: Vec<u8>,
}

impl Event {
    pub fn of<M: Message + Name>(message: &M) -> Self {
        Self { topic: M::full_name(), payload: message.encode_to_vec() }
    }

    pub fn topic(&self) -> &str {
        &self.topic
    }
}

/// A published event on its way, with all that the receiving side needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Made when it was published; the same in each delivery.
    pub id: EventId,
    pub tenant: TenantId,
    /// The service that published it.
    pub source: String,
    /// Its place among the events of its tenant and source; 1 for the first.
    pub sequence: i64,
    /// The full name of the message.
    pub topic: String,
    /// The encoded message.
    pub payload: Bytes,
    /// W3C `traceparent` of the publishing work; empty when there was none.
    pub trace: String,
    pub created_at: Timestamp,
}
