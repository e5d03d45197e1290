//! Taking a new tenant in: the one door through which an operator writes rows of a tenant.

use prost::{Message, Name};
use sha2::{Digest as _, Sha256};
use uuid::Builder;

use super::{Tenant, store};
use crate::db::{Database, TenantTx};
use crate::idempotency::{self, Key};
use crate::ids::TenantId;
use crate::tenancy::{Founding, Principal};
use crate::{Error, Result};

/// A tenant that an operator is about to take in.
#[derive(Debug)]
pub struct Newcomer {
    id: TenantId,
    operator: Principal,
    key: Option<Key>,
}

impl Newcomer {
    /// With an idempotency key the tenant's id follows from operator and key, so that the same call sent twice means the
    /// same tenant and finds its first answer there. `PERMISSION_DENIED` for who is no operator.
    pub fn of(db: &Database, caller: &Principal, key: Option<Key>) -> Result<Self> {
        let Principal::Operator(operator) = caller else {
            return Err(Error::denied("PERMISSION_DENIED", "only operators take tenants in"));
        };
        let id = match &key {
            Some(key) => {
                let text = format!("tenant of {} by {key}", operator.account());
                let [bytes, _] = halves(Sha256::digest(text).into());
                Builder::from_custom_bytes(bytes).into_uuid()
            }
            None => db.ids().next(),
        };
        Ok(Self { id: TenantId(id), operator: caller.clone(), key })
    }

    /// The id that the tenant will have.
    pub fn id(&self) -> TenantId {
        self.id
    }
}

/// Puts the newcomer into the list of tenants as `tenant` and runs `work`, which writes its first rows, in one
/// transaction, once per idempotency key. `ALREADY_EXISTS`, `TENANT_EXISTS` when the code is taken.
///
/// Only the service that owns tenants can do this: in the databases of the others the role has no right to it.
pub async fn found<Q, R>(
    db: &Database,
    newcomer: Newcomer,
    request: &Q,
    tenant: &Tenant,
    work: impl AsyncFnOnce(&TenantTx) -> Result<R>,
) -> Result<R>
where
    Q: Message + Name,
    R: Message + Default,
{
    let Newcomer { id, operator, key } = newcomer;
    let account = operator.account().filter(|_| id == tenant.id);
    let account = account.ok_or_else(|| Error::internal("the tenant is not the newcomer"))?;
    let founding = Founding::new(id, account);
    idempotency::run_as(db, &founding, &operator, key, request, async |tx| {
        store::found(tx, tenant).await?;
        work(tx).await
    })
    .await
}

fn halves(bytes: [u8; 32]) -> [[u8; 16]; 2] {
    let mut halves = [[0; 16]; 2];
    for (half, part) in halves.iter_mut().zip(bytes.chunks_exact(16)) {
        half.copy_from_slice(part);
    }
    halves
}
