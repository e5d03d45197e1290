//! The RPCs, by gRPC service: request → domain input → use case → response.

pub(crate) mod accounts;
pub(crate) mod facts;
pub(crate) mod gather;
pub(crate) mod keys;
pub(crate) mod officials;
pub(crate) mod tenants;
pub(crate) mod units;

use std::pin::Pin;

use futures::Stream;
use platform::Result;
use platform::db::TenantTx;
use platform::input::{Date, today};
use tonic::Status;

use crate::store::federations;

/// A streamed answer.
pub(crate) type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// The day that it is in the federation.
async fn today_in(tx: &TenantTx) -> Result<Date> {
    let zone = federations::own(tx).await?.zone;
    today(tx.database().ids().clock().now(), &zone)
}
