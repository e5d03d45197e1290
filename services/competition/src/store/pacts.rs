//! The pacts of blocs.

use platform::db::TenantTx;
use platform::ids::{AccountId, TenantId};
use platform::{Error, Result, Timestamp};
use prost::Message as _;
use proto::competition::v1 as wire;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use super::{optional_date, pact_parties, value, word};
use crate::domain::pacts::Pact;
use crate::domain::signature::Signature;
use crate::error;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pacts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub season: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub bloc: String,
    pub title: String,
    /// An encoded `Pact` that has its documents alone.
    pub documents: Vec<u8>,
    pub adopted_on: Option<String>,
    pub state: String,
    pub account_id: Option<AccountId>,
    pub account_name: String,
    pub account_title: String,
    pub at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

const STATE: &str = "PACT_STATE_";

/// The pact of a bloc, if it has one.
pub(crate) async fn find(tx: &TenantTx, season: &str, bloc: &str) -> Result<Option<Pact>> {
    let find = tx.find::<Entity>().filter(Column::Season.eq(season)).filter(Column::Bloc.eq(bloc));
    match find.one().await? {
        Some(row) => pact(tx, row).await.map(Some),
        None => Ok(None),
    }
}

/// The pact of a bloc; `PACT_UNKNOWN` when it has none.
pub(crate) async fn get(tx: &TenantTx, season: &str, bloc: &str) -> Result<Pact> {
    find(tx, season, bloc).await?.ok_or_else(|| error::pact_unknown(season, bloc))
}

/// The blocs of the season that have a pact.
pub(crate) async fn blocs(tx: &TenantTx, season: &str) -> Result<Vec<String>> {
    let rows = tx.find::<Entity>().columns([Column::Bloc]).filter(Column::Season.eq(season));
    Ok(rows.all_tuples::<(String,)>().await?.into_iter().map(|(bloc,)| bloc).collect())
}

/// Writes the pact with its parties as it is now.
pub(crate) async fn put(tx: &TenantTx, pact: &Pact) -> Result<()> {
    let documents = wire::Pact { documents: pact.documents.clone(), ..wire::Pact::default() };
    let row = Model {
        tenant_id: tx.tenant_id(),
        season: pact.season.clone(),
        bloc: pact.bloc.clone(),
        title: pact.title.clone(),
        documents: documents.encode_to_vec(),
        adopted_on: pact.adopted_on.map(|date| date.to_string()),
        state: word(pact.state.as_str_name(), STATE),
        account_id: pact.updated.account,
        account_name: pact.updated.name.clone(),
        account_title: pact.updated.title.clone(),
        at: pact.updated.at,
    };
    let changed = [
        Column::Title,
        Column::Documents,
        Column::AdoptedOn,
        Column::State,
        Column::AccountId,
        Column::AccountName,
        Column::AccountTitle,
        Column::At,
    ];
    let key = [Column::Season, Column::Bloc];
    tx.upsert::<Entity, ActiveModel>(row.into_active_model(), key, changed).await?;
    pact_parties::replace(tx, pact).await
}

async fn pact(tx: &TenantTx, row: Model) -> Result<Pact> {
    let documents = wire::Pact::decode(row.documents.as_slice()).map_err(Error::internal)?.documents;
    Ok(Pact {
        parties: pact_parties::of(tx, &row.season, &row.bloc).await?,
        adopted_on: optional_date(row.adopted_on.as_deref())?,
        state: value(STATE, &row.state, wire::PactState::from_str_name)?,
        updated: Signature {
            account: row.account_id,
            name: row.account_name,
            title: row.account_title,
            at: row.at,
        },
        season: row.season,
        bloc: row.bloc,
        title: row.title,
        documents,
    })
}
