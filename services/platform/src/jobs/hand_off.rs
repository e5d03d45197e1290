//! How a dispatched job reaches a worker: a seam. Here within the process; a broker is another implementation.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::fmt;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use futures::future::BoxFuture;
use tokio::sync::Notify;

use super::state::Lane;
use crate::error::Result;
use crate::ids::{JobId, TenantId};

/// "These jobs may start": no more than where their rows are. The rows are the truth; a message that comes twice, or for
/// jobs that are no longer to start, is dropped by whoever claims.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Message {
    pub tenant: TenantId,
    /// One, or several that are [done together](super::Job::TOGETHER).
    pub jobs: Vec<JobId>,
}

/// Carries messages from the dispatcher of a service to its workers, one queue per lane.
#[async_trait]
pub trait HandOff: Send + Sync + 'static {
    /// Returns once the messages are safe, as far as this hand-off keeps any. After an error each may have been published
    /// or not: their rows are brought back by the rescuer.
    async fn publish(&self, lane: Lane, messages: &[Message]) -> Result<()>;

    /// Waits for the next message. Whoever drops the wait loses none.
    async fn receive(&self, lane: Lane) -> Result<Delivery>;
}

/// A message that a worker holds. One that is dropped without [`Delivery::acknowledge`] may be delivered again.
#[must_use = "a delivery is acknowledged once its jobs have ended"]
pub struct Delivery {
    pub message: Message,
    acknowledge: Option<BoxFuture<'static, Result<()>>>,
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message.fmt(f)
    }
}

impl Delivery {
    /// `acknowledge` tells the broker that the worker is free for another; `None` where there is nobody to tell.
    pub fn new(message: Message, acknowledge: Option<BoxFuture<'static, Result<()>>>) -> Self {
        Self { message, acknowledge }
    }

    pub async fn acknowledge(self) -> Result<()> {
        match self.acknowledge {
            Some(acknowledge) => acknowledge.await,
            None => Ok(()),
        }
    }
}

/// Queues in memory: for workers in the dispatcher's own process. What is in them when the process ends is published
/// again by the rescuer of the next.
#[derive(Debug, Default)]
pub struct InProcess {
    lanes: BTreeMap<Lane, Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    messages: Mutex<(VecDeque<Message>, HashSet<Message>)>,
    more: Notify,
}

impl InProcess {
    pub fn new() -> Self {
        Self { lanes: Lane::ALL.into_iter().map(|lane| (lane, Waiting::default())).collect() }
    }
}

impl Waiting {
    fn push(&self, message: &Message) {
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        if messages.1.insert(message.clone()) {
            messages.0.push_back(message.clone());
            self.more.notify_one();
        }
    }

    fn pop(&self) -> Option<Message> {
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        let message = messages.0.pop_front()?;
        messages.1.remove(&message);
        Some(message)
    }
}

#[async_trait]
impl HandOff for InProcess {
    async fn publish(&self, lane: Lane, messages: &[Message]) -> Result<()> {
        if let Some(waiting) = self.lanes.get(&lane) {
            messages.iter().for_each(|message| waiting.push(message));
        }
        Ok(())
    }

    async fn receive(&self, lane: Lane) -> Result<Delivery> {
        let Some(waiting) = self.lanes.get(&lane) else { return std::future::pending().await };
        loop {
            if let Some(message) = waiting.pop() {
                return Ok(Delivery::new(message, None));
            }
            waiting.more.notified().await;
        }
    }
}
