use platform::input::Faults;
use platform::paging::Page;
use platform::{Result, auth};
use proto::competition::v1::{GetPactRequest, GetPactResponse, ListPactsRequest, ListPactsResponse};
use tonic::Request;

use crate::rpc::Ground;
use crate::store::{blocs, pacts, seasons};

pub(super) async fn get_pact(ground: &Ground, request: Request<GetPactRequest>) -> Result<GetPactResponse> {
    let mut faults = Faults::new();
    let season = faults.code("season", &request.get_ref().season);
    let bloc = faults.code("bloc", &request.get_ref().bloc);
    let (season, bloc) = faults.finish(season.zip(bloc))?;
    let tx = ground.db.read(auth::principal(&request)?).await?;
    seasons::require(&tx, &season).await?;
    blocs::get(&tx, &season, &bloc).await?;
    Ok(GetPactResponse { pact: Some(pacts::get(&tx, &season, &bloc).await?.to_proto()) })
}

pub(super) async fn list_pacts(
    ground: &Ground,
    request: Request<ListPactsRequest>,
) -> Result<ListPactsResponse> {
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let season = faults.code("season", &asked.season);
    let season = faults.finish(season)?;
    let page = Page::parse("ListPacts", &[&season], asked.page_size, &asked.page_token)?;
    let tx = ground.db.read(auth::principal(&request)?).await?;
    seasons::require(&tx, &season).await?;
    let (found, next_page_token) = page.cut(pacts::blocs(&tx, &season).await?, String::as_str);
    let mut all = Vec::with_capacity(found.len());
    for bloc in found {
        all.push(pacts::get(&tx, &season, &bloc).await?.to_proto());
    }
    Ok(ListPactsResponse { pacts: all, next_page_token })
}
