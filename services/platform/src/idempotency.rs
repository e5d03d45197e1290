//! Mutating calls that may be sent twice and happen once.
//!
//! ```text
//! async fn create_unit(&self, request: Request<CreateUnitRequest>) -> Result<Response<CreateUnitResponse>, Status> {
//!     let (principal, key) = (auth::principal(&request)?.clone(), Key::of(request.metadata())?);
//!     let request = request.into_inner();
//!     let unit = domain::NewUnit::of(&request)?;
//!     let response = idempotency::run(&self.db, &principal, key, &request, async |tx| {
//!         store::units::add(tx, &unit).await?;
//!         tx.record(Act::new("unit.created", "unit", &unit.code));
//!         tx.publish(&UnitsChanged { .. });
//!         Ok(CreateUnitResponse { .. })
//!     });
//!     Ok(Response::new(response.await?))
//! }
//! ```
//!
//! Without a key, [`run`] opens the transaction, does the work and commits. With one, the answer is stored in that
//! transaction, under tenant, caller and request type: the same key with the same body gets that answer again for 24
//! hours, another body is `ABORTED` (`IDEMPOTENCY_KEY_REUSED`). Errors are not stored, since they have no effect.
//! Of two calls at the same time one waits for the other's end. RPCs whose rule is `secret` take no key: the stack refuses
//! one before the handler is called.

mod key;
mod store;

use std::time::Duration;

use prost::{Message, Name};
use sha2::{Digest, Sha256};

pub use key::{Key, METADATA};

use crate::db::{Database, SystemTx, SystemUse, TenantTx};
use crate::ids::TenantId;
use crate::tenancy::{Principal, TenantScope};
use crate::{Error, Result, Timestamp};

/// How long an answer is kept.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// What every mutating RPC begins with: who calls, with which key, and the message itself.
pub fn received<Q>(request: tonic::Request<Q>) -> Result<(Principal, Option<Key>, Q)> {
    let caller = crate::auth::principal(&request)?.clone();
    let key = Key::of(request.metadata())?;
    Ok((caller, key, request.into_inner()))
}

/// Runs `work` in a transaction of the caller's tenant and commits it, once per `key`.
pub async fn run<Q, R>(
    db: &Database,
    principal: &Principal,
    key: Option<Key>,
    request: &Q,
    work: impl AsyncFnOnce(&TenantTx) -> Result<R>,
) -> Result<R>
where
    Q: Message + Name,
    R: Message + Default,
{
    run_as(db, principal, principal, key, request, work).await
}

/// As [`run`], in the name of `scope` for what `principal` asked.
pub(crate) async fn run_as<Q, R>(
    db: &Database,
    scope: &impl TenantScope,
    principal: &Principal,
    key: Option<Key>,
    request: &Q,
    work: impl AsyncFnOnce(&TenantTx) -> Result<R>,
) -> Result<R>
where
    Q: Message + Name,
    R: Message + Default,
{
    let tenant = scope.tenant()?;
    let tx = db.write(scope).await?;
    let call = key.map(|key| Call::new(tenant, principal, key, request, db.ids().clock().now()));
    if let Some(call) = &call
        && let Some(answer) = store::claim(&tx, call).await?
    {
        return call.same(answer);
    }
    let response = work(&tx).await?;
    if let Some(call) = &call {
        store::answer(&tx, call, response.encode_to_vec()).await?;
    }
    tx.commit().await?;
    Ok(response)
}

/// As [`run`], for operators, who have no tenant: `work` gets a transaction on platform's tables.
pub async fn run_for_operator<Q, R>(
    db: &Database,
    user: SystemUse,
    principal: &Principal,
    key: Option<Key>,
    request: &Q,
    work: impl AsyncFnOnce(&SystemTx) -> Result<R>,
) -> Result<R>
where
    Q: Message + Name,
    R: Message + Default,
{
    let tx = db.system_write(user).await?;
    let call = key.map(|key| Call::new(OPERATORS, principal, key, request, db.ids().clock().now()));
    if let Some(call) = &call
        && let Some(answer) = store::claim(&tx, call).await?
    {
        return call.same(answer);
    }
    let response = work(&tx).await?;
    if let Some(call) = &call {
        store::answer(&tx, call, response.encode_to_vec()).await?;
    }
    tx.commit().await?;
    Ok(response)
}

/// The answer that was stored for this key and request. For an RPC that must ask another service, or look at something
/// that the first call changed, before it can [`run`]: it asks here first.
pub async fn answered<Q, R>(
    db: &Database,
    principal: &Principal,
    key: Option<&Key>,
    request: &Q,
) -> Result<Option<R>>
where
    Q: Message + Name,
    R: Message + Default,
{
    let Some(key) = key else { return Ok(None) };
    let call = Call::new(principal.tenant()?, principal, key.clone(), request, db.ids().clock().now());
    let tx = db.read(principal).await?;
    let answer = store::find(&tx, &call).await?;
    tx.commit().await?;
    answer.map(|answer| call.same(answer)).transpose()
}

/// Deletes at most `rows` answers that have outlived their time; returns how many.
pub(crate) async fn prune(tx: &SystemTx, rows: u64) -> Result<u64> {
    Ok(store::prune(tx, tx.database().ids().clock().now().minus(KEPT), rows).await?)
}

/// The scope of operators' keys, which no tenant has.
const OPERATORS: TenantId = TenantId(uuid::Uuid::nil());

/// One call with a key: what its answer is found by, and what it is compared with.
struct Call {
    tenant: TenantId,
    /// An account's id, or the name of a service.
    caller: String,
    /// The request's type, of which every RPC has its own.
    method: String,
    key: Key,
    /// SHA-256 of the encoded request.
    body: Vec<u8>,
    now: Timestamp,
}

/// What was stored for a key.
struct Answer {
    body: Vec<u8>,
    response: Vec<u8>,
}

impl Call {
    fn new<Q: Message + Name>(
        tenant: TenantId,
        principal: &Principal,
        key: Key,
        request: &Q,
        now: Timestamp,
    ) -> Self {
        let caller = match principal {
            Principal::Member(member) => member.account().to_string(),
            Principal::Operator(operator) => operator.account().to_string(),
            Principal::Service(service) => service.name().to_owned(),
        };
        let body = Sha256::digest(request.encode_to_vec()).to_vec();
        Self { tenant, caller, method: Q::full_name(), key, body, now }
    }

    /// The stored answer, if it is one to this request.
    fn same<R: Message + Default>(&self, answer: Answer) -> Result<R> {
        if answer.body != self.body {
            let message = format!("idempotency key \"{}\" was used with another request", self.key);
            return Err(Error::aborted("IDEMPOTENCY_KEY_REUSED", message));
        }
        R::decode(answer.response.as_slice()).map_err(Error::internal)
    }
}
