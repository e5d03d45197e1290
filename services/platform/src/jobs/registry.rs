//! The kinds of jobs that a service knows, by name.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use futures::future::BoxFuture;
use proto::common::v1::Reason;
use serde_json::Value;

use super::context::JobContext;
use super::enqueue::{Draft, draft};
use super::job::{Completed, Job, JobError};
use super::rows::{Model, Subject};
use crate::db::TenantTx;
use crate::error::{Error, Result};

/// Every kind of job of one service.
#[derive(Default)]
pub struct Registry(BTreeMap<&'static str, Kind>);

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

type Run = dyn Fn(&Model, JobContext) -> BoxFuture<'static, Result<Completed, JobError>> + Send + Sync;
type Failed = dyn for<'a> Fn(&Model, &'a TenantTx, &'a str) -> BoxFuture<'a, Result<()>> + Send + Sync;
type FromSubject = dyn Fn(&Subject) -> Result<Draft> + Send + Sync;

/// One kind, its type forgotten.
pub(crate) struct Kind {
    pub(super) time_limit: Duration,
    run: Box<Run>,
    failed: Box<Failed>,
    from_subject: Box<FromSubject>,
}

impl Registry {
    /// Adds a kind with what its jobs need.
    pub fn with<J: Job>(mut self, deps: J::Deps) -> Self {
        let for_failed = deps.clone();
        let kind = Kind {
            time_limit: J::TIME_LIMIT,
            run: Box::new(move |row, ctx| match read::<J>(&row.payload, row.payload_version) {
                Ok(job) => Box::pin(job.run(ctx, deps.clone())),
                Err(error) => Box::pin(async { Err(error) }),
            }),
            failed: Box::new(move |row, tx, error| {
                let (job, deps) = (read::<J>(&row.payload, row.payload_version), for_failed.clone());
                Box::pin(async move {
                    match job {
                        Ok(job) => job.failed(tx, &deps, error).await,
                        Err(unreadable) => Err(Error::internal(unreadable)),
                    }
                })
            }),
            from_subject: Box::new(|subject| {
                let fields = subject.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
                let job: J = serde_json::from_value(Value::Object(fields.collect())).map_err(|error| {
                    let text = format!("{} does not take this subject: {error}", J::KIND);
                    Error::invalid(vec![crate::Violation::new(
                        "subject",
                        Reason::InvalidArgument.code(),
                        text,
                    )])
                })?;
                draft(&job)
            }),
        };
        self.0.insert(J::KIND, kind);
        self
    }

    /// The names of all kinds.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    pub(crate) fn get(&self, kind: &str) -> Option<&Kind> {
        self.0.get(kind)
    }

    /// A job of `kind` about `subject`, whose names are the fields of its payload.
    pub(crate) fn draft(&self, kind: &str, subject: &Subject) -> Result<Draft> {
        let Some(known) = self.0.get(kind) else {
            let kinds = self.kinds().collect::<Vec<_>>().join(", ");
            let text = format!("\"{kind}\" is no kind of job here; there are: {kinds}");
            return Err(Error::invalid(vec![crate::Violation::new(
                "job_kind",
                Reason::JobKindUnknown.code(),
                text,
            )]));
        };
        (known.from_subject)(subject)
    }
}

impl Kind {
    pub(crate) fn run(
        &self,
        row: &Model,
        ctx: JobContext,
    ) -> BoxFuture<'static, Result<Completed, JobError>> {
        (self.run)(row, ctx)
    }

    pub(crate) fn failed<'a>(
        &self,
        row: &Model,
        tx: &'a TenantTx,
        error: &'a str,
    ) -> BoxFuture<'a, Result<()>> {
        (self.failed)(row, tx, error)
    }
}

fn read<J: Job>(payload: &str, version: i64) -> Result<J, JobError> {
    let unreadable = |error: serde_json::Error| {
        JobError::fail(format!("the payload of {} (version {version}) cannot be read: {error}", J::KIND))
    };
    if version == J::VERSION {
        serde_json::from_str(payload).map_err(unreadable)
    } else {
        J::upgrade(version, serde_json::from_str(payload).map_err(unreadable)?)
    }
}
