//! The policies of seasons.

use platform::db::TenantTx;
use platform::ids::{AccountId, TenantId};
use platform::{Error, Result, Timestamp};
use prost::Message as _;
use proto::competition::v1::Policy;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use crate::domain::signature::Signature;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "policies")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub season: String,
    /// An encoded `Policy`.
    pub policy: Vec<u8>,
    pub account_id: Option<AccountId>,
    pub account_name: String,
    pub account_title: String,
    pub at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// The season's policy and who put it there, if it has one.
pub(crate) async fn find(tx: &TenantTx, season: &str) -> Result<Option<(Policy, Signature)>> {
    let Some(row) = tx.find::<Entity>().filter(Column::Season.eq(season)).one().await? else {
        return Ok(None);
    };
    let policy = Policy::decode(row.policy.as_slice()).map_err(Error::internal)?;
    let by =
        Signature { account: row.account_id, name: row.account_name, title: row.account_title, at: row.at };
    Ok(Some((policy, by)))
}

/// Writes the season's policy in place of the one before.
pub(crate) async fn put(tx: &TenantTx, season: &str, policy: &Policy, by: Signature) -> Result<()> {
    let row = Model {
        tenant_id: tx.tenant_id(),
        season: season.to_owned(),
        policy: policy.encode_to_vec(),
        account_id: by.account,
        account_name: by.name,
        account_title: by.title,
        at: by.at,
    };
    let changed = [Column::Policy, Column::AccountId, Column::AccountName, Column::AccountTitle, Column::At];
    Ok(tx.upsert::<Entity, _>(row.into_active_model(), [Column::Season], changed).await?)
}
