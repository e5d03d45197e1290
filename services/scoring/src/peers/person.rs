//! Who a member is, whatever the account.

use platform::tenancy::Member;
use platform::{Error, Result};
use proto::organizations::v1::GetOwnAccountRequest;
use proto::organizations::v1::account_service_client::AccountServiceClient;

use super::Peers;
use crate::domain::sheets::By;

impl Peers {
    /// The caller with the name and title of this moment, and the id of the official, who may have several accounts.
    pub(crate) async fn person(&self, member: &Member) -> Result<(By, String)> {
        let mut accounts = AccountServiceClient::new(self.organizations.as_caller());
        let answer = accounts.get_own_account(GetOwnAccountRequest {}).await.map_err(Error::of_peer)?;
        let account = answer.into_inner().account.unwrap_or_default();
        if account.official_id.is_empty() {
            return Err(Error::internal("an account without its official"));
        }
        let at = self.db.ids().clock().now();
        let by = By { account: member.account(), name: account.name, title: account.title, at };
        Ok((by, account.official_id))
    }
}
