use platform::audit::Act;
use platform::db::Database;
use platform::input::{Faults, fault};
use platform::{Result, auth, idempotency};
use proto::common::v1::Reason;
use proto::organizations::v1::*;
use tonic::Request;

use crate::domain::officials::{Official, OfficialChange, OfficialId};
use crate::rpc::today_in;
use crate::store::{officials, units};

pub(super) async fn create_official(
    db: &Database,
    request: Request<CreateOfficialRequest>,
) -> Result<CreateOfficialResponse> {
    let today = today_in(&db.read(auth::principal(&request)?).await?).await?;
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let official = faults.required("official", request.official.as_ref());
    let official = official.and_then(|said| Official::parse("official", said, today, &mut faults));
    let official = faults.finish(official)?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        if let Some(unit) = official.unit.as_deref()
            && units::known(tx, [unit]).await?.is_empty()
        {
            return Err(fault("official.unit", Reason::UnitUnknown, format!("there is no unit {unit:?}")));
        }
        let id = OfficialId(db.ids().next());
        officials::add(tx, &[(id, &official)]).await?;
        tx.record(Act::new("official.created", "official", id));
        Ok(CreateOfficialResponse { official: Some(official.to_proto(id)) })
    })
    .await
}

pub(super) async fn update_official(
    db: &Database,
    request: Request<UpdateOfficialRequest>,
) -> Result<UpdateOfficialResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let change = OfficialChange::parse(&request, &mut faults);
    let change = faults.finish(change)?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        let id = change.id;
        let now = officials::held(tx, id).await?;
        let mut faults = Faults::new();
        let changed = change.apply(now.clone(), &mut faults);
        let changed = faults.finish(changed)?;
        if changed != now {
            officials::change(tx, id, &changed).await?;
            tx.record(Act::new("official.changed", "official", id));
        }
        Ok(UpdateOfficialResponse { official: Some(changed.to_proto(id)) })
    })
    .await
}
