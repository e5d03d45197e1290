//! Accounts.

use std::collections::BTreeSet;

use platform::db::{DbResultExt as _, TenantTx};
use platform::ids::{AccountId, TenantId};
use platform::{Result, Timestamp};
use proto::common::v1::Role;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use super::account_grants;
use crate::domain::accounts::Account;
use crate::domain::grants::Scope;
use crate::domain::officials::OfficialId;
use crate::error;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "accounts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    pub login: String,
    pub official_id: OfficialId,
    pub disabled: bool,
    pub created_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// Adds one account; `ACCOUNT_EXISTS` when its login name is taken or its official has one.
pub(crate) async fn add(tx: &TenantTx, account: &Account) -> Result<()> {
    tx.insert::<Entity, ActiveModel>(row(tx, account)).await.map_err(|refused| match refused.unique() {
        Some("accounts_login_key") => error::login_taken(&account.login),
        Some("accounts_official_id_key") => error::official_has_account(account.official),
        _ => refused.into(),
    })
}

/// Adds accounts whose login names are free and whose officials are new.
pub(crate) async fn add_many(tx: &TenantTx, accounts: &[Account]) -> Result<()> {
    let rows: Vec<_> = accounts.iter().map(|account| row(tx, account)).collect();
    let taken = || error::login_taken("one of the login names");
    tx.insert_many::<Entity, ActiveModel, _>(rows).await.on_unique("accounts_login_key", taken)?;
    Ok(())
}

/// The account; `ACCOUNT_UNKNOWN` when there is none.
pub(crate) async fn get(tx: &TenantTx, id: AccountId) -> Result<Account> {
    let row = tx.find::<Entity>().filter(Column::AccountId.eq(id)).one().await?;
    row.map(account).ok_or_else(|| error::account_unknown(&id.to_string()))
}

/// The account, kept from others' changes until the transaction ends.
pub(crate) async fn held(tx: &TenantTx, id: AccountId) -> Result<Account> {
    let row = tx.find::<Entity>().filter(Column::AccountId.eq(id)).for_update().one().await?;
    row.map(account).ok_or_else(|| error::account_unknown(&id.to_string()))
}

pub(crate) async fn by_login(tx: &TenantTx, login: &str) -> Result<Account> {
    let row = tx.find::<Entity>().filter(Column::Login.eq(login)).one().await?;
    row.map(account).ok_or_else(|| error::account_unknown(login))
}

/// Those of the login names that are taken.
pub(crate) async fn taken<'a>(
    tx: &TenantTx,
    logins: impl IntoIterator<Item = &'a str>,
) -> Result<BTreeSet<String>> {
    let rows = tx.find::<Entity>().columns([Column::Login]).filter(Column::Login.is_in(logins));
    Ok(rows.all_tuples::<(String,)>().await?.into_iter().map(|(login,)| login).collect())
}

/// Whose accounts are wanted: with one of the roles (any when there is none), and for each of the scopes.
pub(crate) struct Wanted {
    pub(crate) roles: Vec<Role>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) disabled_too: bool,
}

/// At most so many of the wanted accounts with ids behind `after`, by id: ids rise with time, so that who reads page by
/// page finds also those that are entered meanwhile.
pub(crate) async fn page(
    tx: &TenantTx,
    wanted: &Wanted,
    after: Option<AccountId>,
    limit: u64,
) -> Result<Vec<Account>> {
    let enabled = (!wanted.disabled_too).then_some(false);
    let mut find = tx
        .find::<Entity>()
        .filter_some(enabled, |disabled| Column::Disabled.eq(disabled))
        .filter_some(after, |after| Column::AccountId.gt(after));
    let any_scope = wanted.scopes.is_empty() && !wanted.roles.is_empty();
    for scope in wanted.scopes.iter().map(Some).chain(any_scope.then_some(None)) {
        let same = [(Column::AccountId, account_grants::Column::AccountId)];
        let grant = account_grants::of_roles(&wanted.roles, scope);
        find = find.having_row::<account_grants::Entity>(same, grant);
    }
    let rows = find.order_by_asc(Column::AccountId).limit(limit).all().await?;
    Ok(rows.into_iter().map(account).collect())
}

/// How many accounts are not disabled.
pub(crate) async fn count_enabled(tx: &TenantTx) -> Result<u64> {
    Ok(tx.find::<Entity>().filter(Column::Disabled.eq(false)).count().await?)
}

/// Those of the accounts that are not disabled.
pub(crate) async fn enabled(
    tx: &TenantTx,
    ids: impl IntoIterator<Item = AccountId>,
) -> Result<BTreeSet<AccountId>> {
    let ids = Column::AccountId.is_in(ids);
    let rows =
        tx.find::<Entity>().columns([Column::AccountId]).filter(ids).filter(Column::Disabled.eq(false));
    Ok(rows.all_tuples::<(AccountId,)>().await?.into_iter().map(|(id,)| id).collect())
}

pub(crate) async fn set_disabled(tx: &TenantTx, id: AccountId, disabled: bool) -> Result<()> {
    let update = tx.update::<Entity>().set(Column::Disabled, disabled);
    update.filter(Column::AccountId.eq(id)).exec().await?;
    Ok(())
}

fn row(tx: &TenantTx, account: &Account) -> ActiveModel {
    let row = Model {
        tenant_id: tx.tenant_id(),
        account_id: account.id,
        login: account.login.clone(),
        official_id: account.official,
        disabled: account.disabled,
        created_at: account.created_at,
    };
    row.into_active_model()
}

fn account(row: Model) -> Account {
    Account {
        id: row.account_id,
        login: row.login,
        official: row.official_id,
        disabled: row.disabled,
        created_at: row.created_at,
    }
}
