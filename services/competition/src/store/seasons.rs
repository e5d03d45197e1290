//! Seasons.

use platform::db::{DbResultExt as _, TenantTx};
use platform::ids::TenantId;
use platform::{Error, Result};
use prost::Message as _;
use proto::common::v1::Reason;
use proto::competition::v1::VoteRules;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait as _;

use super::{date, number, phases, pinned_sets};
use crate::domain::seasons::{About, Season};
use crate::error;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seasons")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub name: String,
    pub starts_on: String,
    pub ends_on: String,
    /// An encoded `VoteRules`.
    pub vote_rules: Option<Vec<u8>>,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// Adds a new season with its phases; `SEASON_EXISTS` when its code is taken.
pub(crate) async fn add(tx: &TenantTx, season: &Season) -> Result<()> {
    let About { code, name, starts_on, ends_on, vote_rules } = season.about.clone();
    let row = Model {
        tenant_id: tx.tenant_id(),
        name,
        starts_on: starts_on.to_string(),
        ends_on: ends_on.to_string(),
        vote_rules: vote_rules.map(|rules| rules.encode_to_vec()),
        revision: stored(season.revision)?,
        code,
    };
    let taken = || error::season_exists(season.code());
    tx.insert::<Entity, _>(row.into_active_model()).await.on_unique("seasons_code_key", taken)?;
    phases::replace(tx, season.code(), &season.phases).await
}

/// The season; `SEASON_UNKNOWN` when there is none.
pub(crate) async fn get(tx: &TenantTx, code: &str) -> Result<Season> {
    let row = tx.find::<Entity>().filter(Column::Code.eq(code)).one().await?;
    whole(tx, row.ok_or_else(|| error::season_unknown(code))?).await
}

/// As [`get`], and keeps others from changing anything in the season until the transaction ends. Every change of a season
/// or of what is in it begins with this.
pub(crate) async fn hold(tx: &TenantTx, code: &str) -> Result<Season> {
    let row = tx.find::<Entity>().filter(Column::Code.eq(code)).for_update().one().await?;
    whole(tx, row.ok_or_else(|| error::season_unknown(code))?).await
}

/// As [`hold`], and holds with it all seasons that end in the same year. Returns the codes of all of them too.
pub(crate) async fn hold_year(tx: &TenantTx, code: &str) -> Result<(Season, Vec<String>)> {
    let ends_on = tx.find::<Entity>().columns([Column::EndsOn]).filter(Column::Code.eq(code));
    let (ends_on,) = ends_on.one_tuple::<(String,)>().await?.ok_or_else(|| error::season_unknown(code))?;
    let year = format!("{:04}-", date(&ends_on)?.year());
    // Whoever holds several takes them in one order.
    let rows = tx.find::<Entity>().filter(Column::EndsOn.starts_with(&year)).order_by_asc(Column::Code);
    let rows = rows.for_update().all().await?;
    let codes = rows.iter().map(|row| row.code.clone()).collect();
    let row = rows.into_iter().find(|row| row.code == code);
    // Its end was moved to another year in between.
    let met = || Error::aborted(Reason::Conflict.code(), "two changes of the season met: try again");
    Ok((whole(tx, row.ok_or_else(met)?).await?, codes))
}

/// `SEASON_UNKNOWN` when there is none.
pub(crate) async fn require(tx: &TenantTx, code: &str) -> Result<()> {
    let known = tx.find::<Entity>().filter(Column::Code.eq(code)).exists().await?;
    if known { Ok(()) } else { Err(error::season_unknown(code)) }
}

/// All codes with their first days.
pub(crate) async fn codes(tx: &TenantTx) -> Result<Vec<(String, String)>> {
    Ok(tx.find::<Entity>().columns([Column::Code, Column::StartsOn]).all_tuples().await?)
}

/// Writes what is said about a season that is held, and its phases. The revision is counted apart.
pub(crate) async fn change(tx: &TenantTx, season: &Season) -> Result<()> {
    let About { code, name, starts_on, ends_on, vote_rules } = season.about.clone();
    tx.update::<Entity>()
        .set(Column::Name, name)
        .set(Column::StartsOn, starts_on.to_string())
        .set(Column::EndsOn, ends_on.to_string())
        .set(Column::VoteRules, vote_rules.map(|rules| rules.encode_to_vec()))
        .filter(Column::Code.eq(&code))
        .exec()
        .await?;
    phases::replace(tx, &code, &season.phases).await
}

/// Gives a season that is held its next revision and returns it.
pub(crate) async fn count_revision(tx: &TenantTx, code: &str) -> Result<u64> {
    let next = Expr::col(Column::Revision).add(1);
    let changed =
        tx.update::<Entity>().set_expr(Column::Revision, next).filter(Column::Code.eq(code)).exec_returning();
    let row = changed.await?.pop().ok_or_else(|| error::season_unknown(code))?;
    number(row.revision)
}

async fn whole(tx: &TenantTx, row: Model) -> Result<Season> {
    let rules = row.vote_rules.as_deref().map(VoteRules::decode).transpose().map_err(Error::internal)?;
    let about = About {
        starts_on: date(&row.starts_on)?,
        ends_on: date(&row.ends_on)?,
        name: row.name,
        vote_rules: rules,
        code: row.code,
    };
    Ok(Season {
        phases: phases::of(tx, &about.code).await?,
        sets: pinned_sets::of(tx, &about.code).await?,
        revision: number(row.revision)?,
        about,
    })
}

fn stored(revision: u64) -> Result<i64> {
    i64::try_from(revision).map_err(Error::internal)
}
