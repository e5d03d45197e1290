use platform::audit::Act;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{CreateBlocRequest, CreateBlocResponse};
use tonic::Request;

use super::members::check;
use crate::domain::blocs::Bloc;
use crate::rpc::Ground;
use crate::rpc::change::{Stale, changed};
use crate::store::{blocs, seasons};

pub(super) async fn create_bloc(
    ground: &Ground,
    request: Request<CreateBlocRequest>,
) -> Result<CreateBlocResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let given = faults.required("bloc", request.bloc.as_ref());
    let bloc = given.and_then(|bloc| Bloc::parse("bloc", bloc, &mut faults));
    let bloc = faults.finish(bloc)?;
    let unknown = ground.organizations.unknown_units(&bloc.members).await?;
    let units = given.map(|bloc| bloc.members.as_slice()).unwrap_or_default();

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        let season = seasons::hold(tx, &bloc.season).await?;
        season.set_version(&bloc.criteria_set)?;
        check(tx, "bloc.members", units, &bloc, &unknown).await?;
        blocs::add(tx, &bloc).await?;
        let act = Act::new("bloc.created", "bloc", &bloc.code).with("members", units.to_vec());
        changed(tx, &bloc.season, Stale::Blocs(vec![bloc.code.clone()]), act).await?;
        Ok(CreateBlocResponse { bloc: Some(bloc.to_proto()) })
    })
    .await
}
