//! What the leader of a service does, for as long as it leads.

use std::sync::Arc;

use platform::audit::Sealer;
use platform::clock::Clock;
use platform::db::Database;
use platform::events::{Inbox, Relay};
use platform::jobs::JobSystem;
use platform::leader::Candidate;
use platform::retention::Retention;
use tokio_util::sync::CancellationToken;

use super::part::EventsWay;

pub(super) struct Maintenance {
    pub(super) db: Database,
    pub(super) clock: Clock,
    pub(super) jobs: JobSystem,
    pub(super) inbox: Arc<Inbox>,
    pub(super) events: EventsWay,
    /// No other process uses the database.
    pub(super) exclusive: bool,
}

impl Maintenance {
    /// Leads whenever it can, until `stop`.
    pub(super) async fn run(self, stop: CancellationToken) {
        let candidate = Candidate {
            db: self.db.clone(),
            clock: self.clock.clone(),
            name: "maintenance",
            holder: self.jobs.worker_id(),
            exclusive: self.exclusive,
        };
        candidate.run(|| Box::pin(self.lead()), stop).await;
    }

    /// Never ends; it can be dropped at any point, as each of its parts can.
    async fn lead(&self) {
        let never = CancellationToken::new();
        let (sealer, retention) = (
            Sealer::new(self.db.clone(), self.clock.clone()),
            Retention::new(self.db.clone(), self.clock.clone()),
        );
        let relay = Relay::new(self.db.clone(), Arc::clone(&self.events.exchange), self.clock.clone());
        let delivery = async {
            if let Some((broker, routes)) = &self.events.broker {
                broker.deliver(routes, &self.inbox, never.clone()).await;
            }
        };
        tokio::join!(
            self.jobs.maintain(),
            relay.run(never.clone()),
            delivery,
            self.inbox.run(never.clone()),
            sealer.run(never.clone()),
            retention.run(never.clone()),
        );
    }
}
