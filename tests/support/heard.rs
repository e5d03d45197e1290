//! What the services of a world published.

use std::time::Duration;

use platform::Result;
use platform::events::{Envelope, Exchange};
use platform::ids::TenantId;
use prost::{Message, Name};
use tokio::sync::watch;

/// So long an event may take on a busy machine before the test has failed.
const PATIENCE: Duration = Duration::from_secs(120);

/// An exchange that keeps what it got.
#[derive(Default)]
pub struct Heard(watch::Sender<Vec<Envelope>>);

impl Heard {
    /// The next `count` events of a type for a tenant, from the first one on; waits for them.
    pub async fn first<M: Message + Name + Default>(&self, tenant: TenantId, count: usize) -> Vec<M> {
        let mut heard = self.0.subscribe();
        let of = |events: &Vec<Envelope>| -> Vec<M> {
            let wanted =
                events.iter().filter(|event| event.tenant == tenant && event.topic == M::full_name());
            wanted.map(|event| M::decode(event.payload.clone()).expect("a message")).collect()
        };
        let enough = heard.wait_for(|events| of(events).len() >= count);
        match tokio::time::timeout(PATIENCE, enough).await {
            Ok(events) => of(&events.expect("the world lives")),
            Err(_) => panic!("{} were not heard {count} times", M::full_name()),
        }
    }
}

#[async_trait::async_trait]
impl Exchange for Heard {
    async fn publish(&self, events: &[Envelope]) -> Result<()> {
        self.0.send_modify(|heard| heard.extend_from_slice(events));
        Ok(())
    }
}
