//! Messages: who got which notice, and whether it was read.
//!
//! Their numbers become visible in their order, so who knows all up to one number misses nothing by asking for those
//! with higher ones.

use std::collections::BTreeSet;

use platform::db::TenantTx;
use platform::ids::{AccountId, EventId, TenantId};
use platform::{Error, Result, Timestamp};
use sea_orm::IntoActiveModel as _;
use sea_orm::entity::prelude::*;

use super::{heads, notices};
use crate::domain::messages::{Message, MessageId};
use crate::domain::notices::Kind;
use crate::error;

platform::id_columns!(MessageId);

/// The channel on which those are woken who wait for messages; the payload is the tenant.
pub(crate) const WAKE: &str = "messages";

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub message_id: MessageId,
    pub account_id: AccountId,
    pub event_id: EventId,
    pub number: i64,
    pub created_at: Timestamp,
    pub read_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// Gives the notice of an event to those of these accounts that do not have it, and wakes who waits for messages.
pub(crate) async fn deliver(tx: &TenantTx, event: EventId, accounts: &[AccountId]) -> Result<()> {
    let before = heads::hold(tx).await?;
    let have: BTreeSet<AccountId> = having(tx, event, accounts).await?;
    let ids = tx.database().ids();
    let now = ids.clock().now();
    let mut last = before;
    let mut rows = Vec::with_capacity(accounts.len());
    for account in accounts.iter().filter(|account| !have.contains(account)) {
        last = last.saturating_add(1);
        let row = Model {
            tenant_id: tx.tenant_id(),
            message_id: MessageId(ids.next()),
            account_id: *account,
            event_id: event,
            number: last,
            created_at: now,
            read_at: None,
        };
        rows.push(row.into_active_model());
    }
    if last == before {
        return Ok(());
    }
    tx.insert_many::<Entity, ActiveModel, _>(rows).await?;
    heads::set(tx, last).await?;
    tx.notify(WAKE, &tx.tenant_id().to_string());
    Ok(())
}

/// Those of the accounts that have the notice of the event.
async fn having(tx: &TenantTx, event: EventId, accounts: &[AccountId]) -> Result<BTreeSet<AccountId>> {
    let rows = tx
        .find::<Entity>()
        .columns([Column::AccountId])
        .filter(Column::EventId.eq(event))
        .filter(Column::AccountId.is_in(accounts.iter().copied()))
        .all_tuples::<(AccountId,)>()
        .await?;
    Ok(rows.into_iter().map(|(account,)| account).collect())
}

/// Which messages of an inbox.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filter {
    pub(crate) unread_only: bool,
    pub(crate) kind: Option<Kind>,
    /// Only those with lower numbers.
    pub(crate) before: Option<i64>,
}

/// At most `most` messages to the account, the newest first.
pub(crate) async fn list(
    tx: &TenantTx,
    account: AccountId,
    filter: Filter,
    most: u64,
) -> Result<Vec<Message>> {
    let mut find = tx
        .find::<Entity>()
        .filter(Column::AccountId.eq(account))
        .filter_some(filter.before, |number| Column::Number.lt(number));
    if filter.unread_only {
        find = find.filter(Column::ReadAt.is_null());
    }
    if let Some(kind) = filter.kind {
        let of_kind = notices::Column::Kind.eq(kind.as_str());
        find = find.having_row::<notices::Entity>([(Column::EventId, notices::Column::EventId)], of_kind);
    }
    with_notices(tx, find.order_by_desc(Column::Number).limit(most).all().await?).await
}

/// At most `most` messages to the account with higher numbers than `number`, the oldest first.
pub(crate) async fn after(tx: &TenantTx, account: AccountId, number: i64, most: u64) -> Result<Vec<Message>> {
    let find = tx.find::<Entity>().filter(Column::AccountId.eq(account)).filter(Column::Number.gt(number));
    with_notices(tx, find.order_by_asc(Column::Number).limit(most).all().await?).await
}

/// The message in the account's inbox; `MESSAGE_UNKNOWN` when there is none.
pub(crate) async fn get(tx: &TenantTx, account: AccountId, id: MessageId) -> Result<Message> {
    let find = tx.find::<Entity>().filter(Column::AccountId.eq(account)).filter(Column::MessageId.eq(id));
    let found = with_notices(tx, find.all().await?).await?.pop();
    found.ok_or_else(|| error::message_unknown(id))
}

/// Those of the messages that are in the account's inbox.
pub(crate) async fn known(
    tx: &TenantTx,
    account: AccountId,
    ids: &[MessageId],
) -> Result<BTreeSet<MessageId>> {
    let find = tx.find::<Entity>().columns([Column::MessageId]).filter(Column::AccountId.eq(account));
    let rows = find.filter(Column::MessageId.is_in(ids.iter().copied()));
    Ok(rows.all_tuples::<(MessageId,)>().await?.into_iter().map(|(id,)| id).collect())
}

pub(crate) async fn count_unread(tx: &TenantTx, account: AccountId) -> Result<u64> {
    let find = tx.find::<Entity>().filter(Column::AccountId.eq(account)).filter(Column::ReadAt.is_null());
    Ok(find.count().await?)
}

/// Marks the unread ones of these messages, or of all in the inbox, as read; returns how many they were.
pub(crate) async fn mark_read(
    tx: &TenantTx,
    account: AccountId,
    ids: Option<&[MessageId]>,
    now: Timestamp,
) -> Result<u64> {
    let mut update = tx
        .update::<Entity>()
        .set(Column::ReadAt, now)
        .filter(Column::AccountId.eq(account))
        .filter(Column::ReadAt.is_null());
    if let Some(ids) = ids {
        update = update.filter(Column::MessageId.is_in(ids.iter().copied()));
    }
    Ok(update.exec().await?)
}

async fn with_notices(tx: &TenantTx, rows: Vec<Model>) -> Result<Vec<Message>> {
    let events: BTreeSet<EventId> = rows.iter().map(|row| row.event_id).collect();
    let notices = notices::of(tx, events).await?;
    let message = |row: Model| {
        let missing = || Error::internal(format!("message {} has no notice", row.message_id));
        Ok(Message {
            id: row.message_id,
            number: row.number,
            notice: notices.get(&row.event_id).cloned().ok_or_else(missing)?,
            created_at: row.created_at,
            read_at: row.read_at,
        })
    };
    rows.into_iter().map(message).collect()
}
