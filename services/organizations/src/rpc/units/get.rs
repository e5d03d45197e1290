use platform::Result;
use platform::auth;
use platform::db::Database;
use platform::input::Faults;
use proto::organizations::v1::{GetUnitRequest, GetUnitResponse};
use tonic::Request;

use crate::rpc::today_in;
use crate::store::units;

pub(super) async fn get_unit(db: &Database, request: Request<GetUnitRequest>) -> Result<GetUnitResponse> {
    let mut faults = Faults::new();
    let code = faults.code("code", &request.get_ref().code);
    let as_of = faults.optional_date("as_of", &request.get_ref().as_of);
    let (code, as_of) = faults.finish(code.zip(as_of))?;

    let tx = db.read(auth::principal(&request)?).await?;
    let unit = units::get(&tx, &code).await?;
    let day = match as_of {
        Some(day) => day,
        None => today_in(&tx).await?,
    };
    Ok(GetUnitResponse {
        unit: Some(unit.to_proto(day)),
        parents: unit.parent_spans(),
        statuses: unit.status_spans(),
    })
}
