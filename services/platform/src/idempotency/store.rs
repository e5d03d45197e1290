//! The answers that were given under a key.

use sea_orm::Set;
use sea_orm::entity::prelude::*;

use super::{Answer, Call, KEPT};
use crate::db::{DbError, Reach, SystemTx, Tx};
use crate::ids::TenantId;
use crate::{Error, Result, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_answers")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub caller: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub method: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// SHA-256 of the request.
    pub body: Vec<u8>,
    /// The encoded response; empty only while its transaction is open.
    pub response: Vec<u8>,
    pub created_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
crate::tenant_entity!(Entity);
crate::platform_entity!(Entity);

/// Takes the key for this call, or returns what was answered under it. Where another call with the key is at work, the
/// database lets this one wait for its end.
pub(super) async fn claim<S: Reach<Entity>>(tx: &Tx<S>, call: &Call) -> Result<Option<Answer>> {
    // What has outlived its time is no answer, whether it was pruned or not.
    tx.delete::<Entity>()
        .filter(place(call))
        .filter(Column::CreatedAt.lt(call.now.minus(KEPT)))
        .exec()
        .await?;
    let row = ActiveModel {
        tenant_id: Set(call.tenant),
        caller: Set(call.caller.clone()),
        method: Set(call.method.clone()),
        key: Set(call.key.as_str().to_owned()),
        body: Set(call.body.clone()),
        response: Set(Vec::new()),
        created_at: Set(call.now),
    };
    // A tenant's transaction adds its tenant to the key itself.
    let tenant = tx.fence::<Entity>().is_none().then_some(Column::TenantId);
    let unique = tenant.into_iter().chain([Column::Caller, Column::Method, Column::Key]);
    if tx.insert_new(row, unique).await? {
        return Ok(None);
    }
    match find(tx, call).await? {
        Some(answer) => Ok(Some(answer)),
        // It was pruned between the two statements.
        None => Err(Error::aborted("IDEMPOTENCY_KEY_BUSY", "the key's first call is ending: try again")),
    }
}

pub(super) async fn find<S: Reach<Entity>>(tx: &Tx<S>, call: &Call) -> Result<Option<Answer>> {
    let row = tx
        .find::<Entity>()
        .filter(place(call))
        .filter(Column::CreatedAt.gte(call.now.minus(KEPT)))
        .one()
        .await?;
    Ok(row.map(|row| Answer { body: row.body, response: row.response }))
}

pub(super) async fn answer<S: Reach<Entity>>(tx: &Tx<S>, call: &Call, response: Vec<u8>) -> Result<()> {
    tx.update::<Entity>().set(Column::Response, response).filter(place(call)).exec().await?;
    Ok(())
}

fn place(call: &Call) -> sea_orm::Condition {
    sea_orm::Condition::all()
        .add(Column::TenantId.eq(call.tenant))
        .add(Column::Caller.eq(&call.caller))
        .add(Column::Method.eq(&call.method))
        .add(Column::Key.eq(call.key.as_str()))
}

/// Deletes at most `rows` answers that were given before `before`; returns how many.
pub(crate) async fn prune(tx: &SystemTx, before: Timestamp, rows: u64) -> Result<u64, DbError> {
    let old = tx.find::<Entity>().filter(Column::CreatedAt.lt(before)).limit(rows).all().await?;
    let mut deleted = 0;
    for row in old {
        deleted += tx
            .delete::<Entity>()
            .filter(Column::TenantId.eq(row.tenant_id))
            .filter(Column::Caller.eq(row.caller))
            .filter(Column::Method.eq(row.method))
            .filter(Column::Key.eq(row.key))
            .exec()
            .await?;
    }
    Ok(deleted)
}
