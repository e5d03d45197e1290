//! Events that this service publishes.

use std::collections::BTreeSet;

use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use crate::Timestamp;
use crate::db::{DbError, SystemTx};
use crate::events::gaps::Missing;
use crate::ids::{EventId, TenantId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_outbox")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    /// Its place among the tenant's events, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sequence: i64,
    pub event_id: EventId,
    pub topic: String,
    pub payload: Vec<u8>,
    /// W3C `traceparent`, or empty.
    pub trace: String,
    pub created_at: Timestamp,
    /// When the exchange confirmed it; null while that has not happened.
    pub published_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
crate::tenant_entity!(Entity);
crate::platform_entity!(Entity);

/// The tenants that have something to publish.
pub(crate) async fn waiting(tx: &SystemTx) -> Result<Vec<TenantId>, DbError> {
    let tenants: Vec<(TenantId,)> = tx
        .find::<Entity>()
        .columns([Column::TenantId])
        .filter(Column::PublishedAt.is_null())
        .distinct()
        .all_tuples()
        .await?;
    Ok(tenants.into_iter().map(|(tenant,)| tenant).collect())
}

/// How many wait for the exchange.
pub(crate) async fn unpublished(tx: &SystemTx) -> Result<u64, DbError> {
    tx.find::<Entity>().filter(Column::PublishedAt.is_null()).count().await
}

/// The tenant's first unpublished events, in their order.
pub(crate) async fn next(tx: &SystemTx, tenant: TenantId, limit: u64) -> Result<Vec<Model>, DbError> {
    tx.find::<Entity>()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::PublishedAt.is_null())
        .order_by_asc(Column::Sequence)
        .limit(limit)
        .all()
        .await
}

/// Marks the tenant's events up to `last` as published. Numbers follow the order of commits, so none below `last` can
/// appear later.
pub(crate) async fn published(
    tx: &SystemTx,
    tenant: TenantId,
    last: i64,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.update::<Entity>()
        .set(Column::PublishedAt, Some(now))
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Sequence.lte(last))
        .filter(Column::PublishedAt.is_null())
        .exec()
        .await?;
    Ok(())
}

/// The tenants of which published events are still kept.
pub(crate) async fn keeping(tx: &SystemTx) -> Result<Vec<TenantId>, DbError> {
    let kept = tx.find::<Entity>().columns([Column::TenantId]).filter(Column::PublishedAt.is_not_null());
    let tenants: Vec<(TenantId,)> = kept.distinct().all_tuples().await?;
    Ok(tenants.into_iter().map(|(tenant,)| tenant).collect())
}

/// Marks every event of a tenant that is still kept as not published.
pub(crate) async fn again(tx: &SystemTx, tenant: TenantId) -> Result<u64, DbError> {
    tx.update::<Entity>()
        .set(Column::PublishedAt, None::<Timestamp>)
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::PublishedAt.is_not_null())
        .exec()
        .await
}

/// Marks these events as not published.
pub(crate) async fn unpublish(
    tx: &SystemTx,
    events: impl IntoIterator<Item = (TenantId, EventId)>,
) -> Result<(), DbError> {
    let (tenants, events): (BTreeSet<_>, Vec<_>) = events.into_iter().unzip();
    tx.update::<Entity>()
        .set(Column::PublishedAt, None::<Timestamp>)
        .filter(Column::TenantId.is_in(tenants))
        .filter(Column::EventId.is_in(events))
        .exec()
        .await?;
    Ok(())
}

/// The kept events of these topics, and when each was published.
pub(crate) async fn kept(
    tx: &SystemTx,
    topics: &[String],
) -> Result<Vec<(Missing, Option<Timestamp>)>, DbError> {
    let rows: Vec<(TenantId, EventId, String, Timestamp, Option<Timestamp>)> = tx
        .find::<Entity>()
        .columns([Column::TenantId, Column::EventId, Column::Topic, Column::CreatedAt, Column::PublishedAt])
        .filter(Column::Topic.is_in(topics))
        .all_tuples()
        .await?;
    let kept = |(tenant, event, topic, created_at, published_at)| {
        (Missing { tenant, event, topic, created_at }, published_at)
    };
    Ok(rows.into_iter().map(kept).collect())
}

/// Deletes published events that are older than `before`.
pub(super) async fn prune(tx: &SystemTx, before: Timestamp, rows: u64) -> Result<u64, DbError> {
    let old: Vec<(TenantId, i64)> = tx
        .find::<Entity>()
        .columns([Column::TenantId, Column::Sequence])
        .filter(Column::PublishedAt.lt(before))
        .limit(rows)
        .all_tuples()
        .await?;
    let mut deleted = 0;
    for (tenant, sequence) in old {
        deleted += tx
            .delete::<Entity>()
            .filter(Condition::all().add(Column::TenantId.eq(tenant)).add(Column::Sequence.eq(sequence)))
            .exec()
            .await?;
    }
    Ok(deleted)
}
