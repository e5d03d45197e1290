use proto::common::v1::Language;
use proto::notifications::v1::*;
use proto::platform::v1::schedule::Timing;
use proto::platform::v1::*;

use super::{Case, gone, own};
use crate::journeys::everything::{Everything, SCHEDULE};

pub(super) fn cases(a: &Everything) -> Vec<Case> {
    let service = || "scoring".to_owned();
    let (job_id, name) = (|| a.job.clone(), || SCHEDULE.to_owned());
    let language = Language::En.into();
    let schedule = Schedule {
        service: service(),
        name: name(),
        job_kind: "classify".to_owned(),
        subject: [("season".to_owned(), "2023".to_owned())].into(),
        timing: Some(Timing::Cron("0 0 15 12 *".to_owned())),
        ..Schedule::default()
    };
    vec![
        // Those of live standings come and go.
        own(ListJobsRequest { service: service(), kind: "classify".to_owned(), ..Default::default() }),
        gone(GetJobRequest { service: service(), job_id: job_id() }),
        gone(WatchJobRequest { service: service(), job_id: job_id() }),
        gone(CancelJobRequest { service: service(), job_id: job_id() }),
        gone(ReplayJobRequest { service: service(), job_id: job_id() }),
        own(ListSchedulesRequest { service: service(), ..Default::default() }),
        gone(GetScheduleRequest { service: service(), name: name(), ..Default::default() }),
        gone(ListScheduleRunsRequest { service: service(), name: name(), ..Default::default() }),
        gone(PauseScheduleRequest { service: service(), name: name(), ..Default::default() }),
        gone(ResumeScheduleRequest { service: service(), name: name(), ..Default::default() }),
        // The same name is free here.
        own(PutScheduleRequest { schedule: Some(schedule), ..Default::default() }),
        // Messages are each account's own.
        own(ListMessagesRequest { language, ..Default::default() }),
        gone(GetMessageRequest { message_id: a.message.clone(), language }),
        own(CountUnreadRequest {}),
        own(WatchMessagesRequest { language, ..Default::default() }),
        gone(MarkReadRequest {
            which: Some(mark_read_request::Which::Messages(MessageIds { ids: vec![a.message.clone()] })),
        }),
        own(GetPreferencesRequest {}),
        own(PutPreferencesRequest { preferences: Some(Preferences::default()) }),
    ]
}
