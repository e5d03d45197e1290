use platform::audit::Act;
use platform::db::Database;
use platform::input::{Faults, fault, today};
use platform::{Result, idempotency};
use proto::common::v1::Reason;
use proto::organizations::v1::{ChangeUnitStatusRequest, ChangeUnitStatusResponse};
use tonic::Request;

use super::{changed, check_quota};
use crate::domain::timeline::{Step, TooEarly};
use crate::domain::units::{Standing, Status};
use crate::store::{federations, unit_revisions, unit_statuses, units};

pub(super) async fn change_unit_status(
    db: &Database,
    request: Request<ChangeUnitStatusRequest>,
) -> Result<ChangeUnitStatusResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let code = faults.code("code", &request.code);
    let status = Status::parse("status", request.status, &mut faults);
    let from = faults.date("from", &request.from);
    let reason = faults.optional_text("reason", &request.reason);
    let read = code.zip(status).zip(from).zip(reason);
    let (((code, status), from), reason) = faults.finish(read)?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        unit_revisions::hold(tx).await?;
        let mut unit = units::get(tx, &code).await?;
        let federation = federations::own(tx).await?;
        let today = today(db.ids().clock().now(), &federation.zone)?;
        let standing = Standing { status, reason };
        let step = unit.step_status(&standing, from).map_err(|TooEarly(begun)| {
            let sentence = format!("{from} is before {begun}, the first day of the present status");
            fault("from", Reason::DateInvalid, sentence)
        })?;
        if step != Step::Nothing {
            let wakes = unit.statuses.last().status == Status::Dissolved && status != Status::Dissolved;
            check_quota(tx, &federation, usize::from(wakes), today).await?;
            unit_statuses::step(tx, &code, step, &standing).await?;
            let act = Act::new("unit.status_changed", "unit", &code);
            let act = act.with("status", status.word()).with("from", from.to_string());
            changed(tx, [code.as_str()], act).await?;
            unit.statuses = unit.statuses.after(step, standing);
        }
        Ok(ChangeUnitStatusResponse { unit: Some(unit.to_proto(today)) })
    })
    .await
}
