//! DocumentService: the campaign and the results of a run, byte for byte as they were hashed.

use std::io::{Cursor, Read};

use futures::stream::{self, BoxStream, StreamExt as _};
use platform::db::{Database, TenantTx};
use platform::input::Faults;
use platform::tenancy::Principal;
use platform::{Error, Result, auth};
use proto::common::v1::Reason;
use proto::scoring::v1::document_service_server::DocumentService;
use proto::scoring::v1::*;
use tonic::{Request, Response, Status};

use crate::domain::runs::{Run, RunId, State};
use crate::error;
use crate::store::run_documents::{self, Kind, Packed};
use crate::store::{publications, runs};

/// Bytes of a chunk.
const CHUNK: usize = 256 * 1024;

pub(crate) struct Documents {
    pub(crate) db: Database,
}

type Parts<T> = BoxStream<'static, Result<T, Status>>;

#[tonic::async_trait]
impl DocumentService for Documents {
    type ExportCampaignStream = Parts<ExportCampaignResponse>;
    type ExportResultsStream = Parts<ExportResultsResponse>;

    async fn export_campaign(
        &self,
        request: Request<ExportCampaignRequest>,
    ) -> Result<Response<Self::ExportCampaignStream>, Status> {
        use export_campaign_request::Which;
        use export_campaign_response::Part;
        let which = match &request.get_ref().which {
            Some(Which::RunId(id)) => Some(Wanted::Run(id)),
            Some(Which::Season(season)) => Some(Wanted::PublishedOf(season)),
            None => None,
        };
        let (head, document) = self.find(auth::principal(&request)?, which, Kind::Campaign).await?;
        let head = stream::iter([Ok(Part::Head(head))]);
        let parts = head.chain(chunks(document)?.map(|chunk| chunk.map(Part::Chunk)));
        Ok(Response::new(parts.map(|part| Ok(ExportCampaignResponse { part: Some(part?) })).boxed()))
    }

    async fn export_results(
        &self,
        request: Request<ExportResultsRequest>,
    ) -> Result<Response<Self::ExportResultsStream>, Status> {
        use export_results_request::Which;
        use export_results_response::Part;
        let which = match &request.get_ref().which {
            Some(Which::RunId(id)) => Some(Wanted::Run(id)),
            Some(Which::Season(season)) => Some(Wanted::PublishedOf(season)),
            None => None,
        };
        let (head, document) = self.find(auth::principal(&request)?, which, Kind::Results).await?;
        let head = stream::iter([Ok(Part::Head(head))]);
        let parts = head.chain(chunks(document)?.map(|chunk| chunk.map(Part::Chunk)));
        Ok(Response::new(parts.map(|part| Ok(ExportResultsResponse { part: Some(part?) })).boxed()))
    }
}

/// Which run a request names.
enum Wanted<'r> {
    Run(&'r str),
    PublishedOf(&'r str),
}

impl Documents {
    async fn find(
        &self,
        caller: &Principal,
        which: Option<Wanted<'_>>,
        kind: Kind,
    ) -> Result<(DocumentHead, Packed)> {
        let mut faults = Faults::new();
        let by_id: Option<RunId> = match which {
            Some(Wanted::Run(id)) => faults.id("run_id", id),
            _ => None,
        };
        let by_season = match which {
            Some(Wanted::PublishedOf(season)) => faults.code("season", season),
            _ => None,
        };
        if which.is_none() {
            faults.add("which", Reason::FieldRequired, "is required");
        }
        faults.none()?;

        let tx = self.db.read(caller).await?;
        let id = match (by_id, by_season) {
            (Some(id), _) => id,
            (None, Some(season)) => published(&tx, &season).await?,
            (None, None) => return Err(Error::internal("a request that names no run")),
        };
        let run = runs::get(&tx, id).await?;
        let document = run_documents::get(&tx, id, kind).await?.ok_or_else(|| missing(&run))?;
        let size = match kind {
            Kind::Campaign => run.finished.campaign_size,
            Kind::Results => run.finished.results_size,
        };
        let head = DocumentHead {
            run_id: id.to_string(),
            run_number: run.number,
            size,
            campaign_sha256: run.finished.campaign_sha256,
            results_sha256: run.finished.results_sha256,
        };
        Ok((head, document))
    }
}

async fn published(tx: &TenantTx, season: &str) -> Result<RunId> {
    publications::current(tx, season).await?.ok_or_else(|| error::nothing_published(season))
}

/// Why a run does not have a document.
fn missing(run: &Run) -> Error {
    match run.state {
        State::Failed if run.finished.faults > 0 => error::campaign_invalid(run),
        _ => error::run_state(run, "exported"),
    }
}

/// The document in pieces, each decompressed when it is asked for.
fn chunks(document: Packed) -> Result<impl futures::Stream<Item = Result<Vec<u8>, Status>> + Send> {
    let decoder = zstd::stream::read::Decoder::new(Cursor::new(document.0)).map_err(Error::internal)?;
    Ok(stream::iter(Chunks(Some(decoder))))
}

struct Chunks<R>(Option<R>);

impl<R: Read> Iterator for Chunks<R> {
    type Item = Result<Vec<u8>, Status>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut chunk = Vec::with_capacity(CHUNK);
        let limit = u64::try_from(CHUNK).unwrap_or(u64::MAX);
        let read = self.0.as_mut()?.by_ref().take(limit).read_to_end(&mut chunk);
        match read {
            Ok(0) => None,
            Ok(_) => Some(Ok(chunk)),
            Err(error) => {
                self.0 = None;
                Some(Err(Error::internal(error).into()))
            }
        }
    }
}
