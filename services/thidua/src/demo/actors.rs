//! The accounts of one federation, each with its own way to the platform: tokens are signed with the keys of the data
//! directory, with the roles that the account has.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use platform::Timestamp;
use platform::auth::{ACCESS_LIFE, LOCAL_OPERATOR_ACCOUNT, Tokens};
use platform::clock::Clock;
use platform::config::Secret;
use platform::ids::TenantId;
use platform::random::Random;
use platform::transport::{self, Connection, Credentials};
use proto::organizations::v1::account_service_client::AccountServiceClient;
use proto::organizations::v1::{ListAccountsRequest, RecordTokenRequest};

use super::call::{Caller, Failure, Kind, PAGE, Result, pages};
use crate::app::AnyError;
use crate::client::{Client, ISSUER, grant_of};

/// The platform that the demo drives.
#[derive(Clone)]
pub struct Platform {
    pub connection: Connection,
    /// Signs tokens that the platform accepts.
    pub tokens: Tokens,
    pub clock: Clock,
    pub random: Random,
}

impl Platform {
    /// The platform that a command has reached with the keys of the data directory.
    pub(crate) fn of(client: &Client) -> Result<Self, AnyError> {
        let keys = client.keys()?;
        Ok(Self {
            connection: client.connection(),
            tokens: keys.tokens.clone(),
            clock: keys.clock.clone(),
            random: keys.random.clone(),
        })
    }

    /// The platform as its operator calls it.
    pub(super) fn operator(&self) -> Result<Caller> {
        Ok(self.caller("the operator", &self.tokens.operator(LOCAL_OPERATOR_ACCOUNT, ACCESS_LIFE)?))
    }

    fn caller(&self, login: &str, token: &str) -> Caller {
        let credentials = Credentials::Bearer(Secret::new(token));
        let (clock, random) = (self.clock.clone(), self.random.clone());
        let connection = transport::outgoing(self.connection.clone(), credentials, clock.clone(), random);
        Caller { login: login.to_owned(), connection, clock }
    }
}

/// The accounts of a federation.
pub(super) struct Actors {
    platform: Platform,
    tenant: TenantId,
    ids: BTreeMap<String, String>,
    /// Who has called, and when the token was signed.
    callers: Mutex<BTreeMap<String, (Caller, Timestamp)>>,
}

impl Actors {
    /// Those that there are now.
    pub(super) async fn of(platform: Platform, tenant: TenantId) -> Result<Self> {
        let issuer = &issuer(&platform, tenant)?;
        let accounts = pages(|page_token| async move {
            let request = ListAccountsRequest { page_size: PAGE, page_token, ..Default::default() };
            let rpc = async |c, r| AccountServiceClient::new(c).list_accounts(r).await;
            let answer = issuer.send(Kind::Plain, request, rpc).await?;
            Ok((answer.accounts, answer.next_page_token))
        });
        let ids = accounts.await?.into_iter().map(|account| (account.login, account.id)).collect();
        Ok(Self { platform, tenant, ids, callers: Mutex::default() })
    }

    pub(super) fn know(&self, login: &str) -> bool {
        self.ids.contains_key(login)
    }

    /// The platform as this account calls it. The federation's audit log says that a token was issued.
    pub(super) async fn by(&self, login: &str) -> Result<Caller> {
        let now = self.platform.clock.now();
        if let Some((caller, signed)) = self.callers().get(login)
            && now.since(*signed) < ACCESS_LIFE / 2
        {
            return Ok(caller.clone());
        }
        let caller = self.platform.caller(login, &self.token(login).await?);
        self.callers().insert(login.to_owned(), (caller.clone(), now));
        Ok(caller)
    }

    async fn token(&self, login: &str) -> Result<String> {
        let unknown = || Failure::new(format!("the federation has no account {login:?}"));
        let account_id = self.id(login).ok_or_else(unknown)?;
        let seconds = u32::try_from(ACCESS_LIFE.as_secs()).unwrap_or(u32::MAX);
        let rpc = async |c, r| AccountServiceClient::new(c).record_token(r).await;
        let request = RecordTokenRequest { account_id, seconds };
        let issuer = issuer(&self.platform, self.tenant)?;
        let account = issuer.send(Kind::Plain, request, rpc).await?.account.ok_or_else(unknown)?;
        let grants = account.grants.iter().filter_map(grant_of).collect();
        let id =
            account.id.parse().map_err(|_| Failure::new(format!("{:?} is no account's id", account.id)))?;
        Ok(self.platform.tokens.member(self.tenant, id, grants, ACCESS_LIFE)?)
    }

    fn callers(&self) -> MutexGuard<'_, BTreeMap<String, (Caller, Timestamp)>> {
        self.callers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The id of an account, as the acts of the platform name it.
    pub(super) fn id(&self, login: &str) -> Option<String> {
        self.ids.get(login).cloned()
    }
}

/// The platform as it is called to look up accounts and to record tokens.
fn issuer(platform: &Platform, tenant: TenantId) -> Result<Caller> {
    Ok(platform.caller(ISSUER, &platform.tokens.service(ISSUER, Some(tenant))?))
}
