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
    /// Login name of the account that asks, with the keys of the data directory (`thidua account list` names them);
    /// without it, the first administrator, or the first account whose role may do this
    #[arg(long, value_name = "LOGIN")]
    account: Option<String>,
}

impl Membership {
    /// The platform as that account, or the bearer of the token, calls it to use this RPC
    /// (`/thidua.scoring.v1.RunService/StartRun`).
    pub(crate) async fn connect(&self, client: &Client, rpc: &str) -> Result<Connection, AnyError> {
        self.connect_except(client, rpc, &[]).await
    }

    /// The same; where nobody is named, as an account that is none of these ids.
    pub(crate) async fn connect_except(
        &self,
        client: &Client,
        rpc: &str,
        except: &[String],
    ) -> Result<Connection, AnyError> {
        client.member(&self.tenant, self.account.as_deref(), rpc, except).await
    }

    /// Nobody is named, and the command may choose an account.
    pub(crate) fn is_open(&self, client: &Client) -> bool {
        self.account.is_none() && client.keys().is_ok()
    }
}
