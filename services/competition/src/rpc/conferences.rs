//! ConferenceService: the conferences of blocs, who was there, what was agreed.

mod attendance;
mod convene;
mod history;
mod list;
mod minutes;

use platform::Result;
use platform::db::TenantTx;
use proto::competition::v1::conference_service_server::ConferenceService;
use proto::competition::v1::*;
use tonic::{Request, Response, Status};

use super::Ground;
use crate::domain::conferences as domain;
use crate::store::{conference_attendance, conference_minutes};

pub(crate) struct Conferences(pub(crate) Ground);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl ConferenceService for Conferences {
    async fn convene_conference(
        &self,
        request: Request<ConveneConferenceRequest>,
    ) -> Answer<ConveneConferenceResponse> {
        Ok(Response::new(convene::convene_conference(&self.0, request).await?))
    }

    async fn record_attendance(
        &self,
        request: Request<RecordAttendanceRequest>,
    ) -> Answer<RecordAttendanceResponse> {
        Ok(Response::new(attendance::record_attendance(&self.0, request).await?))
    }

    async fn record_minutes(&self, request: Request<RecordMinutesRequest>) -> Answer<RecordMinutesResponse> {
        Ok(Response::new(minutes::record_minutes(&self.0, request).await?))
    }

    async fn get_conference(&self, request: Request<GetConferenceRequest>) -> Answer<GetConferenceResponse> {
        Ok(Response::new(list::get_conference(&self.0, request).await?))
    }

    async fn list_attendance_history(
        &self,
        request: Request<ListAttendanceHistoryRequest>,
    ) -> Answer<ListAttendanceHistoryResponse> {
        Ok(Response::new(history::list_attendance_history(&self.0, request).await?))
    }

    async fn list_minutes_history(
        &self,
        request: Request<ListMinutesHistoryRequest>,
    ) -> Answer<ListMinutesHistoryResponse> {
        Ok(Response::new(history::list_minutes_history(&self.0, request).await?))
    }

    async fn list_conferences(
        &self,
        request: Request<ListConferencesRequest>,
    ) -> Answer<ListConferencesResponse> {
        Ok(Response::new(list::list_conferences(&self.0, request).await?))
    }
}

/// The conference with its attendance and newest minutes.
async fn whole(tx: &TenantTx, conference: &domain::Conference) -> Result<Conference> {
    Ok(Conference {
        attendance: conference_attendance::latest(tx, conference.id).await?,
        minutes: conference_minutes::latest(tx, conference.id).await?,
        ..conference.to_proto()
    })
}
