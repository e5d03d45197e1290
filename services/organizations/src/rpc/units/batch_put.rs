use platform::audit::Act;
use platform::db::Database;
use platform::input::{Faults, today};
use platform::{Error, Result, idempotency};
use proto::organizations::v1::{BatchPutUnitsRequest, BatchPutUnitsResponse};
use tonic::Request;

use super::{changed, check_quota};
use crate::domain::batch::{Batch, Changes};
use crate::domain::units::Status;
use crate::store::{federations, unit_revisions, units};

pub(super) async fn batch_put_units(
    db: &Database,
    request: Request<BatchPutUnitsRequest>,
) -> Result<BatchPutUnitsResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let batch = Batch::parse(&request.units, &mut faults);
    let batch = faults.finish(batch)?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        unit_revisions::hold(tx).await?;
        let known = units::by_codes(tx, batch.codes()).await?;
        let mut faults = Faults::new();
        let changes = batch.against(&known, &mut faults);
        let Changes { new, corrected, unchanged } = faults.finish(changes)?;

        let answer = BatchPutUnitsResponse {
            created: number(new.len())?,
            updated: number(corrected.len())?,
            unchanged: number(unchanged)?,
        };
        if new.is_empty() && corrected.is_empty() {
            return Ok(answer);
        }
        let federation = federations::own(tx).await?;
        let today = today(db.ids().clock().now(), &federation.zone)?;
        let counting = new.iter().filter(|unit| unit.statuses.last().status != Status::Dissolved).count();
        check_quota(tx, &federation, counting, today).await?;
        units::put(tx, &new, &corrected).await?;

        let created: Vec<&str> = new.iter().map(|unit| unit.code.as_str()).collect();
        let updated: Vec<&str> = corrected.iter().map(|(code, _)| code.as_str()).collect();
        let act = Act::new("units.put", "federation", &federation.code);
        let act = act.with("created", created.clone()).with("updated", updated.clone());
        changed(tx, created.into_iter().chain(updated), act).await?;
        Ok(answer)
    })
    .await
}

fn number(count: usize) -> Result<u32> {
    u32::try_from(count).map_err(Error::internal)
}
