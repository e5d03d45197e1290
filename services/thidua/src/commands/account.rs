//! `thidua account`: who works in a federation, and under which login name.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use proto::organizations::v1::account_service_client::AccountServiceClient;
use proto::organizations::v1::grant::Scope;
use proto::organizations::v1::{Grant, ListAccountsRequest};
use serde_json::Value;

use crate::app::AnyError;
use crate::client::{self, Aside, Client, Membership, Reach, pages};
use crate::show::{Cell, Column, Table, word};

const LIST_ACCOUNTS: &str = "/thidua.organizations.v1.AccountService/ListAccounts";

/// Accounts of a federation's officials: who they are, and what they may do
#[derive(Debug, Args)]
pub(crate) struct AccountCommand {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// All accounts by login name, disabled ones too
    ///
    /// A role stands with its scope, as `thidua token issue --role` reads it: ROLE for the whole federation,
    /// ROLE:unit=CODE, ROLE:bloc=SEASON/BLOC.
    List {
        #[command(flatten)]
        member: Membership,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
}

impl AccountCommand {
    pub(crate) fn run(self) -> ExitCode {
        let Action::List { member, json } = &self.action;
        client::run(&self.reach, Aside::Nothing, async |client| list(client, member, *json).await)
    }
}

async fn list(client: &Client, member: &Membership, json: bool) -> Result<(), AnyError> {
    let accounts = AccountServiceClient::new(member.connect(client, LIST_ACCOUNTS).await?);
    let accounts = pages(async |page_token| {
        let request =
            ListAccountsRequest { include_disabled: true, page_token, ..ListAccountsRequest::default() };
        let page = accounts.clone().list_accounts(request).await?.into_inner();
        Ok((page.accounts, page.next_page_token))
    });
    let mut table = Table::new([
        Column::text("Login"),
        Column::text("Name"),
        Column::text("Title"),
        Column::text("Roles"),
        Column::text("Status"),
        Column::text("Id"),
    ]);
    for account in accounts.await? {
        let roles: Vec<_> = account.grants.iter().map(role).collect();
        table.row([
            account.login.into(),
            account.name.into(),
            account.title.into(),
            Cell::of(roles.join(", "), roles.into_iter().map(Value::from).collect::<Value>()),
            if account.disabled { "disabled" } else { "active" }.into(),
            account.id.into(),
        ]);
    }
    Ok(table.print(json)?)
}

fn role(grant: &Grant) -> String {
    let role = word(grant.role().as_str_name(), "ROLE_");
    match &grant.scope {
        None | Some(Scope::Federation(_)) => role,
        Some(Scope::Unit(unit)) => format!("{role}:unit={unit}"),
        Some(Scope::Bloc(scope)) => format!("{role}:bloc={}/{}", scope.season, scope.bloc),
    }
}

#[cfg(test)]
mod tests {
    use proto::common::v1::Role;
    use proto::organizations::v1::BlocScope;

    use super::*;

    #[test]
    fn a_role_stands_with_its_scope() {
        let shown = |role_: Role, scope| role(&Grant { role: role_.into(), scope: Some(scope) });
        assert_eq!(shown(Role::StandingCommittee, Scope::Federation(true)), "standing_committee");
        assert_eq!(shown(Role::UnitOfficer, Scope::Unit("vl-01".to_owned())), "unit_officer:unit=vl-01");
        let bloc = BlocScope { season: "2023".to_owned(), bloc: "k1".to_owned() };
        assert_eq!(shown(Role::BlocLeader, Scope::Bloc(bloc)), "bloc_leader:bloc=2023/k1");
    }
}
