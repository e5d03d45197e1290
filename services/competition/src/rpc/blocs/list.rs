use platform::input::Faults;
use platform::paging::Page;
use platform::{Result, auth};
use proto::competition::v1::{
    FindBlocOfUnitRequest, FindBlocOfUnitResponse, GetBlocRequest, GetBlocResponse, ListBlocsRequest,
    ListBlocsResponse,
};
use tonic::Request;

use crate::domain::blocs::Bloc;
use crate::rpc::Ground;
use crate::store::{bloc_members, blocs, seasons};

pub(super) async fn get_bloc(ground: &Ground, request: Request<GetBlocRequest>) -> Result<GetBlocResponse> {
    let mut faults = Faults::new();
    let season = faults.code("season", &request.get_ref().season);
    let code = faults.code("bloc", &request.get_ref().bloc);
    let (season, code) = faults.finish(season.zip(code))?;
    let tx = ground.db.read(auth::principal(&request)?).await?;
    seasons::require(&tx, &season).await?;
    Ok(GetBlocResponse { bloc: Some(blocs::get(&tx, &season, &code).await?.to_proto()) })
}

pub(super) async fn list_blocs(
    ground: &Ground,
    request: Request<ListBlocsRequest>,
) -> Result<ListBlocsResponse> {
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let season = faults.code("season", &asked.season);
    let season = faults.finish(season)?;
    let page = Page::parse("ListBlocs", &[&season], asked.page_size, &asked.page_token)?;
    let tx = ground.db.read(auth::principal(&request)?).await?;
    seasons::require(&tx, &season).await?;
    let (found, next_page_token) = page.cut(blocs::all(&tx, &season).await?, |bloc| &bloc.code);
    Ok(ListBlocsResponse { blocs: found.iter().map(Bloc::to_proto_in_lists).collect(), next_page_token })
}

/// A unit that is not there is in no bloc either.
pub(super) async fn find_bloc_of_unit(
    ground: &Ground,
    request: Request<FindBlocOfUnitRequest>,
) -> Result<FindBlocOfUnitResponse> {
    let mut faults = Faults::new();
    let season = faults.code("season", &request.get_ref().season);
    let unit = faults.code("unit", &request.get_ref().unit);
    let (season, unit) = faults.finish(season.zip(unit))?;
    let tx = ground.db.read(auth::principal(&request)?).await?;
    seasons::require(&tx, &season).await?;
    let bloc = match bloc_members::bloc_of(&tx, &season, &unit).await? {
        Some(code) => Some(blocs::get(&tx, &season, &code).await?.to_proto_in_lists()),
        None => None,
    };
    Ok(FindBlocOfUnitResponse { bloc })
}
