use platform::db::Database;
use platform::ids::AccountId;
use platform::input::Faults;
use platform::paging::Page;
use platform::{Result, auth};
use proto::common::v1::Reason;
use proto::organizations::v1::get_account_request::Key;
use proto::organizations::v1::*;
use tonic::Request;

use super::{one_shown, shown};
use crate::domain::accounts::login;
use crate::domain::grants::{Scope, parse_bloc};
use crate::store::accounts::{self, Wanted};
use crate::store::federations;

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

pub(super) async fn list_accounts(
    db: &Database,
    request: Request<ListAccountsRequest>,
) -> Result<ListAccountsResponse> {
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let wanted = parse(asked, &mut faults);
    let wanted = faults.finish(wanted)?;
    let filters = [
        format!("{:?}", asked.roles),
        asked.unit.clone(),
        asked.bloc.as_ref().map(|bloc| format!("{}/{}", bloc.season, bloc.bloc)).unwrap_or_default(),
        asked.include_disabled.to_string(),
    ];
    let filters = filters.each_ref().map(String::as_str);
    let page = Page::parse(LIST, &filters, asked.page_size, &asked.page_token)?;
    let mut faults = Faults::new();
    let after = page.after.as_deref().map(|id| faults.id("page_token", id));
    let after = faults.finish(Some(after.flatten()))?;

    let tx = db.read(auth::principal(&request)?).await?;
    let one_more = u64::try_from(page.size).unwrap_or(u64::MAX).saturating_add(1);
    let mut found = accounts::page(&tx, &wanted, after, one_more).await?;
    let more = found.len() > page.size;
    found.truncate(page.size);
    let next = found.last().filter(|_| more).map(|last| page.token(&last.id.to_string()));
    Ok(ListAccountsResponse {
        accounts: shown(&tx, &found).await?,
        next_page_token: next.unwrap_or_default(),
    })
}

/// Of pages whose tokens have an account's id.
const LIST: &str = "ListAccounts by id";

fn parse(asked: &ListAccountsRequest, faults: &mut Faults) -> Option<Wanted> {
    let roles = faults.each("roles", 100, &asked.roles, |at, role, faults| faults.choice(at, *role));
    let unit = faults.optional_code("unit", &asked.unit);
    let bloc = match &asked.bloc {
        Some(bloc) => parse_bloc("bloc", bloc, faults).map(Some),
        None => Some(None),
    };
    let scopes = unit?.map(Scope::Unit).into_iter().chain(bloc?).collect();
    Some(Wanted { roles: roles?, scopes, disabled_too: asked.include_disabled })
}
