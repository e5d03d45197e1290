//! The deny list: accounts whose tokens count no more, because roles were taken from them or they were disabled. The
//! service that owns accounts tells of each by an event; every service keeps the list in the table `access_withdrawals`
//! until the last of those tokens has expired.

use std::collections::HashMap;

use prost::{Message, Name};
use sea_orm::Set;
use sea_orm::entity::prelude::*;

use super::WAKE;
use crate::Result;
use crate::auth::LONGEST_LIFE;
use crate::db::{DbError, SystemTx};
use crate::events::{Consumer, Received, SystemHandler};
use crate::ids::{AccountId, TenantId};

/// Tokens of the account that were issued up to a moment are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    pub account: AccountId,
    /// In seconds since 1970, as in a token's `iat`.
    pub issued_until: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_withdrawals")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    pub issued_until: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
crate::platform_entity!(Entity);

/// The consumer that feeds the list: `read` says what the owner's event means.
///
/// ```text
/// tenants::withdrawal_consumer(|event: AccessWithdrawn| domain::withdrawal(event))
/// ```
pub fn consumer<M: Message + Name + Default + 'static>(
    read: impl Fn(M) -> Result<Withdrawal> + Send + Sync + 'static,
) -> Consumer {
    Consumer::new("withdrawals").on_system(Keep { read, message: std::marker::PhantomData })
}

struct Keep<M, F> {
    read: F,
    message: std::marker::PhantomData<fn(M)>,
}

impl<M, F> SystemHandler for Keep<M, F>
where
    M: Message + Name + Default + 'static,
    F: Fn(M) -> Result<Withdrawal> + Send + Sync + 'static,
{
    type Message = M;

    async fn handle(&self, tx: &SystemTx, event: Received<M>) -> Result<()> {
        let withdrawal = (self.read)(event.message)?;
        Ok(add(tx, event.tenant, withdrawal).await?)
    }
}

/// A later withdrawal of the same account covers an earlier one.
async fn add(tx: &SystemTx, tenant: TenantId, new: Withdrawal) -> Result<(), DbError> {
    let row = ActiveModel {
        tenant_id: Set(tenant),
        account_id: Set(new.account),
        issued_until: Set(new.issued_until),
    };
    if !tx.insert_new(row, [Column::TenantId, Column::AccountId]).await? {
        tx.update::<Entity>()
            .set(Column::IssuedUntil, new.issued_until)
            .filter(Column::TenantId.eq(tenant))
            .filter(Column::AccountId.eq(new.account))
            .filter(Column::IssuedUntil.lt(new.issued_until))
            .exec()
            .await?;
    }
    tx.notify(WAKE, "");
    Ok(())
}

pub(super) async fn all(tx: &SystemTx) -> Result<HashMap<AccountId, i64>, DbError> {
    let rows = tx.find::<Entity>().all().await?;
    Ok(rows.into_iter().map(|row| (row.account_id, row.issued_until)).collect())
}

/// Deletes at most `limit` withdrawals all of whose tokens have expired; returns how many.
pub(crate) async fn prune(tx: &SystemTx, limit: u64) -> Result<u64, DbError> {
    let expired = tx.database().ids().clock().now().minus(LONGEST_LIFE).micros().div_euclid(1_000_000);
    let old: Vec<(TenantId, AccountId)> = tx
        .find::<Entity>()
        .columns([Column::TenantId, Column::AccountId])
        .filter(Column::IssuedUntil.lt(expired))
        .limit(limit)
        .all_tuples()
        .await?;
    let mut deleted = 0;
    for (tenant, account) in old {
        deleted += tx
            .delete::<Entity>()
            .filter(Column::TenantId.eq(tenant))
            .filter(Column::AccountId.eq(account))
            .filter(Column::IssuedUntil.lt(expired))
            .exec()
            .await?;
    }
    Ok(deleted)
}
