//! SheetService: score sheets of all layers.

mod enter;
mod history;
mod put;
mod put_lines;
mod read;
mod reopen;
mod submit;
mod write;

use platform::db::Database;
use proto::scoring::v1::sheet_service_server::SheetService;
use proto::scoring::v1::*;
use tonic::{Request, Response, Status};

use crate::peers::Peers;

pub(crate) struct Sheets {
    pub(crate) db: Database,
    pub(crate) peers: Peers,
}

#[tonic::async_trait]
impl SheetService for Sheets {
    async fn put_sheet(
        &self,
        request: Request<PutSheetRequest>,
    ) -> Result<Response<PutSheetResponse>, Status> {
        Ok(Response::new(put::put_sheet(self, request).await?))
    }

    async fn put_lines(
        &self,
        request: Request<PutLinesRequest>,
    ) -> Result<Response<PutLinesResponse>, Status> {
        Ok(Response::new(put_lines::put_lines(self, request).await?))
    }

    async fn enter_sheets(
        &self,
        request: Request<EnterSheetsRequest>,
    ) -> Result<Response<EnterSheetsResponse>, Status> {
        Ok(Response::new(enter::enter_sheets(self, request).await?))
    }

    async fn submit_sheet(
        &self,
        request: Request<SubmitSheetRequest>,
    ) -> Result<Response<SubmitSheetResponse>, Status> {
        Ok(Response::new(submit::submit_sheet(self, request).await?))
    }

    async fn reopen_sheet(
        &self,
        request: Request<ReopenSheetRequest>,
    ) -> Result<Response<ReopenSheetResponse>, Status> {
        Ok(Response::new(reopen::reopen_sheet(self, request).await?))
    }

    async fn get_sheet(
        &self,
        request: Request<GetSheetRequest>,
    ) -> Result<Response<GetSheetResponse>, Status> {
        Ok(Response::new(read::get_sheet(self, request).await?))
    }

    async fn list_sheets(
        &self,
        request: Request<ListSheetsRequest>,
    ) -> Result<Response<ListSheetsResponse>, Status> {
        Ok(Response::new(read::list_sheets(self, request).await?))
    }

    async fn list_sheet_history(
        &self,
        request: Request<ListSheetHistoryRequest>,
    ) -> Result<Response<ListSheetHistoryResponse>, Status> {
        Ok(Response::new(history::list_sheet_history(self, request).await?))
    }
}
