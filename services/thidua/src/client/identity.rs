use std::time::Duration;

use platform::auth::ACCESS_LIFE;
use platform::ids::{AccountId, TenantId};
use platform::tenancy::Grant;
use platform::transport::Connection;
use proto::common::v1::Role;
use proto::organizations::v1::account_service_client::AccountServiceClient;
use proto::organizations::v1::get_account_request::Key;
use proto::organizations::v1::grant::Scope;
use proto::organizations::v1::tenant_service_client::TenantServiceClient;
use proto::organizations::v1::{
    self as organizations, Account, GetAccountRequest, GetOwnTenantRequest, GetTenantRequest,
    RecordTokenRequest,
};

use super::choice::Admitted;
use super::{Client, Said};
use crate::app::AnyError;
use crate::installation::Opened;

/// The service in whose name accounts are looked up, as audit logs have it.
pub(crate) const ISSUER: &str = "local-operator";

/// In whose name a command calls.
pub(super) enum Who {
    /// The bearer of the token that this connection sends.
    Bearer(Connection),
    /// Whom the keys of the data directory make.
    Keys(Box<Opened>),
}

impl Client {
    /// The platform as its operator calls it.
    pub fn operator(&self) -> Result<Connection, AnyError> {
        match &self.who {
            Who::Bearer(connection) => Ok(connection.clone()),
            Who::Keys(keys) => keys.as_local_operator(self.connection.clone()),
        }
    }

    /// The platform as a member of a federation calls it to use this RPC: the account with this login name, else one
    /// whose role may, an administrator before others, and none of `except` (ids). With a token in hand, its bearer, who
    /// must be of that federation.
    pub(crate) async fn member(
        &self,
        tenant: &str,
        login: Option<&str>,
        rpc: &str,
        except: &[String],
    ) -> Result<Connection, AnyError> {
        match (&self.who, login) {
            (Who::Bearer(..), Some(login)) => Err(Said {
                vi: format!("--account {login} cần khóa của thư mục dữ liệu; với --server, mã truy cập nói ai gọi"),
                en: format!(
                    "--account {login} needs the keys of a data directory; at --server the token says who calls"
                ),
            }
            .into()),
            (Who::Bearer(connection), None) => {
                let mut tenants = TenantServiceClient::new(connection.clone());
                let own = tenants.get_own_tenant(GetOwnTenantRequest {}).await?;
                let own = own.into_inner().tenant.ok_or("the server names no federation")?.code;
                if own != tenant {
                    return Err(Said {
                        vi: format!("mã truy cập là của liên đoàn {own:?}, không phải của {tenant:?}"),
                        en: format!("the token is for the federation {own:?}, not for {tenant:?}"),
                    }
                    .into());
                }
                Ok(connection.clone())
            }
            (Who::Keys(_), login) => {
                let (id, admitted) = (self.tenant(tenant).await?, Admitted::to(rpc)?);
                let account = match login {
                    Some(login) => {
                        let account = self.look_up(id, login).await?;
                        admitted.check(self, id, &account).await?;
                        account
                    }
                    None => admitted.choose(self, (tenant, id), except).await?,
                };
                self.account(id, &account).await
            }
        }
    }

    /// The platform as this account calls it, with the roles that it has. It needs the keys of the data directory.
    pub async fn account(&self, tenant: TenantId, account: &Account) -> Result<Connection, AnyError> {
        let token = self.token(tenant, account, ACCESS_LIFE).await?;
        Ok(self.keys()?.bearing(self.connection.clone(), &token))
    }

    /// A token of this account, with the roles that it has now; the federation's audit log says that it was issued. It
    /// needs the keys of the data directory.
    pub async fn token(
        &self,
        tenant: TenantId,
        account: &Account,
        life: Duration,
    ) -> Result<String, AnyError> {
        let mut accounts = AccountServiceClient::new(self.issuer(tenant)?);
        let seconds = life.as_secs().try_into()?;
        let request = RecordTokenRequest { account_id: account.id.clone(), seconds };
        let account = accounts.record_token(request).await?.into_inner().account;
        let account = account.ok_or("the server names no account")?;
        let grants = account.grants.iter().filter_map(grant_of).collect();
        Ok(self.keys()?.tokens.member(tenant, account.id.parse()?, grants, life)?)
    }

    /// The id of a federation.
    pub async fn tenant(&self, code: &str) -> Result<TenantId, AnyError> {
        let mut tenants = TenantServiceClient::new(self.operator()?);
        let tenant =
            tenants.get_tenant(GetTenantRequest { code: code.to_owned() }).await?.into_inner().tenant;
        Ok(tenant.ok_or("the server names no federation")?.id.parse()?)
    }

    /// An account of a federation, by its login name or id.
    pub async fn look_up(&self, tenant: TenantId, account: &str) -> Result<Account, AnyError> {
        let key = match account.parse::<AccountId>() {
            Ok(id) => Key::AccountId(id.to_string()),
            Err(_) => Key::Login(account.to_owned()),
        };
        let mut accounts = AccountServiceClient::new(self.issuer(tenant)?);
        let account = accounts.get_account(GetAccountRequest { key: Some(key) }).await?.into_inner().account;
        Ok(account.ok_or("the server names no account")?)
    }

    /// The way to look accounts up, in the name of a service.
    pub(super) fn issuer(&self, tenant: TenantId) -> Result<Connection, AnyError> {
        let keys = self.keys()?;
        Ok(keys.bearing(self.connection.clone(), &keys.tokens.service(ISSUER, Some(tenant))?))
    }

    /// The data directory with its keys.
    pub(crate) fn keys(&self) -> Result<&Opened, AnyError> {
        match &self.who {
            Who::Keys(keys) => Ok(keys),
            Who::Bearer(..) => Err("this needs the keys of a data directory".into()),
        }
    }
}

/// The grant as tokens carry it; `None` when it names no role.
pub(crate) fn grant_of(grant: &organizations::Grant) -> Option<Grant> {
    let role = grant.role();
    match &grant.scope {
        _ if role == Role::Unspecified => None,
        None | Some(Scope::Federation(_)) => Some(Grant::of_federation(role)),
        Some(Scope::Unit(unit)) => Some(Grant::of_unit(role, unit)),
        Some(Scope::Bloc(scope)) => Some(Grant::of_bloc(role, &scope.season, &scope.bloc)),
    }
}
