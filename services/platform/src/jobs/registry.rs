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
use super::together::BatchContext;
use crate::db::TenantTx;
use crate::error::{Error, Result, Violation};
use crate::ids::TenantId;
use crate::input::{Faults, fault};

/// Every kind of job of one service.
#[derive(Default)]
pub struct Registry(BTreeMap<&'static str, Kind>);

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

type Run = dyn Fn(&Model, JobContext) -> BoxFuture<'static, Result<Completed, JobError>> + Send + Sync;
type RunTogether =
    dyn Fn(&[Model], BatchContext) -> BoxFuture<'static, Result<Completed, JobError>> + Send + Sync;
type Failed = dyn for<'a> Fn(&Model, &'a TenantTx, &'a str) -> BoxFuture<'a, Result<()>> + Send + Sync;
type FromSubject = dyn Fn(&Subject) -> Result<Draft> + Send + Sync;
type Check = dyn Fn(TenantId, &Subject) -> BoxFuture<'static, Result<()>> + Send + Sync;

/// One kind, its type forgotten.
pub(crate) struct Kind {
    pub(super) time_limit: Duration,
    pub(super) together: usize,
    run: Box<Run>,
    run_together: Box<RunTogether>,
    failed: Box<Failed>,
    from_subject: Box<FromSubject>,
    check: Box<Check>,
}

impl Registry {
    /// Adds a kind with what its jobs need.
    pub fn with<J: Job>(mut self, deps: J::Deps) -> Self {
        let (for_failed, for_check, for_together) = (deps.clone(), deps.clone(), deps.clone());
        let kind = Kind {
            time_limit: J::TIME_LIMIT,
            together: J::TOGETHER,
            run_together: Box::new(move |rows, ctx| {
                let read = |row: &Model| read::<J>(&row.payload, row.payload_version);
                match rows.iter().map(read).collect::<Result<Vec<J>, _>>() {
                    Ok(jobs) => Box::pin(J::run_together(jobs, ctx, for_together.clone())),
                    Err(error) => Box::pin(async { Err(error) }),
                }
            }),
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
            from_subject: Box::new(|subject| draft(&about::<J>(subject)?)),
            check: Box::new(move |tenant, subject| {
                let (job, deps) = (known_names::<J>(subject), for_check.clone());
                Box::pin(async move { job?.check(&deps, tenant).await.map_err(within_subject) })
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
            return Err(fault("job_kind", Reason::JobKindUnknown, text));
        };
        (known.from_subject)(subject)
    }

    /// Refuses a subject of which [`Registry::draft`] makes a job that could do nothing for this tenant.
    pub(crate) async fn check(&self, kind: &str, tenant: TenantId, subject: &Subject) -> Result<()> {
        match self.0.get(kind) {
            Some(known) => (known.check)(tenant, subject).await,
            None => Ok(()),
        }
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

    pub(crate) fn run_together(
        &self,
        rows: &[Model],
        ctx: BatchContext,
    ) -> BoxFuture<'static, Result<Completed, JobError>> {
        (self.run_together)(rows, ctx)
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

/// The job whose payload has these fields.
fn about<J: Job>(subject: &Subject) -> Result<J> {
    let fields = subject.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
    serde_json::from_value(Value::Object(fields.collect())).map_err(|error| {
        let text = format!("{} does not take this subject: {error}", J::KIND);
        fault("subject", Reason::InvalidArgument, text)
    })
}

/// As [`about`]; names that the payload does not have are faults.
fn known_names<J: Job>(subject: &Subject) -> Result<J> {
    let job = about::<J>(subject)?;
    let payload = serde_json::to_value(&job).map_err(Error::internal)?;
    let mut faults = Faults::new();
    for (name, value) in subject.iter().filter(|(name, _)| payload.get(name.as_str()).is_none()) {
        let text = format!("{} takes no {name:?} (here {value:?})", J::KIND);
        faults.add(format!("subject.{name}"), Reason::InvalidArgument, text);
    }
    faults.finish(Some(job))
}

/// The same error, its fields within the subject.
fn within_subject(error: Error) -> Error {
    if error.violations().is_empty() {
        return error;
    }
    let within = |violation: &Violation| {
        let field = format!("subject.{}", violation.field);
        Violation::new(field, violation.reason, violation.description.clone())
    };
    Error::invalid(error.violations().iter().map(within).collect())
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
