//! What two services do not agree on: events that one has published and the other has not received, and the other way
//! round. Both happen when their databases are restored as of different moments.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::outbox::WAKE;
use super::store::{KEPT, inbox, outbox};
use crate::db::{Database, SystemUse};
use crate::ids::{EventId, TenantId};
use crate::{Result, Timestamp};

/// So long an event may be on its way.
const ON_ITS_WAY: Duration = Duration::from_secs(60);

/// Events so close to the end of their time may be deleted on one side and not on the other.
const MARGIN: Duration = Duration::from_secs(24 * 60 * 60);

/// Rows that are marked in one transaction.
const BATCH: usize = 500;

/// An event that one of two services lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    pub tenant: TenantId,
    pub event: EventId,
    pub topic: String,
    pub created_at: Timestamp,
}

/// What a producer and a consumer do not agree on, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// Published long enough ago, and not received: the consumer's data are older. They can be
    /// [published again](publish_again).
    pub not_received: Vec<Missing>,
    /// Received, and the producer knows nothing of them: its data are older. What they told of is not there any more.
    pub unknown_to_producer: Vec<Missing>,
}

/// Compares the outbox of a producer with the inbox of a consumer that wants these topics.
pub async fn between(producer: &Database, consumer: &Database, topics: &[String]) -> Result<Gaps> {
    let now = producer.ids().clock().now();
    let tx = producer.system_read(SystemUse::EventRelay).await?;
    let sent = outbox::kept(&tx, topics).await?;
    drop(tx);
    let tx = consumer.system_read(SystemUse::EventInbox).await?;
    let received = inbox::received_from(&tx, producer.service()).await?;
    drop(tx);
    let known: BTreeSet<EventId> = sent.iter().map(|(event, _)| event.event).collect();
    let received: BTreeMap<EventId, Missing> =
        received.into_iter().map(|event| (event.event, event)).collect();
    let arrived_by = now.minus(ON_ITS_WAY);
    let kept_since = now.minus(KEPT.saturating_sub(MARGIN));
    let lost = |(event, published): (Missing, Option<Timestamp>)| {
        let gone = published.is_some_and(|at| at < arrived_by && at > kept_since);
        (gone && !received.contains_key(&event.event)).then_some(event)
    };
    let not_received = sent.into_iter().filter_map(lost).collect();
    let unknown =
        received.values().filter(|event| event.created_at > kept_since && !known.contains(&event.event));
    let mut gaps = Gaps { not_received, unknown_to_producer: unknown.cloned().collect() };
    gaps.not_received.sort_by_key(|event| event.created_at);
    gaps.unknown_to_producer.sort_by_key(|event| event.created_at);
    Ok(gaps)
}

/// Lets the producer publish these events again, with whatever else it has to publish.
pub async fn publish_again(producer: &Database, events: &[Missing]) -> Result<()> {
    for batch in events.chunks(BATCH) {
        let tx = producer.system_write(SystemUse::EventRelay).await?;
        outbox::unpublish(&tx, batch.iter().map(|event| (event.tenant, event.event))).await?;
        tx.notify(WAKE, "");
        tx.commit().await?;
    }
    Ok(())
}

/// Lets the producer publish all events again that it keeps, and returns how many: who has them takes no notice.
pub async fn publish_all_again(producer: &Database) -> Result<u64> {
    let tx = producer.system_read(SystemUse::EventRelay).await?;
    let tenants = outbox::keeping(&tx).await?;
    drop(tx);
    let mut events = 0;
    // A transaction for each tenant: all of them at once would be a long one.
    for tenant in tenants {
        let tx = producer.system_write(SystemUse::EventRelay).await?;
        events += outbox::again(&tx, tenant).await?;
        tx.commit().await?;
    }
    Ok(events)
}
