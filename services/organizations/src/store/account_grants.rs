//! What accounts may do.

use std::collections::{BTreeMap, BTreeSet};

use platform::Result;
use platform::db::TenantTx;
use platform::ids::{AccountId, TenantId};
use proto::common::v1::Role;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, IntoActiveModel};

use super::damaged;
use crate::domain::grants::{Grant, Scope};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account_grants")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    /// The role's word, such as `unit_officer`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: String,
    /// The unit's code; empty where the role is not for a unit.
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit: String,
    /// The codes of season and bloc; empty where the role is not for a bloc.
    #[sea_orm(primary_key, auto_increment = false)]
    pub season: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub bloc: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

const KEY: [Column; 5] = [Column::AccountId, Column::Role, Column::Unit, Column::Season, Column::Bloc];

/// Adds the grants of new accounts.
pub(crate) async fn add_many(
    tx: &TenantTx,
    grants: impl IntoIterator<Item = (AccountId, &Grant)>,
) -> Result<()> {
    let rows: Vec<ActiveModel> = grants.into_iter().map(|(account, grant)| row(tx, account, grant)).collect();
    tx.insert_many::<Entity, ActiveModel, _>(rows).await?;
    Ok(())
}

/// Adds a grant; returns whether it is new.
pub(crate) async fn add(tx: &TenantTx, account: AccountId, grant: &Grant) -> Result<bool> {
    Ok(tx.insert_new::<Entity, ActiveModel>(row(tx, account, grant), KEY).await?)
}

/// Takes a grant away; returns whether it was there.
pub(crate) async fn remove(tx: &TenantTx, account: AccountId, grant: &Grant) -> Result<bool> {
    let (unit, season, bloc) = scope_columns(&grant.scope);
    let removed = tx
        .delete::<Entity>()
        .filter(Column::AccountId.eq(account))
        .filter(Column::Role.eq(word(grant.role)))
        .filter(Column::Unit.eq(unit))
        .filter(Column::Season.eq(season))
        .filter(Column::Bloc.eq(bloc))
        .exec()
        .await?;
    Ok(removed > 0)
}

/// The grants of these accounts; an account without one is there with none.
pub(crate) async fn of(
    tx: &TenantTx,
    accounts: impl IntoIterator<Item = AccountId>,
) -> Result<BTreeMap<AccountId, BTreeSet<Grant>>> {
    let mut found: BTreeMap<AccountId, BTreeSet<Grant>> =
        accounts.into_iter().map(|account| (account, BTreeSet::new())).collect();
    let ids: Vec<AccountId> = found.keys().copied().collect();
    for ids in ids.chunks(1000) {
        let rows = tx.find::<Entity>().filter(Column::AccountId.is_in(ids.iter().copied())).all().await?;
        for row in rows {
            let (account, grant) = grant(row)?;
            found.entry(account).or_default().insert(grant);
        }
    }
    Ok(found)
}

/// Grants of one of these roles (of any when there is none) and of this scope, when there is one.
pub(super) fn of_roles(roles: &[Role], scope: Option<&Scope>) -> Condition {
    let mut grants = Condition::all();
    if !roles.is_empty() {
        grants = grants.add(Column::Role.is_in(roles.iter().map(|role| word(*role))));
    }
    if let Some(scope) = scope {
        let (unit, season, bloc) = scope_columns(scope);
        grants = grants.add(Column::Unit.eq(unit)).add(Column::Season.eq(season)).add(Column::Bloc.eq(bloc));
    }
    grants
}

/// The federation's administrators, disabled ones too, kept from others' changes until the transaction ends.
pub(crate) async fn held_admins(tx: &TenantTx) -> Result<BTreeSet<AccountId>> {
    let find = tx.find::<Entity>().filter(Column::Role.eq(word(Role::FederationAdmin)));
    let rows = find.order_by_asc(Column::AccountId).for_update().all().await?;
    Ok(rows.into_iter().map(|row| row.account_id).collect())
}

/// The role's word: `ROLE_UNIT_OFFICER` is `unit_officer`.
fn word(role: Role) -> String {
    role.as_str_name().trim_start_matches("ROLE_").to_ascii_lowercase()
}

fn role(word: &str) -> Result<Role> {
    let name = format!("ROLE_{}", word.to_ascii_uppercase());
    Role::from_str_name(&name).ok_or_else(|| damaged("a role", word))
}

fn scope_columns(scope: &Scope) -> (&str, &str, &str) {
    match scope {
        Scope::Federation => ("", "", ""),
        Scope::Unit(unit) => (unit, "", ""),
        Scope::Bloc { season, bloc } => ("", season, bloc),
    }
}

fn row(tx: &TenantTx, account: AccountId, grant: &Grant) -> ActiveModel {
    let (unit, season, bloc) = scope_columns(&grant.scope);
    let row = Model {
        tenant_id: tx.tenant_id(),
        account_id: account,
        role: word(grant.role),
        unit: unit.to_owned(),
        season: season.to_owned(),
        bloc: bloc.to_owned(),
    };
    row.into_active_model()
}

fn grant(row: Model) -> Result<(AccountId, Grant)> {
    let scope = match (row.unit.is_empty(), row.bloc.is_empty()) {
        (true, true) => Scope::Federation,
        (false, _) => Scope::Unit(row.unit),
        (true, false) => Scope::Bloc { season: row.season, bloc: row.bloc },
    };
    Ok((row.account_id, Grant { role: role(&row.role)?, scope }))
}
