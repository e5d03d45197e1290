//! Events of the probe service, an exchange that can fail, and what the probe's consumers do.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use platform::db::TenantTx;
use platform::events::{Envelope, Exchange, Handler, Received};
use platform::tenancy::Member;
use platform::{Error, Result};
use prost::Message;
use sea_orm::Set;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::ground::Ground;
use super::probe::parcels;

/// A parcel was sent; its effect at the receiver is a row with its label.
#[derive(Clone, PartialEq, Message)]
pub struct ParcelSent {
    #[prost(string, tag = "1")]
    pub label: String,
}

impl prost::Name for ParcelSent {
    const NAME: &'static str = "ParcelSent";
    const PACKAGE: &'static str = "thidua.probe.v1";
}

/// Something that no consumer wants.
#[derive(Clone, PartialEq, Message)]
pub struct ParcelWeighed {}

impl prost::Name for ParcelWeighed {
    const NAME: &'static str = "ParcelWeighed";
    const PACKAGE: &'static str = "thidua.probe.v1";
}

/// Publishes labels, each in a transaction of its own.
pub async fn send(ground: &Ground, member: &Member, labels: &[&str]) {
    for label in labels {
        let tx = ground.db.write(member).await.expect("a transaction");
        tx.publish(&ParcelSent { label: (*label).to_owned() });
        tx.commit().await.expect("a commit");
    }
}

pub fn label(event: &Envelope) -> String {
    ParcelSent::decode(event.payload.clone()).expect("a message").label
}

/// An exchange that keeps what it got.
#[derive(Default)]
pub struct Recorder {
    pub events: Mutex<Vec<Envelope>>,
    /// It refuses so many times.
    pub refusals: AtomicU32,
    /// When there is one, a confirmation takes a permit.
    pub confirmations: Option<Semaphore>,
}

impl Recorder {
    pub fn labels(&self) -> Vec<String> {
        self.events.lock().expect("no panic").iter().map(label).collect()
    }

    pub fn len(&self) -> usize {
        self.events.lock().expect("no panic").len()
    }
}

#[async_trait::async_trait]
impl Exchange for Recorder {
    async fn publish(&self, events: &[Envelope]) -> Result<()> {
        let refused =
            self.refusals.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if refused.is_ok() {
            return Err(Error::unavailable("the exchange is away", "as the test wants it"));
        }
        self.events.lock().expect("no panic").extend_from_slice(events);
        if let Some(confirmations) = &self.confirmations {
            confirmations.acquire().await.expect("open").forget();
        }
        Ok(())
    }
}

/// Puts parcels on the shelf: a row for each, whose id tells the order. It fails as long as `broken` has a text.
#[derive(Clone, Default)]
pub struct Shelve {
    pub broken: Arc<Mutex<Option<&'static str>>>,
    pub attempts: Arc<AtomicU32>,
}

impl Handler for Shelve {
    type Message = ParcelSent;

    async fn handle(&self, tx: &TenantTx, event: Received<ParcelSent>) -> Result<()> {
        self.attempts.fetch_add(1, Ordering::SeqCst);
        shelve(tx, &event.message.label).await?;
        let broken = *self.broken.lock().expect("no panic");
        match broken {
            Some("panic") => panic!("as the test wants it"),
            Some(text) if event.message.label == "poison" => Err(Error::precondition("SHELF_BROKEN", text)),
            _ => Ok(()),
        }
    }
}

pub async fn shelve(tx: &TenantTx, label: &str) -> Result<()> {
    let row = parcels::ActiveModel {
        parcel_id: Set(tx.database().ids().next()),
        state: Set(label.to_owned()),
        ..Default::default()
    };
    Ok(tx.insert(row).await?)
}

/// The labels on the tenant's shelf, in the order in which they came.
pub async fn shelf(ground: &Ground, member: &Member) -> Vec<String> {
    let tx = ground.db.read(member).await.expect("a transaction");
    let rows =
        tx.find::<parcels::Entity>().order_by_asc(parcels::Column::ParcelId).all().await.expect("rows");
    rows.into_iter().map(|row| row.state).collect()
}

/// Runs something until the handle is dropped.
pub fn run<F: Future<Output = ()> + Send + 'static>(
    work: impl FnOnce(CancellationToken) -> F,
) -> AbortOnDropHandle<()> {
    AbortOnDropHandle::new(tokio::spawn(work(CancellationToken::new())))
}
