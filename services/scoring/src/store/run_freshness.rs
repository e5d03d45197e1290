//! What each run gathered, and since when something of it has changed. The run itself stays what it is.

use platform::db::TenantTx;
use platform::ids::TenantId;
use platform::{Result, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{ExprTrait as _, IntoActiveModel as _};

use super::sheets::number;
use crate::domain::runs::RunId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "run_freshness")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: RunId,
    pub season: String,
    pub season_revision: i64,
    pub units_revision: i64,
    pub stale_since: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// What a run gathered.
pub(crate) struct Gathered<'g> {
    pub(crate) season: &'g str,
    pub(crate) season_revision: u64,
    pub(crate) units_revision: u64,
}

pub(crate) async fn add(
    tx: &TenantTx,
    run: RunId,
    gathered: &Gathered<'_>,
    stale_since: Option<Timestamp>,
) -> Result<()> {
    let row = Model {
        tenant_id: tx.tenant_id(),
        run_id: run,
        season: gathered.season.to_owned(),
        season_revision: number(gathered.season_revision)?,
        units_revision: number(gathered.units_revision)?,
        stale_since,
    };
    Ok(tx.insert::<Entity, ActiveModel>(row.into_active_model()).await?)
}

/// Since when something that the run rests on has changed; none: nothing has.
pub(crate) async fn stale_since(tx: &TenantTx, run: RunId) -> Result<Option<Timestamp>> {
    let find = tx.find::<Entity>().filter(Column::RunId.eq(run));
    Ok(find.one().await?.and_then(|row| row.stale_since))
}

/// A sheet of the season that counts has changed.
pub(crate) async fn sheet_changed(tx: &TenantTx, season: &str, at: Timestamp) -> Result<()> {
    end(tx, Column::Season.eq(season), at).await
}

/// Competition has changed the season, and now shows `revision`.
pub(crate) async fn campaign_changed(
    tx: &TenantTx,
    season: &str,
    revision: u64,
    at: Timestamp,
) -> Result<()> {
    end(tx, Column::Season.eq(season).and(Column::SeasonRevision.lt(number(revision)?)), at).await
}

/// Organizations has changed units, and now shows `revision`.
pub(crate) async fn units_changed(tx: &TenantTx, revision: u64, at: Timestamp) -> Result<()> {
    end(tx, Column::UnitsRevision.lt(number(revision)?), at).await
}

async fn end(tx: &TenantTx, which: impl sea_orm::sea_query::IntoCondition, at: Timestamp) -> Result<()> {
    let fresh = Column::StaleSince.is_null();
    tx.update::<Entity>().set(Column::StaleSince, at).filter(which).filter(fresh).exec().await?;
    Ok(())
}
