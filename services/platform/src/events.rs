//! Facts between services.
//!
//! ```text
//! change ─┬─ outbox row ──► relay ──► exchange ──► inbox row ──► handler's effect ─┬─ row done
//!         └─ one transaction                       (received)    one transaction ──┘
//! ```
//!
//! - An event is published in the transaction of the change: both happen or neither. The events of a tenant have the
//!   order in which their transactions committed.
//! - The relay hands every event over at least once, in order within a tenant. What it handed over is durable: the
//!   exchange confirms after the inbox (or a broker) has it.
//! - The inbox row makes duplicates harmless: it is marked done in the transaction of the effect, once.
//! - A consumer handles the events of one tenant from one service in order: while one fails it is tried again and those
//!   behind it wait, until it succeeds or is parked as `failed`. Parked events can be seen and replayed.
//!
//! An event is a protobuf message of the publishing service's package, and its topic is the message's full name,
//! `thidua.scoring.v1.RunPublished`. So it evolves by protobuf's rules, and a new major version is a new topic.
//!
//! # Publish
//!
//! ```text
//! let tx = db.write(&principal).await?;
//! store::runs::publish(&tx, &run).await?;
//! tx.publish(&RunPublished { season, run_id, .. });
//! tx.commit().await?;
//! ```
//!
//! # Consume
//!
//! ```text
//! struct TellOfficials { templates: Arc<Templates> }
//!
//! impl Handler for TellOfficials {
//!     type Message = RunPublished;
//!
//!     async fn handle(&self, tx: &TenantTx, event: Received<RunPublished>) -> Result<()> {
//!         for official in store::officials::concerned(tx, &event.message.season).await? {
//!             store::messages::add(tx, self.templates.published(&official, &event.message)).await?;
//!         }
//!         Ok(())
//!     }
//! }
//!
//! let consumers = vec![Consumer::new("tell-officials").on(TellOfficials { templates })];
//! ```

mod consumer;
mod event;
mod exchange;
pub mod gaps;
mod inbox;
mod outbox;
mod process;
mod relay;
mod store;
mod waiting;

pub(crate) use consumer::SystemHandler;
pub use consumer::{Consumer, Handler, Received};
pub use event::{Envelope, Event};
pub use exchange::{Exchange, InProcess};
pub use inbox::{Inbox, Parked};
pub use relay::Relay;

pub(crate) use outbox::{Outgoing, Publishes, flush};
pub(crate) use store::{prune_inbox, prune_outbox};
pub(crate) use waiting::{Waiting, waiting};
