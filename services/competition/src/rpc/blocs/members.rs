use std::collections::BTreeSet;

use platform::audit::Act;
use platform::db::TenantTx;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::common::v1::Reason;
use proto::competition::v1::{SetMembersRequest, SetMembersResponse};
use tonic::Request;

use crate::domain::blocs::{self as domain, Bloc};
use crate::rpc::Ground;
use crate::rpc::change::{Stale, changed};
use crate::store::{bloc_members, blocs, seasons};

pub(super) async fn set_members(
    ground: &Ground,
    request: Request<SetMembersRequest>,
) -> Result<SetMembersResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let season = faults.code("season", &request.season);
    let code = faults.code("bloc", &request.bloc);
    let members = domain::members("members", &request.members, &mut faults);
    let ((season, code), members) = faults.finish(season.zip(code).zip(members))?;
    let unknown = ground.organizations.unknown_units(&members).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        seasons::hold(tx, &season).await?;
        let present = blocs::get(tx, &season, &code).await?;
        let bloc = present.clone().with_members(members);
        check(tx, "members", &request.members, &bloc, &unknown).await?;
        if bloc != present {
            bloc_members::replace(tx, &bloc).await?;
            blocs::change(tx, &bloc).await?;
            let act = Act::new("bloc.members_set", "bloc", &code).with("members", request.members.clone());
            changed(tx, &season, Stale::Blocs(vec![code]), act).await?;
        }
        Ok(SetMembersResponse { bloc: Some(bloc.to_proto()) })
    })
    .await
}

/// Notes the members that are in another bloc of the season, and the `unknown` ones. `units` as in the request.
pub(super) async fn check(
    tx: &TenantTx,
    field: &str,
    units: &[String],
    bloc: &Bloc,
    unknown: &BTreeSet<String>,
) -> Result<()> {
    let elsewhere = bloc_members::blocs_of(tx, &bloc.season, &bloc.members).await?;
    let mut faults = Faults::new();
    for (place, unit) in units.iter().enumerate().filter(|(_, unit)| unknown.contains(*unit)) {
        faults.add(format!("{field}[{place}]"), Reason::UnitUnknown, format!("there is no unit {unit:?}"));
    }
    domain::check_members(field, units, &bloc.code, &elsewhere, &mut faults);
    faults.none()
}
