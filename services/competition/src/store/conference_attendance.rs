//! Who was at conferences: what was said last holds, and what was said before stays.

use platform::db::TenantTx;
use platform::ids::{AccountId, TenantId};
use platform::{Error, Result, Timestamp};
use prost::Message as _;
use proto::competition::v1 as wire;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use super::number;
use crate::domain::conferences::ConferenceId;
use crate::domain::signature::Signature;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "conference_attendance")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub conference_id: ConferenceId,
    /// 1 for what was said first.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    /// An encoded `Conference` that has its attendance alone.
    pub attendance: Vec<u8>,
    pub account_id: Option<AccountId>,
    pub account_name: String,
    pub account_title: String,
    pub at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// Who was there; empty before it was recorded.
pub(crate) async fn latest(tx: &TenantTx, id: ConferenceId) -> Result<Vec<wire::Attendance>> {
    let Some(row) = newest(tx, id).await? else { return Ok(Vec::new()) };
    Ok(wire::Conference::decode(row.attendance.as_slice()).map_err(Error::internal)?.attendance)
}

/// At most so many of what was said before version `before` (or at all), the latest first.
pub(crate) async fn history(
    tx: &TenantTx,
    id: ConferenceId,
    before: Option<u32>,
    limit: u64,
) -> Result<Vec<wire::RecordedAttendance>> {
    let find = tx.find::<Entity>().filter(Column::ConferenceId.eq(id)).order_by_desc(Column::Version);
    let find = find.filter_some(before, |before| Column::Version.lt(i64::from(before)));
    let recorded = find.limit(limit).all().await?.into_iter().map(|row| {
        let conference = wire::Conference::decode(row.attendance.as_slice()).map_err(Error::internal)?;
        let Model { account_id: account, account_name: name, account_title: title, at, .. } = row;
        Ok(wire::RecordedAttendance {
            version: number(row.version)?,
            attendance: conference.attendance,
            recorded: Some(Signature { account, name, title, at }.to_proto()),
        })
    });
    recorded.collect()
}

/// Adds what is said now. The season is held.
pub(crate) async fn add(
    tx: &TenantTx,
    id: ConferenceId,
    attendance: &[wire::Attendance],
    by: Signature,
) -> Result<()> {
    let attendance = wire::Conference { attendance: attendance.to_vec(), ..wire::Conference::default() };
    let row = Model {
        tenant_id: tx.tenant_id(),
        conference_id: id,
        version: newest(tx, id).await?.map_or(1, |row| row.version.saturating_add(1)),
        attendance: attendance.encode_to_vec(),
        account_id: by.account,
        account_name: by.name,
        account_title: by.title,
        at: by.at,
    };
    Ok(tx.insert::<Entity, ActiveModel>(row.into_active_model()).await?)
}

async fn newest(tx: &TenantTx, id: ConferenceId) -> Result<Option<Model>> {
    let find = tx.find::<Entity>().filter(Column::ConferenceId.eq(id)).order_by_desc(Column::Version);
    Ok(find.limit(1).one().await?)
}
