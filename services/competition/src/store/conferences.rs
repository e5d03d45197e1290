//! The conferences of blocs, as they were convened.

use platform::db::TenantTx;
use platform::ids::{AccountId, TenantId};
use platform::{Result, Timestamp};
use proto::competition::v1::ConferenceKind;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use super::{date, value, word};
use crate::domain::conferences::{Conference, ConferenceId};
use crate::domain::signature::Signature;
use crate::error;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "conferences")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub conference_id: ConferenceId,
    pub season: String,
    pub bloc: String,
    pub kind: String,
    pub held_on: String,
    pub place: String,
    pub chair: String,
    pub secretary: String,
    pub account_id: Option<AccountId>,
    pub account_name: String,
    pub account_title: String,
    pub at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);
platform::id_columns!(ConferenceId);

const KIND: &str = "CONFERENCE_KIND_";

pub(crate) async fn add(tx: &TenantTx, conference: &Conference, by: Signature) -> Result<()> {
    let row = Model {
        tenant_id: tx.tenant_id(),
        conference_id: conference.id,
        season: conference.season.clone(),
        bloc: conference.bloc.clone(),
        kind: word(conference.kind.as_str_name(), KIND),
        held_on: conference.held_on.to_string(),
        place: conference.place.clone(),
        chair: conference.chair.clone(),
        secretary: conference.secretary.clone(),
        account_id: by.account,
        account_name: by.name,
        account_title: by.title,
        at: by.at,
    };
    Ok(tx.insert::<Entity, ActiveModel>(row.into_active_model()).await?)
}

/// The conference; `CONFERENCE_UNKNOWN` when there is none.
pub(crate) async fn get(tx: &TenantTx, id: ConferenceId) -> Result<Conference> {
    let row = tx.find::<Entity>().filter(Column::ConferenceId.eq(id)).one().await?;
    conference(row.ok_or_else(|| error::conference_unknown(id))?)
}

/// The conferences of a season, or of one bloc in it, in no order.
pub(crate) async fn of(tx: &TenantTx, season: &str, bloc: Option<&str>) -> Result<Vec<Conference>> {
    let find = tx.find::<Entity>().filter(Column::Season.eq(season));
    let rows = find.filter_some(bloc, |bloc| Column::Bloc.eq(bloc)).all().await?;
    rows.into_iter().map(conference).collect()
}

fn conference(row: Model) -> Result<Conference> {
    Ok(Conference {
        id: row.conference_id,
        kind: value(KIND, &row.kind, ConferenceKind::from_str_name)?,
        held_on: date(&row.held_on)?,
        season: row.season,
        bloc: row.bloc,
        place: row.place,
        chair: row.chair,
        secretary: row.secretary,
    })
}
