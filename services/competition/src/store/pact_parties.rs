//! Who signs a pact, and who has signed it.

use std::collections::BTreeMap;

use platform::db::TenantTx;
use platform::ids::{AccountId, TenantId};
use platform::{Result, Timestamp};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use crate::domain::pacts::{Pact, Party};
use crate::domain::signature::Signature;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pact_parties")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub season: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub bloc: String,
    /// Empty: the federation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit: String,
    pub account_id: Option<AccountId>,
    pub account_name: String,
    pub account_title: String,
    /// When it signed; none: it has not.
    pub at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

pub(crate) async fn of(
    tx: &TenantTx,
    season: &str,
    bloc: &str,
) -> Result<BTreeMap<Party, Option<Signature>>> {
    let rows = tx.find::<Entity>().filter(Column::Season.eq(season)).filter(Column::Bloc.eq(bloc)).all();
    let parties = rows.await?.into_iter().map(|row| {
        let party = if row.unit.is_empty() { Party::Federation } else { Party::Unit(row.unit) };
        let signed = row.at.map(|at| Signature {
            account: row.account_id,
            name: row.account_name,
            title: row.account_title,
            at,
        });
        (party, signed)
    });
    Ok(parties.collect())
}

/// Writes the parties of a pact in place of those that it had.
pub(crate) async fn replace(tx: &TenantTx, pact: &Pact) -> Result<()> {
    tx.delete::<Entity>()
        .filter(Column::Season.eq(&pact.season))
        .filter(Column::Bloc.eq(&pact.bloc))
        .exec()
        .await?;
    let rows = pact.parties.iter().map(|(party, signed)| {
        let at = signed.as_ref().map(|signed| signed.at);
        let signed = signed.clone().unwrap_or_default();
        let row = Model {
            tenant_id: tx.tenant_id(),
            season: pact.season.clone(),
            bloc: pact.bloc.clone(),
            unit: match party {
                Party::Unit(unit) => unit.clone(),
                Party::Federation => String::new(),
            },
            account_id: signed.account,
            account_name: signed.name,
            account_title: signed.title,
            at,
        };
        IntoActiveModel::<ActiveModel>::into_active_model(row)
    });
    tx.insert_many::<Entity, ActiveModel, _>(rows.collect::<Vec<_>>()).await?;
    Ok(())
}
