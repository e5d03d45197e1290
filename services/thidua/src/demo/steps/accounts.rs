//! The administrator enters the officials of federation and units, with their accounts and roles.

use proto::common::v1::Role;
use proto::organizations::v1::account_service_client::AccountServiceClient;
use proto::organizations::v1::grant::Scope;
use proto::organizations::v1::{BatchCreateAccountsRequest, BlocScope, Grant, NewAccount, Official};

use crate::demo::call::Result;
use crate::demo::data::shape::FederationRole;
use crate::demo::data::{Account, Grant as Given};
use crate::demo::stage::Stage;

/// Accounts of one call.
const MOST: usize = 500;

pub(super) async fn enter(stage: &Stage) -> Result<()> {
    let accounts = stage.campaign.accounts();
    let missing: Vec<&Account> = accounts.iter().filter(|a| !stage.actors.know(&a.login)).collect();
    for some in missing.chunks(MOST) {
        let accounts = some.iter().map(|account| message(stage, account)).collect();
        let rpc = async |c, r| AccountServiceClient::new(c).batch_create_accounts(r).await;
        stage.act(stage.admin()?, BatchCreateAccountsRequest { accounts }, rpc).await?;
    }
    Ok(())
}

fn message(stage: &Stage, account: &Account) -> NewAccount {
    let official = Official {
        name: account.name.clone(),
        title: account.title.clone(),
        unit: account.unit.as_ref().map(ToString::to_string).unwrap_or_default(),
        ..Official::default()
    };
    let grants = account.grants.iter().map(|grant| role(stage, grant)).collect();
    NewAccount { official: Some(official), login: account.login.clone(), grants }
}

fn role(stage: &Stage, given: &Given) -> Grant {
    let (role, scope) = match given {
        Given::Federation(role) => (federation_role(*role), Scope::Federation(true)),
        Given::BlocLeader(bloc) => {
            let scope = BlocScope { season: stage.season(), bloc: bloc.to_string() };
            (Role::BlocLeader, Scope::Bloc(scope))
        }
        Given::UnitOfficer(unit) => (Role::UnitOfficer, Scope::Unit(unit.to_string())),
        Given::Delegate(unit) => (Role::Delegate, Scope::Unit(unit.to_string())),
    };
    Grant { role: role.into(), scope: Some(scope) }
}

fn federation_role(role: FederationRole) -> Role {
    match role {
        FederationRole::FederationAdmin => Role::FederationAdmin,
        FederationRole::StandingCommittee => Role::StandingCommittee,
        FederationRole::Appraiser => Role::Appraiser,
        FederationRole::Observer => Role::Observer,
    }
}
