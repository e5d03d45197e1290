//! Why offered pacts were taken back.

use platform::db::TenantTx;
use platform::ids::{AccountId, TenantId};
use platform::{Result, Timestamp};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use crate::domain::pacts::Pact;
use crate::domain::signature::Signature;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pact_withdrawals")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub season: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub bloc: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub withdrawal_id: Uuid,
    pub reason: String,
    pub account_id: Option<AccountId>,
    pub account_name: String,
    pub account_title: String,
    pub at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

pub(crate) async fn add(tx: &TenantTx, pact: &Pact, reason: &str, by: Signature) -> Result<()> {
    let row = Model {
        tenant_id: tx.tenant_id(),
        season: pact.season.clone(),
        bloc: pact.bloc.clone(),
        withdrawal_id: tx.database().ids().next(),
        reason: reason.to_owned(),
        account_id: by.account,
        account_name: by.name,
        account_title: by.title,
        at: by.at,
    };
    Ok(tx.insert::<Entity, ActiveModel>(row.into_active_model()).await?)
}
