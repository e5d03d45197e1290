use platform::audit::Act;
use platform::db::Database;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::common::v1::Reason;
use proto::organizations::v1::{MoveUnitRequest, MoveUnitResponse};
use tonic::Request;

use super::changed;
use crate::domain::timeline::{Step, TooEarly};
use crate::domain::tree;
use crate::error;
use crate::rpc::today_in;
use crate::store::{unit_parents, unit_revisions, units};

pub(super) async fn move_unit(db: &Database, request: Request<MoveUnitRequest>) -> Result<MoveUnitResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let code = faults.code("code", &request.code);
    let parent = faults.optional_code("parent", &request.parent);
    let from = faults.date("from", &request.from);
    let ((code, parent), from) = faults.finish(code.zip(parent).zip(from))?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        unit_revisions::hold(tx).await?;
        let mut unit = units::get(tx, &code).await?;
        let mut faults = Faults::new();
        if let Some(parent) = &parent
            && units::known(tx, [parent.as_str()]).await?.is_empty()
        {
            faults.add("parent", Reason::UnitUnknown, format!("there is no unit {parent:?}"));
        }
        let step = match unit.step_parent(&parent, from) {
            Ok(step) => Some(step),
            Err(TooEarly(begun)) => {
                let sentence = format!("{from} is before {begun}, the first day under the present parent");
                faults.refuse("from", Reason::DateInvalid, sentence)
            }
        };
        let step = faults.finish(step)?;
        if let Some(above) = &parent {
            let parents = unit_parents::above(tx, above).await?;
            if let Some(day) = tree::cycle(&code, above, from, &parents) {
                return Err(error::unit_cycle(&code, above, day));
            }
        }

        let mut description = unit.description.clone();
        if request.reorganised {
            description.reorganised_on = Some(from);
        }
        if step != Step::Nothing || description != unit.description {
            unit_parents::step(tx, &code, step, &parent).await?;
            units::describe(tx, &code, &description).await?;
            let act = Act::new("unit.moved", "unit", &code);
            let act = act.with("parent", parent.clone().unwrap_or_default()).with("from", from.to_string());
            changed(tx, [code.as_str()], act).await?;
        }
        unit.description = description;
        unit.parents = unit.parents.after(step, parent);
        Ok(MoveUnitResponse { unit: Some(unit.to_proto(today_in(tx).await?)) })
    })
    .await
}
