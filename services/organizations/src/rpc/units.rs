//! UnitService: units and the tree that they form over time.

mod batch_put;
mod change_status;
mod create;
mod get;
mod list;
mod move_unit;
mod search;
mod update;

use platform::audit::Act;
use platform::db::{Database, TenantTx};
use platform::{Result, input::Date};
use proto::organizations::v1::unit_service_server::UnitService;
use proto::organizations::v1::*;
use tonic::{Request, Response, Status};

use crate::domain::tenants::Federation;
use crate::error;
use crate::store::{unit_revisions, unit_statuses, units};

pub(crate) struct Units {
    pub(crate) db: Database,
}

#[tonic::async_trait]
impl UnitService for Units {
    async fn create_unit(
        &self,
        request: Request<CreateUnitRequest>,
    ) -> Result<Response<CreateUnitResponse>, Status> {
        Ok(Response::new(create::create_unit(&self.db, request).await?))
    }

    async fn batch_put_units(
        &self,
        request: Request<BatchPutUnitsRequest>,
    ) -> Result<Response<BatchPutUnitsResponse>, Status> {
        Ok(Response::new(batch_put::batch_put_units(&self.db, request).await?))
    }

    async fn update_unit(
        &self,
        request: Request<UpdateUnitRequest>,
    ) -> Result<Response<UpdateUnitResponse>, Status> {
        Ok(Response::new(update::update_unit(&self.db, request).await?))
    }

    async fn change_unit_status(
        &self,
        request: Request<ChangeUnitStatusRequest>,
    ) -> Result<Response<ChangeUnitStatusResponse>, Status> {
        Ok(Response::new(change_status::change_unit_status(&self.db, request).await?))
    }

    async fn move_unit(
        &self,
        request: Request<MoveUnitRequest>,
    ) -> Result<Response<MoveUnitResponse>, Status> {
        Ok(Response::new(move_unit::move_unit(&self.db, request).await?))
    }

    async fn get_unit(&self, request: Request<GetUnitRequest>) -> Result<Response<GetUnitResponse>, Status> {
        Ok(Response::new(get::get_unit(&self.db, request).await?))
    }

    async fn list_units(
        &self,
        request: Request<ListUnitsRequest>,
    ) -> Result<Response<ListUnitsResponse>, Status> {
        Ok(Response::new(list::list_units(&self.db, request).await?))
    }

    async fn search_units(
        &self,
        request: Request<SearchUnitsRequest>,
    ) -> Result<Response<SearchUnitsResponse>, Status> {
        Ok(Response::new(search::search_units(&self.db, request).await?))
    }
}

/// An event names at most so many units.
const NAMED: usize = 1000;

/// What every change of units (or of their facts) leaves behind: a new revision, an event and an audit entry.
pub(super) async fn changed<'a>(
    tx: &TenantTx,
    units: impl IntoIterator<Item = &'a str>,
    act: Act,
) -> Result<()> {
    let revision = unit_revisions::count(tx).await?;
    let mut units: Vec<String> = units.into_iter().map(str::to_owned).collect();
    if units.len() > NAMED {
        units.clear();
    }
    tx.publish(&UnitsChanged { revision, units });
    tx.record(act);
    Ok(())
}

/// Refuses `more` further units that are not dissolved when the federation's quota does not have room for them.
async fn check_quota(tx: &TenantTx, federation: &Federation, more: usize, day: Date) -> Result<()> {
    let Some(limit) = federation.quotas.units.filter(|_| more > 0) else { return Ok(()) };
    let now = units::count(tx).await?.saturating_sub(unit_statuses::dissolved(tx, day).await?);
    let then = now.saturating_add(u64::try_from(more).unwrap_or(u64::MAX));
    if then > u64::from(limit) { Err(error::quota_exceeded("units", limit)) } else { Ok(()) }
}
