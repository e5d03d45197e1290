use platform::audit::Act;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{UpdateBlocRequest, UpdateBlocResponse};
use tonic::Request;

use crate::error;
use crate::rpc::Ground;
use crate::rpc::change::{Stale, changed};
use crate::store::{blocs, seasons};

pub(super) async fn update_bloc(
    ground: &Ground,
    request: Request<UpdateBlocRequest>,
) -> Result<UpdateBlocResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let season = faults.code("season", &request.season);
    let code = faults.code("code", &request.code);
    let name = request.name.as_ref().and_then(|name| faults.name("name", name));
    let set = request.criteria_set.as_ref().and_then(|set| faults.code("criteria_set", set));
    let (season, code) = faults.finish(season.zip(code))?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        let held = seasons::hold(tx, &season).await?;
        let present = blocs::get(tx, &season, &code).await?;
        let mut bloc = present.clone();
        bloc.name = name.unwrap_or(bloc.name);
        bloc.criteria_set = set.unwrap_or(bloc.criteria_set);
        let other_set = bloc.criteria_set != present.criteria_set;
        if other_set {
            held.set_version(&bloc.criteria_set)?;
            if held.scoring_began() {
                return Err(error::bloc_set_fixed(&season, &code));
            }
        }
        if bloc != present {
            blocs::change(tx, &bloc).await?;
            let act =
                Act::new("bloc.changed", "bloc", &code).with("criteria_set", bloc.criteria_set.as_str());
            let stale = if other_set { Stale::Blocs(vec![code]) } else { Stale::Nothing };
            changed(tx, &season, stale, act).await?;
        }
        Ok(UpdateBlocResponse { bloc: Some(bloc.to_proto()) })
    })
    .await
}
