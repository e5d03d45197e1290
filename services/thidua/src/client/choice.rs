//! Which account of a federation makes a call: the rule of the RPC says which roles may.

use platform::ids::TenantId;
use proto::common::v1::Role;
use proto::organizations::v1::account_service_client::AccountServiceClient;
use proto::organizations::v1::{Account, ListAccountsRequest};

use super::{Client, Said, pages};
use crate::app::AnyError;
use crate::show::word;

/// Accounts that an error names.
const NAMED: usize = 10;

/// Those who may make a call.
pub(super) struct Admitted {
    /// Accounts with one of these roles.
    roles: Vec<Role>,
    /// And everyone else.
    everyone: bool,
}

impl Admitted {
    pub(super) fn to(rpc: &str) -> Result<Self, AnyError> {
        let rule = proto::rule(rpc).ok_or_else(|| format!("the contracts have no rule for {rpc}"))?;
        // Among everyone the administrator is taken, whom each federation has.
        let roles = if rule.any_member { vec![Role::FederationAdmin] } else { rule.roles.to_vec() };
        Ok(Self { roles, everyone: rule.any_member })
    }

    /// The account that a command takes where it names none: an administrator if one may, else the first by login.
    pub(super) async fn choose(
        &self,
        client: &Client,
        (code, tenant): (&str, TenantId),
        except: &[String],
    ) -> Result<Account, AnyError> {
        let mut able = self.accounts(client, tenant).await?;
        let done = able.extract_if(.., |account| except.contains(&account.id)).collect::<Vec<_>>();
        let administrator = able.iter().position(|account| has(account, &[Role::FederationAdmin]));
        if !able.is_empty() {
            return Ok(able.swap_remove(administrator.unwrap_or_default()));
        }
        let roles = self.roles();
        Err(match done.is_empty() {
            true => Said {
                vi: format!("liên đoàn {code:?} không có tài khoản nào được làm việc này (vai trò: {roles})"),
                en: format!(
                    "no account of the federation {code:?} may do this; who may has the role {roles}"
                ),
            },
            false => {
                let done = logins(&done);
                Said {
                    vi: format!("mọi tài khoản được làm việc này đều đã làm: {done} (vai trò: {roles})"),
                    en: format!(
                        "each account that may do this has done so: {done}; it needs the role {roles}"
                    ),
                }
            }
        }
        .into())
    }

    /// Says who may where this account may not.
    pub(super) async fn check(
        &self,
        client: &Client,
        tenant: TenantId,
        account: &Account,
    ) -> Result<(), AnyError> {
        if self.everyone || has(account, &self.roles) {
            return Ok(());
        }
        let (login, roles) = (&account.login, self.roles());
        let able = logins(&self.accounts(client, tenant).await?);
        Err(Said {
            vi: format!("tài khoản {login:?} không được làm việc này; cần vai trò {roles}, như: {able}"),
            en: format!("the account {login:?} may not do this; who may has the role {roles}: {able}"),
        }
        .into())
    }

    async fn accounts(&self, client: &Client, tenant: TenantId) -> Result<Vec<Account>, AnyError> {
        let accounts = AccountServiceClient::new(client.issuer(tenant)?);
        pages(async |page_token| {
            let roles = self.roles.iter().map(|role| (*role).into()).collect();
            let request = ListAccountsRequest { roles, page_token, ..ListAccountsRequest::default() };
            let page = accounts.clone().list_accounts(request).await?.into_inner();
            Ok((page.accounts, page.next_page_token))
        })
        .await
    }

    fn roles(&self) -> String {
        let roles: Vec<_> = self.roles.iter().map(|role| word(role.as_str_name(), "ROLE_")).collect();
        roles.join(" / ")
    }
}

fn has(account: &Account, roles: &[Role]) -> bool {
    account.grants.iter().any(|grant| roles.contains(&grant.role()))
}

fn logins(accounts: &[Account]) -> String {
    let mut logins: Vec<_> = accounts.iter().take(NAMED).map(|account| account.login.as_str()).collect();
    match accounts.len() {
        0 => logins.push("–"),
        1..=NAMED => {}
        _ => logins.push("…"),
    }
    logins.join(", ")
}
