//! Criteria sets in their versions. A version never changes.

use platform::db::{DbResultExt as _, TenantTx};
use platform::ids::{AccountId, TenantId};
use platform::{Error, Result, Timestamp};
use prost::Message as _;
use proto::common::v1::Reason;
use proto::competition::v1 as wire;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use super::number;
use crate::domain::criteria::CriteriaSet;
use crate::domain::signature::Signature;
use crate::error;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "criteria_sets")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    pub name: String,
    /// In hundredths.
    pub max_points: i64,
    /// An encoded `CriteriaSet` that has its groups alone.
    pub groups: Vec<u8>,
    pub account_id: Option<AccountId>,
    pub account_name: String,
    pub account_title: String,
    pub at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// A set in one version.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Version {
    pub(crate) version: u32,
    pub(crate) set: CriteriaSet,
    pub(crate) created: Signature,
}

impl Version {
    pub(crate) fn to_proto(&self) -> wire::CriteriaSet {
        let created = Some(self.created.to_proto());
        wire::CriteriaSet { version: self.version, created, ..self.set.to_proto() }
    }
}

/// Adds a version; `CONFLICT` when another call added the same one.
pub(crate) async fn add(tx: &TenantTx, added: &Version) -> Result<()> {
    let Version { version, set, created } = added.clone();
    let row = Model {
        tenant_id: tx.tenant_id(),
        code: set.code,
        version: i64::from(version),
        name: set.name,
        max_points: set.max_points,
        groups: wire::CriteriaSet { groups: set.groups, ..Default::default() }.encode_to_vec(),
        account_id: created.account,
        account_name: created.name,
        account_title: created.title,
        at: created.at,
    };
    let met = || Error::aborted(Reason::Conflict.code(), "two versions of the set met: try again");
    tx.insert::<Entity, _>(row.into_active_model()).await.on_unique("criteria_sets_code_version_key", met)
}

/// One version; `CRITERIA_SET_UNKNOWN` when there is none.
pub(crate) async fn get(tx: &TenantTx, code: &str, wanted: u32) -> Result<Version> {
    let find = tx.find::<Entity>().filter(Column::Code.eq(code));
    let row = find.filter(Column::Version.eq(i64::from(wanted))).one().await?;
    version(row.ok_or_else(|| error::set_unknown(code, Some(wanted)))?)
}

pub(crate) async fn latest(tx: &TenantTx, code: &str) -> Result<Option<Version>> {
    let find = tx.find::<Entity>().filter(Column::Code.eq(code)).order_by_desc(Column::Version);
    find.limit(1).one().await?.map(version).transpose()
}

pub(crate) async fn exists(tx: &TenantTx, code: &str, version: u32) -> Result<bool> {
    let find = tx.find::<Entity>().filter(Column::Code.eq(code));
    Ok(find.filter(Column::Version.eq(i64::from(version))).exists().await?)
}

/// Code and version of all sets, or of one set.
pub(crate) async fn versions(tx: &TenantTx, code: Option<&str>) -> Result<Vec<(String, u32)>> {
    let find = tx.find::<Entity>().columns([Column::Code, Column::Version]);
    let rows: Vec<(String, i64)> = find.filter_some(code, |code| Column::Code.eq(code)).all_tuples().await?;
    rows.into_iter().map(|(code, version)| Ok((code, number(version)?))).collect()
}

fn version(row: Model) -> Result<Version> {
    let groups = wire::CriteriaSet::decode(row.groups.as_slice()).map_err(Error::internal)?.groups;
    let set = CriteriaSet { code: row.code, name: row.name, max_points: row.max_points, groups };
    let created =
        Signature { account: row.account_id, name: row.account_name, title: row.account_title, at: row.at };
    Ok(Version { version: number(row.version)?, set, created })
}
