//! How many events wait, for whoever watches over the service.

use super::store::{inbox, outbox};
use crate::Result;
use crate::db::{Database, SystemUse};

/// Events of all tenants that have not come to their end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// Written and not yet taken by the exchange.
    pub(crate) outbox: u64,
    /// Received and not yet handled; parked ones wait for nobody.
    pub(crate) inbox: u64,
}

pub(crate) async fn waiting(db: &Database) -> Result<Waiting> {
    let tx = db.system_read(SystemUse::EventRelay).await?;
    let outbox = outbox::unpublished(&tx).await?;
    tx.commit().await?;
    let tx = db.system_read(SystemUse::EventInbox).await?;
    let inbox = inbox::pending(&tx).await?;
    tx.commit().await?;
    Ok(Waiting { outbox, inbox })
}
