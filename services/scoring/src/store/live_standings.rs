//! Live standings: one row for each bloc, which says what they are and since when something is not in them.

use std::collections::BTreeMap;

use platform::db::{TenantTx, Update};
use platform::ids::TenantId;
use platform::{Error, Result, Timestamp};
use sea_orm::IntoActiveModel as _;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func};

use super::sheets::number;
use crate::domain::live::{Live, LiveBloc};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "live_standings")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub season: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub bloc: String,
    pub mark: i64,
    pub sheets_mark: i64,
    pub changed_at: Timestamp,
    pub stale_since: Option<Timestamp>,
    pub version: i64,
    pub computed_at: Option<Timestamp>,
    pub season_revision: i64,
    pub units_revision: i64,
    pub fault: String,
    pub standings: Option<Vec<u8>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

const LIVE: [Column; 6] =
    [Column::Mark, Column::ChangedAt, Column::StaleSince, Column::Version, Column::ComputedAt, Column::Fault];
type LiveRow = (i64, Timestamp, Option<Timestamp>, i64, Option<Timestamp>, String);

/// What is known of a bloc's live standings; none: they were never heard of.
pub(crate) async fn get(tx: &TenantTx, of: &LiveBloc) -> Result<Option<Live>> {
    let row = tx.find::<Entity>().columns(LIVE).filter(key(of)).one_tuple::<LiveRow>().await?;
    row.map(live).transpose()
}

/// As [`get`], and nobody marks or computes them until the transaction ends.
pub(crate) async fn held(tx: &TenantTx, of: &LiveBloc) -> Result<Option<Live>> {
    let find = tx.find::<Entity>().columns(LIVE).filter(key(of)).for_update();
    find.one_tuple::<LiveRow>().await?.map(live).transpose()
}

/// The bytes of the standings in this version; none where another one has taken their place, or there are none.
pub(crate) async fn standings(tx: &TenantTx, of: &LiveBloc, version: u64) -> Result<Option<Vec<u8>>> {
    let find = tx
        .find::<Entity>()
        .columns([Column::Standings])
        .filter(key(of))
        .filter(Column::Version.eq(number(version)?))
        .filter(Column::Standings.is_not_null());
    Ok(find.one_tuple::<(Vec<u8>,)>().await?.map(|(bytes,)| bytes))
}

/// A sheet of the bloc that counts has changed.
pub(crate) async fn sheet_changed(tx: &TenantTx, of: &LiveBloc, at: Timestamp) -> Result<()> {
    // Two calls may find no row at the same time; the later one then finds that of the other.
    for _ in 0..2 {
        let more = Expr::col(Column::SheetsMark).add(1);
        let marking = marked(tx, at).set_expr(Column::SheetsMark, more).filter(key(of));
        if marking.exec().await? > 0 || tx.insert_new(new(tx, of, at, 1), KEY).await? {
            return Ok(());
        }
    }
    Err(Error::internal(format!("{of} can be neither marked nor added")))
}

/// Competition has changed what these standings rest on, and now shows `revision`. Returns whether they did not have it.
pub(crate) async fn campaign_changed(
    tx: &TenantTx,
    of: &LiveBloc,
    revision: u64,
    at: Timestamp,
) -> Result<bool> {
    let older = Column::SeasonRevision.lt(number(revision)?);
    let marked = marked(tx, at).filter(key(of)).filter(older).exec().await?;
    Ok(marked > 0 || tx.insert_new(new(tx, of, at, 0), KEY).await?)
}

/// As [`campaign_changed`], for units of organizations.
pub(crate) async fn units_changed(
    tx: &TenantTx,
    of: &LiveBloc,
    revision: u64,
    at: Timestamp,
) -> Result<bool> {
    let older = Column::UnitsRevision.lt(number(revision)?);
    Ok(marked(tx, at).filter(key(of)).filter(older).exec().await? > 0)
}

/// The blocs of a season, or of all seasons, that are known here, in order.
pub(crate) async fn known(tx: &TenantTx, season: Option<&str>) -> Result<Vec<LiveBloc>> {
    let find = tx.find::<Entity>().columns([Column::Season, Column::Bloc]);
    let find = find.filter_some(season, |season| Column::Season.eq(season));
    let rows = find.all_tuples::<(String, String)>().await?;
    let mut blocs: Vec<LiveBloc> = rows.into_iter().map(|(season, bloc)| LiveBloc { season, bloc }).collect();
    blocs.sort_unstable();
    Ok(blocs)
}

