//! `thidua token`: tokens from the signing key of this installation.

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, Subcommand};
use platform::auth::{ACCESS_LIFE, LOCAL_OPERATOR_ACCOUNT, LONGEST_LIFE, SigningKeys, key_directory};
use platform::config::parse_duration;
use platform::ids::{AccountId, Ids};
use platform::tenancy::Grant;
use proto::common::v1::Role as ProtoRole;

use super::fail;
use crate::app::AnyError;
use crate::client::{self, Aside, Client, Reach, told};
use crate::installation::{Installation, Opened};

/// Issue tokens with the signing key of this installation
#[derive(Debug, Args)]
pub(crate) struct Token {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print a token for an account of a federation, with the account's roles
    Issue(Issue),
    /// Print a token for an operator of the platform
    Operator {
        #[command(flatten)]
        installation: Installation,
        /// Id of the operator's account; without it, the local operator
        #[arg(long)]
        account: Option<AccountId>,
        /// How long it is valid, at most 12h
        #[arg(long, default_value = "15m")]
        ttl: Life,
    },
    /// Add a signing key; it is published at once and signs after 10 minutes
    Rotate(Installation),
}

#[derive(Debug, Args)]
struct Issue {
    #[command(flatten)]
    reach: Reach,
    /// Code of the federation; or its id, together with --role
    #[arg(long)]
    tenant: String,
    /// Login name or id of the account; its id, together with --role
    #[arg(long)]
    account: String,
    /// Role in place of the account's own, without asking a server: ROLE, ROLE:unit=CODE or ROLE:bloc=SEASON/BLOC
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<Role>,
    /// How long it is valid, at most 12h
    #[arg(long, default_value = "15m")]
    ttl: Life,
}

impl Token {
    pub(crate) fn run(self) -> ExitCode {
        let done = match self.action {
            Action::Issue(issue) => issue.token(),
            Action::Operator { installation, account, ttl } => operator(&installation, account, ttl),
            Action::Rotate(installation) => rotate(&installation),
        };
        match done.and_then(|text| Ok(writeln!(io::stdout(), "{text}")?)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(told(error.as_ref())),
        }
    }
}

fn operator(installation: &Installation, account: Option<AccountId>, ttl: Life) -> Result<String, AnyError> {
    Ok(installation.open()?.tokens.operator(account.unwrap_or(LOCAL_OPERATOR_ACCOUNT), ttl.0)?)
}

fn rotate(installation: &Installation) -> Result<String, AnyError> {
    let Opened { config, data_dir, clock, random, .. } = installation.open()?;
    let directory = key_directory(&config.auth, &data_dir);
    let ids = Ids::new(clock.clone(), random.clone());
    let keys = SigningKeys::rotate(&directory, &ids, &random, clock.now())?;
    Ok(format!("{} keys in {}", keys.public().keys.len(), directory.display()))
}

impl Issue {
    fn token(self) -> Result<String, AnyError> {
        if self.roles.is_empty() {
            return client::runtime()?.block_on(self.look_up());
        }
        let tenant = self.tenant.parse().map_err(|_| not_an_id("--tenant", &self.tenant))?;
        let account = self.account.parse().map_err(|_| not_an_id("--account", &self.account))?;
        let grants = self.roles.into_iter().map(|role| role.0).collect();
        Ok(self.reach.installation.open()?.tokens.member(tenant, account, grants, self.ttl.0)?)
    }

    /// A token with the roles that the account has, as the platform says.
    async fn look_up(&self) -> Result<String, AnyError> {
        let client = Box::pin(self.reach.with_keys(Aside::Nothing)).await?;
        let issued = self.issue(&client).await;
        client.close().await?;
        issued
    }

    async fn issue(&self, client: &Client) -> Result<String, AnyError> {
        let tenant = client.tenant(&self.tenant).await?;
        let account = client.look_up(tenant, &self.account).await?;
        client.token(tenant, &account, self.ttl.0).await
    }
}

fn not_an_id(option: &str, value: &str) -> AnyError {
    format!("{option} {value:?} is no id (a UUID), which it must be together with --role").into()
}

/// A life of a token: `15m`, `2h`.
#[derive(Clone, Copy, Debug)]
struct Life(Duration);

impl FromStr for Life {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let life = parse_duration(text)?;
        if life.is_zero() || life > LONGEST_LIFE {
            return Err(format!(
                "must be above zero and at most 12h; usual are {}m",
                ACCESS_LIFE.as_secs() / 60
            ));
        }
        Ok(Self(life))
    }
}

/// `ROLE`, `ROLE:unit=CODE`, `ROLE:bloc=SEASON/BLOC`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Role(Grant);

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, scope) = match text.split_once(':') {
            Some((name, scope)) => (name, Some(scope)),
            None => (text, None),
        };
        let role = ProtoRole::from_str_name(&format!("ROLE_{}", name.to_ascii_uppercase()))
            .filter(|role| *role != ProtoRole::Unspecified)
            .ok_or_else(|| format!("{name:?} is no role such as unit_officer"))?;
        let wrong_scope = || "the scope must be unit=CODE or bloc=SEASON/BLOC".to_owned();
        let grant = match scope.map(|scope| scope.split_once('=')) {
            None => Grant::of_federation(role),
            Some(Some(("unit", code))) if !code.is_empty() => Grant::of_unit(role, code),
            Some(Some(("bloc", codes))) => match codes.split_once('/') {
                Some((season, bloc)) if !season.is_empty() && !bloc.is_empty() => {
                    Grant::of_bloc(role, season, bloc)
                }
                _ => return Err(wrong_scope()),
            },
            Some(_) => return Err(wrong_scope()),
        };
        Ok(Self(grant))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_read_with_their_scope() {
        let role = |text: &str| text.parse::<Role>().map(|role| role.0);
        assert_eq!(role("federation_admin"), Ok(Grant::everywhere("federation_admin")));
        assert_eq!(role("UNIT_OFFICER:unit=vl-01"), Ok(Grant::within("unit_officer", "unit", "vl-01")));
        assert_eq!(role("bloc_leader:bloc=2023/k1"), Ok(Grant::within("bloc_leader", "bloc", "2023/k1")));
        for wrong in
            ["", "king", "unspecified", "delegate:", "delegate:unit=", "delegate:x=y", "bloc_leader:bloc=k1"]
        {
            assert!(role(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_life_has_bounds() {
        assert!("2h".parse::<Life>().is_ok());
        for wrong in ["0s", "13h", "forever", ""] {
            assert!(wrong.parse::<Life>().is_err(), "{wrong:?}");
        }
    }
}
