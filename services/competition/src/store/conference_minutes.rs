//! The minutes of conferences, in all their versions.

use platform::db::TenantTx;
use platform::ids::{AccountId, TenantId};
use platform::{Result, Timestamp};
use proto::competition::v1 as wire;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use super::number;
use crate::domain::conferences::{ConferenceId, Minutes};
use crate::domain::signature::Signature;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "conference_minutes")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub conference_id: ConferenceId,
    /// 1 for the first.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    pub number: String,
    pub text: String,
    pub reference: String,
    pub sha256: String,
    pub account_id: Option<AccountId>,
    pub account_name: String,
    pub account_title: String,
    pub at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// The newest minutes, if there are any.
pub(crate) async fn latest(tx: &TenantTx, id: ConferenceId) -> Result<Option<wire::Minutes>> {
    newest(tx, id).await?.map(minutes).transpose()
}

/// At most so many versions before `before` (or of all), the newest first.
pub(crate) async fn history(
    tx: &TenantTx,
    id: ConferenceId,
    before: Option<u32>,
    limit: u64,
) -> Result<Vec<wire::Minutes>> {
    let find = tx.find::<Entity>().filter(Column::ConferenceId.eq(id)).order_by_desc(Column::Version);
    let find = find.filter_some(before, |before| Column::Version.lt(i64::from(before)));
    find.limit(limit).all().await?.into_iter().map(minutes).collect()
}

fn minutes(row: Model) -> Result<wire::Minutes> {
    let by =
        Signature { account: row.account_id, name: row.account_name, title: row.account_title, at: row.at };
    let minutes =
        Minutes { number: row.number, text: row.text, reference: row.reference, sha256: row.sha256 };
    Ok(minutes.to_proto(number(row.version)?, &by))
}

/// Adds the next version and returns its number. The season is held.
pub(crate) async fn add(tx: &TenantTx, id: ConferenceId, minutes: Minutes, by: Signature) -> Result<u32> {
    let version = newest(tx, id).await?.map_or(1, |row| row.version.saturating_add(1));
    let row = Model {
        tenant_id: tx.tenant_id(),
        conference_id: id,
        version,
        number: minutes.number,
        text: minutes.text,
        reference: minutes.reference,
        sha256: minutes.sha256,
        account_id: by.account,
        account_name: by.name,
        account_title: by.title,
        at: by.at,
    };
    tx.insert::<Entity, ActiveModel>(row.into_active_model()).await?;
    number(version)
}

async fn newest(tx: &TenantTx, id: ConferenceId) -> Result<Option<Model>> {
    let find = tx.find::<Entity>().filter(Column::ConferenceId.eq(id)).order_by_desc(Column::Version);
    Ok(find.limit(1).one().await?)
}
