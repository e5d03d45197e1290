//! The seam between the services that publish and those that consume.

use std::sync::Arc;

use async_trait::async_trait;

use super::event::Envelope;
use super::inbox::Inbox;
use crate::Result;

/// Takes events from a relay to every inbox that wants them: in this process, or through a broker.
#[async_trait]
pub trait Exchange: Send + Sync {
    /// Hands the events over, in their order. `Ok` says that each is durable behind this seam; after an error any of
    /// them may or may not be, and the relay hands all of them over again.
    async fn publish(&self, events: &[Envelope]) -> Result<()>;

    /// Whether what was published before is still there behind this seam, or has arrived. If not, the relay hands over
    /// again all that the outbox has, and then calls [`Exchange::remember`].
    async fn remembers(&self) -> Result<bool> {
        Ok(true)
    }

    /// All has been handed over again.
    async fn remember(&self) -> Result<()> {
        Ok(())
    }
}

/// Carries events between the services of one process, straight into their inboxes.
///
/// All inboxes are given when it is made, so that no event can pass before its consumers listen.
pub struct InProcess {
    inboxes: Vec<Arc<Inbox>>,
}

impl InProcess {
    pub fn new(inboxes: Vec<Arc<Inbox>>) -> Self {
        Self { inboxes }
    }
}

#[async_trait]
impl Exchange for InProcess {
    async fn publish(&self, events: &[Envelope]) -> Result<()> {
        for inbox in &self.inboxes {
            inbox.receive(events).await?;
        }
        Ok(())
    }
}
