//! RabbitMQ: carries jobs to workers and events between services, for processes that work together.
//!
//! The rows of the databases are the truth; the broker only says that there is something to do. What it loses (its whole
//! data directory included) is published again: jobs by the rescuer, events from the outbox.
//!
//! One connection serves a process. When it is lost it is made again, for ever; whoever needs it waits for the next one
//! and declares anew what it needs. Written for RabbitMQ 3.10 and 4.x: every queue argument is explicit, and no plugin is
//! needed.

mod consume;
mod dead;
mod exchange;
mod hand_off;
mod link;
mod publisher;
mod topology;
mod wire;

pub use dead::{Content, DeadLetter, Replayed};
pub use topology::Routes;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::config::{self, without_password};
use crate::error::{Error, Result};
use crate::events::{Exchange, Inbox};
use crate::jobs::Lane;
use crate::jobs::hand_off::HandOff;
use crate::random::Random;
use crate::readiness::Gate;
use link::Link;
use topology::Names;

/// The broker as one process uses it. A cheap handle.
#[derive(Clone)]
pub struct Broker {
    link: Link,
    names: Names,
}

impl fmt::Debug for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "broker {}", self.names.prefix())
    }
}

impl Broker {
    /// The configured broker, which is connected to from now on; `process` is what it calls this connection. The gate
    /// opens with the first connection.
    pub fn open(config: &config::Broker, process: &str, random: Random, gate: Gate) -> Result<Self> {
        let url = config.url.as_ref().map(config::Secret::reveal).unwrap_or_default();
        let uri = url.parse().map_err(|error| {
            let message = format!("broker.url {:?} is no URL of a broker: {error}", without_password(url));
            Error::precondition("CONFIGURATION_INVALID", message)
        })?;
        Ok(Self {
            link: Link::open(uri, process.to_owned(), random, gate),
            names: Names::new(&config.prefix),
        })
    }

    /// Carries the jobs of a service from its dispatcher to its workers. A worker is given at most so many messages of a
    /// lane as it has `slots` there.
    pub fn hand_off(&self, service: &'static str, slots: &[(Lane, u16)]) -> Arc<dyn HandOff> {
        Arc::new(hand_off::Queues::new(self.clone(), service, slots))
    }

    /// Takes the events of a service to the queues of all that want them.
    pub fn exchange(&self, service: &'static str, routes: Routes) -> Arc<dyn Exchange> {
        Arc::new(exchange::Topics::new(self.clone(), service, routes))
    }

    /// Takes what is in the queue of the inbox's service into the inbox, until told to stop or dropped: at most once at a
    /// time for a service, by its leader, so that events stay in order.
    pub async fn deliver(&self, routes: &Routes, inbox: &Inbox, stop: CancellationToken) {
        stop.run_until_cancelled(consume::run(self, routes, inbox)).await;
    }

    /// Closes the connection. What was delivered and not acknowledged is given to others.
    pub async fn close(&self) {
        self.link.close().await;
    }
}

/// After a failure, before the same is tried again.
const PAUSE: Duration = Duration::from_millis(500);

/// The broker does not answer, or not in time: what was asked may or may not have happened.
fn away(cause: impl Into<crate::error::Cause>) -> Error {
    Error::unavailable("the broker is away: try again", cause)
}
