use std::io::Write as _;

use platform::transport::Connection;
use proto::scoring::v1::GetBlocStandingsRequest;
use proto::scoring::v1::result_service_client::ResultServiceClient;

use super::words::Classes;
use super::{Results, federation, origin};
use crate::app::AnyError;

/// The counts and standings of a bloc.
pub(super) async fn text(
    results: &Results,
    connection: &Connection,
    bloc: &str,
) -> Result<Vec<u8>, AnyError> {
    let request = GetBlocStandingsRequest {
        season: results.season.clone(),
        bloc: bloc.to_owned(),
        source: results.source(connection).await?,
    };
    let told = ResultServiceClient::new(connection.clone()).get_bloc_standings(request).await?.into_inner();
    let name = results.federation(connection).await?;

    let (mut out, language) = (Vec::new(), results.lang);
    let from = told.origin.unwrap_or_default();
    origin::head(&mut out, &name, &results.season, &from, language)?;
    writeln!(out, "{} ({bloc})", told.bloc_name)?;
    federation::counts(&mut out, told.summary.as_ref(), language)?;
    writeln!(out)?;
    let classes = Classes::of(told.summary.as_ref());
    federation::table(&told.standings, &classes, false, language).write(&mut out)?;
    origin::hashes(&mut out, &from, language)?;
    Ok(out)
}
