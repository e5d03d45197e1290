use clap::Args;
use platform::transport::Connection;

use super::Client;
use crate::app::AnyError;

/// Which federation a command is about, and who asks.
#[derive(Debug, Args)]
pub(crate) struct Membership {
    /// Code of the federation
    #[arg(long)]
    pub(crate) tenant: String,
    /// Login name of the account that asks, with the keys of the data directory; without it, the first administrator
    #[arg(long, value_name = "LOGIN")]
    account: Option<String>,
}

impl Membership {
    /// The platform as that account, or the bearer of the token, calls it.
    pub(crate) async fn connect(&self, client: &Client) -> Result<Connection, AnyError> {
        client.member(&self.tenant, self.account.as_deref()).await
    }
}
