//! What there is in the broker: names, queues, bindings, declared by whoever needs them.

use std::collections::BTreeMap;
use std::sync::Arc;

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable, LongString, ShortString};
use lapin::{Channel, ErrorKind, ExchangeKind, Queue};

use super::away;
use super::link::Live;
use crate::error::{Error, Result};
use crate::jobs::Lane;

/// A message about a job that is brought back so often is put aside; the rescuer sees to the job.
const JOB_DELIVERIES: i64 = 100;

/// Everything else may be brought back without limit: an event that cannot be handled is parked in the inbox, and what was
/// put aside may be looked at as often as one likes. (4.x would take 20 where nothing is said, and 3.10 has no word for
/// "without limit".)
const UNLIMITED: i64 = 1_000_000_000;

/// Which service wants which topics: consuming service → topics. The same in every process.
#[derive(Clone, Debug, Default)]
pub struct Routes(Arc<BTreeMap<&'static str, Vec<String>>>);

impl FromIterator<(&'static str, Vec<String>)> for Routes {
    fn from_iter<I: IntoIterator<Item = (&'static str, Vec<String>)>>(routes: I) -> Self {
        Self(Arc::new(routes.into_iter().collect()))
    }
}

impl Routes {
    /// Whether some service wants events of this topic.
    pub(super) fn wants(&self, topic: &str) -> bool {
        self.0.values().flatten().any(|wanted| wanted == topic)
    }
}

/// How things are called here: everything begins with the installation's prefix.
#[derive(Clone, Debug)]
pub(super) struct Names(Arc<str>);

impl Names {
    pub(super) fn new(prefix: &str) -> Self {
        Self(prefix.into())
    }

    pub(super) fn prefix(&self) -> &str {
        &self.0
    }

    /// The queue of a service's jobs in a lane.
    pub(super) fn jobs(&self, service: &str, lane: Lane) -> ShortString {
        format!("{}.{service}.jobs.{lane}", self.0).into()
    }

    /// Where messages about jobs are put aside.
    pub(super) fn dead_jobs(&self, service: &str) -> ShortString {
        format!("{}.{service}.jobs.dead", self.0).into()
    }

    pub(super) fn exchange(&self) -> ShortString {
        format!("{}.events", self.0).into()
    }

    /// The queue of the events that a service wants.
    pub(super) fn events(&self, service: &str) -> ShortString {
        format!("{}.{service}.events", self.0).into()
    }

    pub(super) fn dead_events(&self, service: &str) -> ShortString {
        format!("{}.{service}.events.dead", self.0).into()
    }

    /// Has a message in it while the broker remembers what this service has published.
    pub(super) fn memory(&self, service: &str) -> ShortString {
        format!("{}.{service}.published", self.0).into()
    }
}

/// The queue of a lane and the one where its messages are put aside.
pub(super) async fn declare_jobs(channel: &Channel, names: &Names, service: &str, lane: Lane) -> Result<()> {
    let dead = names.dead_jobs(service);
    queue(channel, dead.clone(), UNLIMITED, None).await?;
    queue(channel, names.jobs(service, lane), JOB_DELIVERIES, Some(dead)).await.map(drop)
}

/// The queues in which a service's messages are put aside.
pub(super) async fn declare_dead(channel: &Channel, names: &Names, service: &str) -> Result<()> {
    queue(channel, names.dead_jobs(service), UNLIMITED, None).await?;
    queue(channel, names.dead_events(service), UNLIMITED, None).await.map(drop)
}

/// The exchange, and the queues of all services that want something.
pub(super) async fn declare_events(channel: &Channel, names: &Names, routes: &Routes) -> Result<()> {
    let durable = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
    let declared =
        channel.exchange_declare(names.exchange(), ExchangeKind::Topic, durable, FieldTable::default());
    declared.await.map_err(|error| refused(&names.exchange(), error))?;
    for (service, topics) in routes.0.iter() {
        let dead = names.dead_events(service);
        queue(channel, dead.clone(), UNLIMITED, None).await?;
        queue(channel, names.events(service), UNLIMITED, Some(dead)).await?;
        for topic in topics {
            let (queue, exchange) = (names.events(service), names.exchange());
            let options = QueueBindOptions::default();
            let bound =
                channel.queue_bind(queue, exchange, topic.as_str().into(), options, FieldTable::default());
            bound.await.map_err(away)?;
        }
    }
    Ok(())
}

/// Whether the broker remembers what the service has published.
pub(super) async fn remembers(live: &Live, names: &Names, service: &str) -> Result<bool> {
    let channel = live.channel().await.map_err(away)?;
    let memory = queue(&channel, names.memory(service), UNLIMITED, None).await?;
    let _ = channel.close(200, "".into()).await;
    Ok(memory.message_count() > 0)
}

/// A durable queue that is kept on several nodes where there are several; every argument is said.
async fn queue(
    channel: &Channel,
    name: ShortString,
    deliveries: i64,
    aside: Option<ShortString>,
) -> Result<Queue> {
    let text = |text: &str| AMQPValue::LongString(LongString::from(text));
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), text("quorum"));
    arguments.insert("x-delivery-limit".into(), AMQPValue::LongLongInt(deliveries));
    if let Some(dead) = aside {
        arguments.insert("x-dead-letter-exchange".into(), text(""));
        arguments.insert("x-dead-letter-routing-key".into(), text(dead.as_str()));
    }
    let declared = channel.queue_declare(name.clone(), QueueDeclareOptions::durable(), arguments).await;
    declared.map_err(|error| refused(&name, error))
}

/// What is there already may have been made otherwise.
fn refused(name: &ShortString, error: lapin::Error) -> Error {
    match code(&error) {
        Some(406) => {
            let message = format!(
                "{name} is there already and was made with other arguments: delete it when it is empty, or give this \
                 installation another broker.prefix"
            );
            Error::precondition("BROKER_UNUSABLE", message).because(error)
        }
        _ => away(error),
    }
}

/// The reply code of AMQP, such as 404.
fn code(error: &lapin::Error) -> Option<u16> {
    match error.kind() {
        ErrorKind::ProtocolError(error) => Some(error.get_id()),
        _ => None,
    }
}
