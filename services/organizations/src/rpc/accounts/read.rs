use std::collections::BTreeSet;

use platform::db::{Database, TenantTx};
use platform::ids::AccountId;
use platform::input::Faults;
use platform::paging::Page;
use platform::{Result, auth};
use proto::common::v1::{Reason, Role};
use proto::organizations::v1::get_account_request::Key;
use proto::organizations::v1::*;
use tonic::Request;

use super::{one_shown, shown};
use crate::domain::accounts::login;
use crate::domain::grants::{Scope, parse_bloc};
use crate::store::{account_grants, accounts, federations};

pub(super) async fn get_account(
    db: &Database,
    request: Request<GetAccountRequest>,
) -> Result<GetAccountResponse> {
    enum By {
        Id(AccountId),
        Login(String),
    }
    let mut faults = Faults::new();
    let by = match &request.get_ref().key {
        Some(Key::AccountId(id)) => faults.id("account_id", id).map(By::Id),
        Some(Key::Login(name)) => login("login".to_owned(), name, &mut faults).map(By::Login),
        None => faults.refuse("key", Reason::FieldRequired, "account_id or login is required"),
    };
    let by = faults.finish(by)?;
    let tx = db.read(auth::principal(&request)?).await?;
    let account = match by {
        By::Id(id) => accounts::get(&tx, id).await?,
        By::Login(login) => accounts::by_login(&tx, &login).await?,
    };
    Ok(GetAccountResponse { account: Some(one_shown(&tx, &account).await?) })
}

pub(super) async fn get_own_account(
    db: &Database,
    request: Request<GetOwnAccountRequest>,
) -> Result<GetOwnAccountResponse> {
    let member = auth::member(&request)?;
    let tx = db.read(member).await?;
    let account = accounts::get(&tx, member.account()).await?;
    Ok(GetOwnAccountResponse {
        account: Some(one_shown(&tx, &account).await?),
        tenant: federations::own(&tx).await?.code,
    })
}

/// Whose accounts are asked for: with one of the roles (any when there is none), and for each of the scopes.
struct Filter {
    roles: Vec<Role>,
    scopes: Vec<Scope>,
}

pub(super) async fn list_accounts(
    db: &Database,
    request: Request<ListAccountsRequest>,
) -> Result<ListAccountsResponse> {
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let filter = parse(asked, &mut faults);
    let filter = faults.finish(filter)?;
    let filters = [
        format!("{:?}", asked.roles),
        asked.unit.clone(),
        asked.bloc.as_ref().map(|bloc| format!("{}/{}", bloc.season, bloc.bloc)).unwrap_or_default(),
        asked.include_disabled.to_string(),
    ];
    let filters = filters.each_ref().map(String::as_str);
    let page = Page::parse("ListAccounts", &filters, asked.page_size, &asked.page_token)?;

    let tx = db.read(auth::principal(&request)?).await?;
    let mut found = accounts::all(&tx, asked.include_disabled).await?;
    if let Some(holders) = holders(&tx, &filter).await? {
        found.retain(|account| holders.contains(&account.id));
    }
    let (page, next_page_token) = page.cut(found, |account| &account.login);
    Ok(ListAccountsResponse { accounts: shown(&tx, &page).await?, next_page_token })
}

fn parse(asked: &ListAccountsRequest, faults: &mut Faults) -> Option<Filter> {
    let roles = faults.each("roles", 100, &asked.roles, |at, role, faults| faults.choice(at, *role));
    let unit = faults.optional_code("unit", &asked.unit);
    let bloc = match &asked.bloc {
        Some(bloc) => parse_bloc("bloc", bloc, faults).map(Some),
        None => Some(None),
    };
    let scopes = unit?.map(Scope::Unit).into_iter().chain(bloc?).collect();
    Some(Filter { roles: roles?, scopes })
}

/// The accounts that the filter leaves; none when it leaves all.
async fn holders(tx: &TenantTx, filter: &Filter) -> Result<Option<BTreeSet<AccountId>>> {
    if filter.scopes.is_empty() {
        return match filter.roles.as_slice() {
            [] => Ok(None),
            roles => account_grants::holders(tx, roles, None).await.map(Some),
        };
    }
    let mut holders: Option<BTreeSet<AccountId>> = None;
    for scope in &filter.scopes {
        let of_scope = account_grants::holders(tx, &filter.roles, Some(scope)).await?;
        holders = Some(match holders {
            Some(before) => before.intersection(&of_scope).copied().collect(),
            None => of_scope,
        });
    }
    Ok(holders)
}
