//! The federations themselves: the truth of which every service keeps a copy.

use platform::db::{DbResultExt as _, SystemTx, TenantTx};
use platform::ids::TenantId;
use platform::{Error, Result, Timestamp};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use crate::domain::tenants::{Federation, Quotas};
use crate::error;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "federations")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    pub code: String,
    pub name: String,
    pub zone: String,
    pub weight: i64,
    pub jobs_in_flight: Option<i64>,
    pub units: Option<i64>,
    pub accounts: Option<i64>,
    pub calls_per_minute: Option<i64>,
    /// Why it is suspended; none when it is not.
    pub suspended: Option<String>,
    pub revision: i64,
    pub created_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);
// Operators, who have no tenant, read and change federations.
platform::platform_entity!(Entity);

/// Adds the federation of the transaction's tenant; `TENANT_EXISTS` when its code is taken.
pub(crate) async fn add(tx: &TenantTx, federation: &Federation) -> Result<()> {
    let row = row(federation).into_active_model();
    let taken = || error::tenant_exists(&federation.code);
    tx.insert::<Entity, ActiveModel>(row).await.on_unique("federations_code_key", taken)
}

/// The federation of the transaction's tenant.
pub(crate) async fn own(tx: &TenantTx) -> Result<Federation> {
    let row = tx.find::<Entity>().one().await?;
    federation(row.ok_or_else(|| Error::not_found("TENANT_UNKNOWN", "the federation is not known here"))?)
}

/// The federation with this code; `TENANT_UNKNOWN` when there is none.
pub(crate) async fn by_code(tx: &SystemTx, code: &str) -> Result<Federation> {
    let row = tx.find::<Entity>().filter(Column::Code.eq(code)).one().await?;
    federation(row.ok_or_else(|| error::tenant_unknown(code))?)
}

/// All federations, in no order.
pub(crate) async fn all(tx: &SystemTx) -> Result<Vec<Federation>> {
    tx.find::<Entity>().all().await?.into_iter().map(federation).collect()
}

/// Writes the federation as it is now, with the next revision; `CONFLICT` when another change came in between.
pub(crate) async fn change(tx: &SystemTx, mut changed: Federation) -> Result<Federation> {
    let before = changed.revision;
    changed.revision += 1;
    let row = row(&changed);
    let written = tx
        .update::<Entity>()
        .set(Column::Name, row.name)
        .set(Column::Zone, row.zone)
        .set(Column::Weight, row.weight)
        .set(Column::JobsInFlight, row.jobs_in_flight)
        .set(Column::Units, row.units)
        .set(Column::Accounts, row.accounts)
        .set(Column::CallsPerMinute, row.calls_per_minute)
        .set(Column::Suspended, row.suspended)
        .set(Column::Revision, changed.revision)
        .filter(Column::TenantId.eq(changed.id))
        .filter(Column::Revision.eq(before))
        .exec()
        .await?;
    if written == 1 { Ok(changed) } else { Err(error::conflict(&changed.code)) }
}

fn row(federation: &Federation) -> Model {
    let Quotas { jobs_in_flight, units, accounts, calls_per_minute } = federation.quotas;
    Model {
        tenant_id: federation.id,
        code: federation.code.clone(),
        name: federation.name.clone(),
        zone: federation.zone.clone(),
        weight: i64::from(federation.weight),
        jobs_in_flight: jobs_in_flight.map(i64::from),
        units: units.map(i64::from),
        accounts: accounts.map(i64::from),
        calls_per_minute: calls_per_minute.map(i64::from),
        suspended: federation.suspended.clone(),
        revision: federation.revision,
        created_at: federation.created_at,
    }
}

fn federation(row: Model) -> Result<Federation> {
    let limit = |value: Option<i64>| value.map(u32::try_from).transpose().map_err(Error::internal);
    Ok(Federation {
        id: row.tenant_id,
        code: row.code,
        name: row.name,
        zone: row.zone,
        weight: u32::try_from(row.weight).map_err(Error::internal)?,
        quotas: Quotas {
            jobs_in_flight: limit(row.jobs_in_flight)?,
            units: limit(row.units)?,
            accounts: limit(row.accounts)?,
            calls_per_minute: limit(row.calls_per_minute)?,
        },
        suspended: row.suspended,
        revision: row.revision,
        created_at: row.created_at,
    })
}
