use platform::audit::Act;
use platform::db::Database;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::organizations::v1::{UpdateUnitRequest, UpdateUnitResponse};
use tonic::Request;

use super::changed;
use crate::domain::units::UnitChange;
use crate::rpc::today_in;
use crate::store::{unit_revisions, units};

pub(super) async fn update_unit(
    db: &Database,
    request: Request<UpdateUnitRequest>,
) -> Result<UpdateUnitResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let change = UnitChange::parse(&request, &mut faults);
    let change = faults.finish(change)?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        unit_revisions::hold(tx).await?;
        let mut unit = units::get(tx, &change.code).await?;
        let mut faults = Faults::new();
        let description = change.apply(&unit, &mut faults);
        let description = faults.finish(description)?;
        if description != unit.description {
            units::describe(tx, &unit.code, &description).await?;
            changed(tx, [unit.code.as_str()], Act::new("unit.corrected", "unit", &unit.code)).await?;
        }
        unit.description = description;
        Ok(UpdateUnitResponse { unit: Some(unit.to_proto(today_in(tx).await?)) })
    })
    .await
}
