use platform::audit::Act;
use platform::db::{Database, TenantTx};
use platform::ids::AccountId;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::common::v1::Role;
use proto::organizations::v1::*;
use tonic::Request;

use super::access::{keep_an_admin, withdraw};
use super::one_shown;
use crate::domain::accounts::check_grants;
use crate::domain::grants::Grant;
use crate::error;
use crate::store::{account_grants, accounts, units};

pub(super) async fn grant_role(
    db: &Database,
    request: Request<GrantRoleRequest>,
) -> Result<GrantRoleResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let (id, grant) = parse(&request.account_id, request.grant.as_ref(), Faults::new())?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        let account = accounts::held(tx, id).await?;
        if account.disabled {
            return Err(error::account_disabled(&account.login));
        }
        check_unit(tx, &grant).await?;
        if account_grants::add(tx, id, &grant).await? {
            tx.record(act("account.role_granted", id, &grant));
        }
        Ok(GrantRoleResponse { account: Some(one_shown(tx, &account).await?) })
    })
    .await
}

pub(super) async fn revoke_role(
    db: &Database,
    request: Request<RevokeRoleRequest>,
) -> Result<RevokeRoleResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let reason = faults.optional_text("reason", &request.reason);
    let (id, grant) = parse(&request.account_id, request.grant.as_ref(), faults)?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        let account = accounts::held(tx, id).await?;
        if grant.role == Role::FederationAdmin && !account.disabled {
            keep_an_admin(tx, id).await?;
        }
        if account_grants::remove(tx, id, &grant).await? {
            withdraw(tx, id);
            tx.record(act("account.role_revoked", id, &grant).with("reason", reason.unwrap_or_default()));
        }
        Ok(RevokeRoleResponse { account: Some(one_shown(tx, &account).await?) })
    })
    .await
}

fn parse(
    account: &str,
    grant: Option<&proto::organizations::v1::Grant>,
    mut faults: Faults,
) -> Result<(AccountId, Grant)> {
    let id = faults.id("account_id", account);
    let grant = faults.required("grant", grant);
    let grant = grant.and_then(|grant| Grant::parse("grant", grant, &mut faults));
    faults.finish(id.zip(grant))
}

async fn check_unit(tx: &TenantTx, grant: &Grant) -> Result<()> {
    let known = units::known(tx, grant.unit()).await?;
    let mut faults = Faults::new();
    check_grants("grant.unit", std::slice::from_ref(grant), &known, &mut faults);
    faults.none()
}

fn act(action: &'static str, account: AccountId, grant: &Grant) -> Act {
    let act = Act::new(action, "account", account).with("role", grant.role.as_str_name());
    match &grant.scope {
        crate::domain::grants::Scope::Federation => act,
        crate::domain::grants::Scope::Unit(unit) => act.with("unit", unit.as_str()),
        crate::domain::grants::Scope::Bloc { season, bloc } => {
            act.with("season", season.as_str()).with("bloc", bloc.as_str())
        }
    }
}
