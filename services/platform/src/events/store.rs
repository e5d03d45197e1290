//! The tables of events, one file each.

pub(super) mod heads;
pub(super) mod inbox;
pub(super) mod outbox;

use std::time::Duration;

use crate::db::{DbError, SystemTx};

/// How long published and handled events are kept. Within it duplicates are known.
pub(super) const KEPT: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// Deletes at most `rows` published events that have outlived their time; returns how many.
pub(crate) async fn prune_outbox(tx: &SystemTx, rows: u64) -> Result<u64, DbError> {
    outbox::prune(tx, tx.database().ids().clock().now().minus(KEPT), rows).await
}

/// Deletes at most `rows` handled events that have outlived their time; returns how many. Parked ones stay.
pub(crate) async fn prune_inbox(tx: &SystemTx, rows: u64) -> Result<u64, DbError> {
    inbox::prune(tx, tx.database().ids().clock().now().minus(KEPT), rows).await
}
