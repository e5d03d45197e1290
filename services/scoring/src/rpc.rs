//! The RPCs, by gRPC service: request → domain input → use case → response.

pub(crate) mod documents;
pub(crate) mod explanations;
pub(crate) mod results;
pub(crate) mod runs;
pub(crate) mod sheets;

use platform::idempotency::Key;
use platform::tenancy::{Member, Principal};
use platform::{Result, auth};
use tonic::Request;

/// A mutating request of a member, with its idempotency key.
struct Received<Q> {
    caller: Principal,
    member: Member,
    key: Option<Key>,
    request: Q,
}

fn received<Q>(request: Request<Q>) -> Result<Received<Q>> {
    let (caller, member) = (auth::principal(&request)?.clone(), auth::member(&request)?.clone());
    let key = Key::of(request.metadata())?;
    Ok(Received { caller, member, key, request: request.into_inner() })
}
