use platform::audit::Act;
use platform::db::Database;
use platform::input::{Faults, fault, today};
use platform::{Result, idempotency};
use proto::common::v1::Reason;
use proto::organizations::v1::{CreateUnitRequest, CreateUnitResponse};
use tonic::Request;

use super::{changed, check_quota};
use crate::domain::units::{NewUnit, Status, Unit};
use crate::store::{federations, unit_revisions, units};

pub(super) async fn create_unit(
    db: &Database,
    request: Request<CreateUnitRequest>,
) -> Result<CreateUnitResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let unit = faults.required("unit", request.unit.as_ref());
    let unit = unit.and_then(|unit| NewUnit::parse("unit", unit, &mut faults));
    let unit = Unit::from_new(faults.finish(unit)?);

    idempotency::run(db, &caller, key, &request, async |tx| {
        unit_revisions::hold(tx).await?;
        if let Some(parent) = unit.parents.last().as_deref()
            && units::known(tx, [parent]).await?.is_empty()
        {
            return Err(fault("unit.parent", Reason::UnitUnknown, format!("there is no unit {parent:?}")));
        }
        let federation = federations::own(tx).await?;
        let today = today(db.ids().clock().now(), &federation.zone)?;
        let counts = usize::from(unit.statuses.last().status != Status::Dissolved);
        check_quota(tx, &federation, counts, today).await?;
        units::add(tx, &unit).await?;
        changed(tx, [unit.code.as_str()], Act::new("unit.created", "unit", &unit.code)).await?;
        Ok(CreateUnitResponse { unit: Some(unit.to_proto(today)) })
    })
    .await
}
