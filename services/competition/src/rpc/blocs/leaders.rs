use platform::audit::Act;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{SetLeadersRequest, SetLeadersResponse};
use tonic::Request;

use crate::domain::blocs as domain;
use crate::rpc::Ground;
use crate::rpc::change::{Stale, changed};
use crate::store::{blocs, seasons};

pub(super) async fn set_leaders(
    ground: &Ground,
    request: Request<SetLeadersRequest>,
) -> Result<SetLeadersResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let season = faults.code("season", &request.season);
    let code = faults.code("bloc", &request.bloc);
    let leaders = domain::leaders("", &request.leader, &request.deputy, &mut faults);
    let ((season, code), (leader, deputy)) = faults.finish(season.zip(code).zip(leaders))?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        seasons::hold(tx, &season).await?;
        let present = blocs::get(tx, &season, &code).await?;
        let bloc = domain::Bloc { leader, deputy, ..present.clone() };
        let mut faults = Faults::new();
        bloc.check_leaders("", &mut faults);
        faults.none()?;
        if bloc != present {
            blocs::change(tx, &bloc).await?;
            let act = Act::new("bloc.leaders_set", "bloc", &code);
            let act = act.with("leader", request.leader.as_str()).with("deputy", request.deputy.as_str());
            // Who leads a bloc decides no score.
            changed(tx, &season, Stale::Nothing, act).await?;
        }
        Ok(SetLeadersResponse { bloc: Some(bloc.to_proto()) })
    })
    .await
}
