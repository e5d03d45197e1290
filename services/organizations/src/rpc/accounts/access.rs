use platform::audit::Act;
use platform::db::{Database, TenantTx};
use platform::ids::AccountId;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::organizations::v1::*;
use tonic::Request;

use super::{check_quota, one_shown};
use crate::error;
use crate::store::{account_grants, accounts};

pub(super) async fn disable_account(
    db: &Database,
    request: Request<DisableAccountRequest>,
) -> Result<DisableAccountResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let id = faults.id::<AccountId>("account_id", &request.account_id);
    let reason = faults.text("reason", &request.reason);
    let (id, reason) = faults.finish(id.zip(reason))?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        let mut account = accounts::held(tx, id).await?;
        if !account.disabled {
            keep_an_admin(tx, id).await?;
            accounts::set_disabled(tx, id, true).await?;
            account.disabled = true;
            withdraw(tx, id);
            tx.record(Act::new("account.disabled", "account", id).with("reason", reason));
        }
        Ok(DisableAccountResponse { account: Some(one_shown(tx, &account).await?) })
    })
    .await
}

pub(super) async fn enable_account(
    db: &Database,
    request: Request<EnableAccountRequest>,
) -> Result<EnableAccountResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let id = faults.id::<AccountId>("account_id", &request.account_id);
    let id = faults.finish(id)?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        let mut account = accounts::held(tx, id).await?;
        if account.disabled {
            check_quota(tx, 1).await?;
            accounts::set_disabled(tx, id, false).await?;
            account.disabled = false;
            tx.record(Act::new("account.enabled", "account", id));
        }
        Ok(EnableAccountResponse { account: Some(one_shown(tx, &account).await?) })
    })
    .await
}

pub(super) async fn record_token(
    db: &Database,
    request: Request<RecordTokenRequest>,
) -> Result<RecordTokenResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let id = faults.id::<AccountId>("account_id", &request.account_id);
    let id = faults.finish(id)?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        let account = accounts::get(tx, id).await?;
        if account.disabled {
            return Err(error::account_disabled(&account.login));
        }
        tx.record(Act::new("account.token_issued", "account", id).with("seconds", request.seconds));
        Ok(RecordTokenResponse { account: Some(one_shown(tx, &account).await?) })
    })
    .await
}

/// Refuses to take `leaving` from the administrators when none who can sign in would be left.
pub(super) async fn keep_an_admin(tx: &TenantTx, leaving: AccountId) -> Result<()> {
    let mut admins = account_grants::held_admins(tx).await?;
    let is_one = admins.remove(&leaving);
    if is_one && accounts::enabled(tx, admins).await?.is_empty() {
        return Err(error::last_admin());
    }
    Ok(())
}

/// Tells every service to refuse the account's tokens that are out.
pub(super) fn withdraw(tx: &TenantTx, account: AccountId) {
    let now = tx.database().ids().clock().now();
    let issued_until = now.micros().div_euclid(1_000_000);
    tx.publish(&AccessWithdrawn { account_id: account.to_string(), issued_until });
}
