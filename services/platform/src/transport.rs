//! Calls between services and from clients: one kind of connection, local or remote, behind one stack.
//!
//! A generated client takes a [`Connection`] and cannot tell whether the service is in this process or elsewhere:
//!
//! ```text
//! let units = UnitServiceClient::new(deps.organizations.as_caller());
//! ```
//!
//! [`Stack`] wraps the routes of the called service, so both ways pass through it: trace, permission, limits,
//! deadline, panics. Dropping a call drops its handler, in this process and in another one. What a handler calls in
//! turn gets what is left of its deadline, its trace and, with [`Peer::as_caller`], its caller's token, as long as it
//! calls from its own task.

mod again;
mod answer;
mod call;
mod deadline;
mod elsewhere;
mod late;
mod messages;
mod outcome;
mod peer;
mod remote;
mod server;
mod stack;
mod steps;

use http::{Request, Response};
use tonic::Status;
use tonic::body::Body;
use tower::util::BoxCloneSyncService;

pub use call::Call;
pub(crate) use call::in_secret;
pub use elsewhere::Elsewhere;
pub use late::Late;
pub use peer::{Credentials, Peer, outgoing};
pub use remote::{RemoteError, remote};
pub use server::serve;
pub use stack::Stack;

/// The header that carries the trace.
const TRACEPARENT: &str = "traceparent";

/// The way to a service, local or remote. Generated clients take it: `XServiceClient::new(connection)`.
pub type Connection = BoxCloneSyncService<Request<Body>, Response<Body>, Status>;
