//! The table `tenants`.

use sea_orm::IntoActiveModel as _;
use sea_orm::entity::prelude::*;

use super::{Status, Tenant, WAKE};
use crate::db::{DbError, SystemTx, TenantEntity, TenantTx};
use crate::ids::TenantId;
use crate::{Error, Result};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tenants")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TenantId,
    pub code: String,
    pub status: String,
    pub weight: i64,
    /// JSON: the limits by name.
    pub quotas: String,
    pub zone: String,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
crate::platform_entity!(Entity);

/// Its own row is all of it that a tenant's transaction can reach, and only the first one has business there.
impl TenantEntity for Entity {
    const TENANT: Column = Column::Id;
}

const ACTIVE: &str = "active";
const SUSPENDED: &str = "suspended";

/// Writes the tenant as it is now, unless a higher revision is known already. Every process of this database that holds
/// [`Tenants`](super::Tenants) learns of it when the transaction has committed.
pub async fn apply(tx: &SystemTx, tenant: &Tenant) -> Result<()> {
    let row = row(tenant)?;
    if !tx.insert_new(row.clone(), [Column::Id]).await? {
        let newer = tx
            .update::<Entity>()
            .set(Column::Code, row.code)
            .set(Column::Status, row.status)
            .set(Column::Weight, row.weight)
            .set(Column::Quotas, row.quotas)
            .set(Column::Zone, row.zone)
            .set(Column::Revision, row.revision)
            .filter(Column::Id.eq(tenant.id))
            .filter(Column::Revision.lt(tenant.revision))
            .exec()
            .await?;
        if newer == 0 {
            return Ok(());
        }
    }
    tx.notify(WAKE, "");
    Ok(())
}

/// Adds the tenant of this transaction, which is not there yet.
pub(super) async fn found(tx: &TenantTx, tenant: &Tenant) -> Result<()> {
    let row = row(tenant)?.into_active_model();
    tx.insert::<Entity, ActiveModel>(row).await.map_err(|refused: DbError| match refused.unique() {
        Some("tenants_code_key") => {
            let message = format!("there is a federation {:?} already", tenant.code);
            Error::already_exists("TENANT_EXISTS", message).with("tenant", tenant.code.as_str())
        }
        // The id follows from the idempotency key, whose answer has been forgotten since.
        Some(_) => {
            let message = "the idempotency key was used for another federation, more than a day ago";
            Error::aborted("IDEMPOTENCY_KEY_REUSED", message)
        }
        None => refused.into(),
    })?;
    tx.notify(WAKE, "");
    Ok(())
}

pub(super) async fn all(tx: &SystemTx) -> Result<Vec<Tenant>> {
    let rows = tx.find::<Entity>().all().await?;
    rows.into_iter().map(tenant).collect()
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Active => ACTIVE,
        Status::Suspended => SUSPENDED,
    }
}

fn row(tenant: &Tenant) -> Result<Model> {
    Ok(Model {
        id: tenant.id,
        code: tenant.code.clone(),
        status: status(tenant.status).to_owned(),
        weight: i64::from(tenant.weight.max(1)),
        quotas: serde_json::to_string(&tenant.quotas).map_err(Error::internal)?,
        zone: tenant.zone.clone(),
        revision: tenant.revision,
    })
}

fn tenant(row: Model) -> Result<Tenant> {
    Ok(Tenant {
        id: row.id,
        status: match row.status.as_str() {
            ACTIVE => Status::Active,
            SUSPENDED => Status::Suspended,
            other => return Err(Error::internal(format!("tenant {} has status {other:?}", row.code))),
        },
        code: row.code,
        zone: row.zone,
        weight: u32::try_from(row.weight).map_err(Error::internal)?,
        quotas: serde_json::from_str(&row.quotas).map_err(Error::internal)?,
        revision: row.revision,
    })
}