/// How often sheets of each bloc of a season have changed, and when something did last.
pub(crate) type Marks = BTreeMap<String, (i64, Timestamp)>;

pub(crate) async fn sheet_marks(tx: &TenantTx, season: &str) -> Result<Marks> {
    let find = tx.find::<Entity>().columns([Column::Bloc, Column::SheetsMark, Column::ChangedAt]);
    let rows = find.filter(Column::Season.eq(season)).all_tuples::<(String, i64, Timestamp)>().await?;
    Ok(rows.into_iter().map(|(bloc, mark, at)| (bloc, (mark, at))).collect())
}

/// As [`sheet_marks`], and no sheet of these blocs changes until the transaction ends.
pub(crate) async fn held_sheet_marks(tx: &TenantTx, season: &str) -> Result<Marks> {
    let find = tx.find::<Entity>().columns([Column::Bloc, Column::SheetsMark, Column::ChangedAt]);
    let find = find.filter(Column::Season.eq(season)).order_by_asc(Column::Bloc).for_update();
    let rows = find.all_tuples::<(String, i64, Timestamp)>().await?;
    Ok(rows.into_iter().map(|(bloc, mark, at)| (bloc, (mark, at))).collect())
}

/// What a computation gave.
pub(crate) struct Computed<'c> {
    pub(crate) season_revision: u64,
    pub(crate) units_revision: u64,
    pub(crate) at: Timestamp,
    /// The standings, or why there are none.
    pub(crate) outcome: Result<Vec<u8>, &'c str>,
}

/// Puts new standings in the place of those that are held. They are stale where something has changed since `mark`.
pub(crate) async fn put(
    tx: &TenantTx,
    of: &LiveBloc,
    held: &Live,
    mark: u64,
    computed: Computed<'_>,
) -> Result<()> {
    let (standings, fault) = match computed.outcome {
        Ok(standings) => (Some(standings), ""),
        Err(fault) => (None, fault),
    };
    tx.update::<Entity>()
        .filter(key(of))
        .set(Column::Version, number(held.version.saturating_add(1))?)
        .set(Column::ComputedAt, computed.at)
        .set(Column::StaleSince, (held.mark != mark).then_some(held.changed_at))
        .set(Column::SeasonRevision, number(computed.season_revision)?)
        .set(Column::UnitsRevision, number(computed.units_revision)?)
        .set(Column::Fault, fault)
        .set(Column::Standings, standings)
        .exec()
        .await?;
    Ok(())
}

const KEY: [Column; 2] = [Column::Season, Column::Bloc];

/// Begins to mark rows as stale since `at`, or since when they are.
fn marked(tx: &TenantTx, at: Timestamp) -> Update<'_, platform::db::Tenant, Entity> {
    let since = Func::coalesce([Expr::col(Column::StaleSince), Expr::val(at.micros())]);
    tx.update::<Entity>()
        .set_expr(Column::Mark, Expr::col(Column::Mark).add(1))
        .set(Column::ChangedAt, at)
        .set_expr(Column::StaleSince, since.into())
}

fn new(tx: &TenantTx, of: &LiveBloc, at: Timestamp, sheets_mark: i64) -> ActiveModel {
    let row = Model {
        tenant_id: tx.tenant_id(),
        season: of.season.clone(),
        bloc: of.bloc.clone(),
        mark: 1,
        sheets_mark,
        changed_at: at,
        stale_since: Some(at),
        version: 0,
        computed_at: None,
        season_revision: 0,
        units_revision: 0,
        fault: String::new(),
        standings: None,
    };
    row.into_active_model()
}

fn key(of: &LiveBloc) -> sea_orm::Condition {
    sea_orm::Condition::all().add(Column::Season.eq(&of.season)).add(Column::Bloc.eq(&of.bloc))
}

fn live((mark, changed_at, stale_since, version, computed_at, fault): LiveRow) -> Result<Live> {
    Ok(Live {
        mark: u64::try_from(mark).map_err(Error::internal)?,
        changed_at,
        stale_since,
        version: u64::try_from(version).map_err(Error::internal)?,
        computed_at,
        fault,
    })
}
