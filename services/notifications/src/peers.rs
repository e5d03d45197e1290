//! What notifications asks other services for: never while a write transaction is open.

use platform::ids::{AccountId, TenantId};
use platform::transport::Peer;
use platform::{Error, Result};
use proto::common::v1::Role;
use proto::organizations::v1::ListAccountsRequest;
use proto::organizations::v1::account_service_client::AccountServiceClient;

/// Accounts that are asked for at once: so many get their message in one transaction.
const PAGE: u32 = 1000;

/// The service that knows accounts.
#[derive(Clone)]
pub(crate) struct Organizations(Peer);

/// A page of accounts.
pub(crate) struct Accounts {
    pub(crate) ids: Vec<AccountId>,
    /// None after the last page.
    pub(crate) next: Option<String>,
}

impl Organizations {
    pub(crate) fn new(peer: Peer) -> Self {
        Self(peer)
    }

    /// The accounts with one of these roles (all when there is none) that are not disabled: the page behind `token`,
    /// the first one when it is empty.
    pub(crate) async fn accounts(&self, tenant: TenantId, roles: &[Role], token: &str) -> Result<Accounts> {
        let request = ListAccountsRequest {
            roles: roles.iter().map(|role| i32::from(*role)).collect(),
            page_size: PAGE,
            page_token: token.to_owned(),
            ..Default::default()
        };
        let mut accounts = AccountServiceClient::new(self.0.as_service(tenant));
        let answer = accounts.list_accounts(request).await.map_err(Error::of_peer)?.into_inner();
        let ids = answer.accounts.iter().map(|account| account.id.parse().map_err(Error::internal));
        let next = answer.next_page_token;
        Ok(Accounts { ids: ids.collect::<Result<_>>()?, next: (!next.is_empty()).then_some(next) })
    }
}
