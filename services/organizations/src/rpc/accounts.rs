//! AccountService: what officials sign in with, and what they may do.

mod access;
mod create;
mod grants;
mod read;

use std::collections::BTreeMap;

use platform::audit::Act;
use platform::db::{Database, TenantTx};
use platform::ids::AccountId;
use platform::{Error, Result};
use proto::organizations::v1::account_service_server::AccountService;
use proto::organizations::v1::*;
use tonic::{Request, Response, Status};

use crate::domain;
use crate::domain::accounts::NewOfficialAccount;
use crate::domain::officials::OfficialId;
use crate::error;
use crate::store::{account_grants, accounts, officials};

pub(crate) struct Accounts {
    pub(crate) db: Database,
}

#[tonic::async_trait]
impl AccountService for Accounts {
    async fn create_account(
        &self,
        request: Request<CreateAccountRequest>,
    ) -> Result<Response<CreateAccountResponse>, Status> {
        Ok(Response::new(create::create_account(&self.db, request).await?))
    }

    async fn batch_create_accounts(
        &self,
        request: Request<BatchCreateAccountsRequest>,
    ) -> Result<Response<BatchCreateAccountsResponse>, Status> {
        Ok(Response::new(create::batch_create_accounts(&self.db, request).await?))
    }

    async fn get_account(
        &self,
        request: Request<GetAccountRequest>,
    ) -> Result<Response<GetAccountResponse>, Status> {
        Ok(Response::new(read::get_account(&self.db, request).await?))
    }

    async fn get_own_account(
        &self,
        request: Request<GetOwnAccountRequest>,
    ) -> Result<Response<GetOwnAccountResponse>, Status> {
        Ok(Response::new(read::get_own_account(&self.db, request).await?))
    }

    async fn list_accounts(
        &self,
        request: Request<ListAccountsRequest>,
    ) -> Result<Response<ListAccountsResponse>, Status> {
        Ok(Response::new(read::list_accounts(&self.db, request).await?))
    }

    async fn grant_role(
        &self,
        request: Request<GrantRoleRequest>,
    ) -> Result<Response<GrantRoleResponse>, Status> {
        Ok(Response::new(grants::grant_role(&self.db, request).await?))
    }

    async fn revoke_role(
        &self,
        request: Request<RevokeRoleRequest>,
    ) -> Result<Response<RevokeRoleResponse>, Status> {
        Ok(Response::new(grants::revoke_role(&self.db, request).await?))
    }

    async fn disable_account(
        &self,
        request: Request<DisableAccountRequest>,
    ) -> Result<Response<DisableAccountResponse>, Status> {
        Ok(Response::new(access::disable_account(&self.db, request).await?))
    }

    async fn enable_account(
        &self,
        request: Request<EnableAccountRequest>,
    ) -> Result<Response<EnableAccountResponse>, Status> {
        Ok(Response::new(access::enable_account(&self.db, request).await?))
    }

    async fn record_token(
        &self,
        request: Request<RecordTokenRequest>,
    ) -> Result<Response<RecordTokenResponse>, Status> {
        Ok(Response::new(access::record_token(&self.db, request).await?))
    }
}

/// Writes officials with their accounts, of whom all has been checked.
pub(super) async fn enter(tx: &TenantTx, new: &[NewOfficialAccount]) -> Result<Vec<Account>> {
    let ids = tx.database().ids();
    let now = ids.clock().now();
    let entered: Vec<(domain::accounts::Account, &NewOfficialAccount)> = new
        .iter()
        .map(|entry| {
            let account = domain::accounts::Account {
                id: AccountId(ids.next()),
                login: entry.login.clone(),
                official: OfficialId(ids.next()),
                disabled: false,
                created_at: now,
            };
            (account, entry)
        })
        .collect();
    let persons: Vec<_> =
        entered.iter().map(|(account, entry)| (account.official, &entry.official)).collect();
    officials::add(tx, &persons).await?;
    let rows: Vec<_> = entered.iter().map(|(account, _)| account.clone()).collect();
    accounts::add_many(tx, &rows).await?;
    let grants: Vec<_> = entered
        .iter()
        .flat_map(|(account, entry)| entry.grants.iter().map(|grant| (account.id, grant)))
        .collect();
    account_grants::add_many(tx, grants).await?;
    for (account, _) in &entered {
        tx.record(Act::new("account.created", "account", account.id));
    }
    let shown = |(account, entry): &(domain::accounts::Account, &NewOfficialAccount)| {
        account.to_proto(&entry.official, &entry.grants.iter().cloned().collect())
    };
    Ok(entered.iter().map(shown).collect())
}

/// Accounts as answers show them, in their order.
async fn shown(tx: &TenantTx, accounts: &[domain::accounts::Account]) -> Result<Vec<Account>> {
    let officials = officials::by_ids(tx, accounts.iter().map(|account| account.official)).await?;
    let mut grants: BTreeMap<_, _> =
        account_grants::of(tx, accounts.iter().map(|account| account.id)).await?;
    let show = |account: &domain::accounts::Account| {
        let missing = || Error::internal(format!("account {} has no official", account.id));
        let official = officials.get(&account.official).ok_or_else(missing)?;
        Ok(account.to_proto(official, &grants.remove(&account.id).unwrap_or_default()))
    };
    accounts.iter().map(show).collect()
}

async fn one_shown(tx: &TenantTx, account: &domain::accounts::Account) -> Result<Account> {
    let mut shown = shown(tx, std::slice::from_ref(account)).await?;
    shown.pop().ok_or_else(|| Error::internal("one account was not shown"))
}

/// Refuses `more` further accounts that are not disabled when the federation's quota does not have room for them.
async fn check_quota(tx: &TenantTx, more: usize) -> Result<()> {
    let quotas = crate::store::federations::own(tx).await?.quotas;
    let Some(limit) = quotas.accounts else { return Ok(()) };
    let more = u64::try_from(more).unwrap_or(u64::MAX);
    let then = accounts::count_enabled(tx).await?.saturating_add(more);
    if then > u64::from(limit) { Err(error::quota_exceeded("accounts", limit)) } else { Ok(()) }
}
