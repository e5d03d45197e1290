//! The job system: work that outlives the request that asked for it.
//!
//! A job is a row in the database of the service that owns it, written in the transaction of whoever wants it
//! ([`TenantTx::enqueue`](crate::db::TenantTx::enqueue)). The service's leader dispatches due rows fairly between tenants; a worker claims the row, runs
//! the [`Job`], and writes effect and completion in one transaction that only the holder of the row's fencing token can
//! commit. What gets lost on the way is brought back, so a job may run twice, but takes effect once.
//!
//! A process that hosts a service runs its [`JobSystem`]:
//!
//! ```no_run
//! # use std::sync::Arc;
//! # use platform::{db::Database, jobs::*, leader::Candidate, lifecycle::Lifecycle, random::Random, tenants::Tenants};
//! # async fn host(db: Database, tenants: Tenants, random: Random, registry: Registry, life: Lifecycle, embedded: bool) {
//! let jobs = JobSystem::new(JobParts {
//!     db: db.clone(),
//!     tenants,
//!     random,
//!     registry, // Registry::default().with::<Classify>(deps).with::<…>(…)
//!     hand_off: Arc::new(hand_off::InProcess::new()),
//!     feed: Arc::new(feed::InProcess::default()),
//!     settings: JobSettings { exclusive: embedded, ..JobSettings::default() },
//! });
//! // Workers, with so many slots per lane.
//! let (system, stop) = (jobs.clone(), life.stopping());
//! life.spawn("workers", async move { system.work(&[(Lane::Fast, 4), (Lane::Recalculation, 2)], stop).await });
//! // Maintenance, when this process leads.
//! let candidate = Candidate {
//!     clock: db.ids().clock().clone(),
//!     db,
//!     name: "maintenance",
//!     holder: jobs.worker_id(),
//!     exclusive: embedded,
//! };
//! let (system, stop) = (jobs.clone(), life.stopping());
//! life.spawn("maintenance", async move {
//!     candidate.run(|| system.maintain(), stop).await;
//!     Ok::<_, platform::Error>(())
//! });
//! // And its routes: JobRpc::server([jobs.clone()]), schedules::ScheduleRpc::server([jobs]).
//! # }
//! ```

mod attempt;
pub mod attempts;
mod call;
mod claim;
mod context;
mod desk;
mod dispatcher;
mod due;
mod enqueue;
mod estimates;
pub mod fair;
pub mod feed;
mod figures;
mod finish;
mod flights;
pub mod hand_off;
mod job;
mod registry;
mod rescuer;
mod retention;
mod rows;
pub(crate) mod rpc;
mod state;
mod system;
mod together;
mod watch;
mod worker;
mod workers;

pub use attempts::Outcome;
use call::Call;
pub use claim::LEASE;
pub use context::JobContext;
pub use desk::{Desk, Filter, Sight};
pub use enqueue::{Enqueued, NewJob};
pub(crate) use enqueue::{Terms, enqueue_for};
pub use feed::{News, Progress};
pub use figures::LaneFigures;
pub(crate) use figures::{Depth, Distribution};
pub use job::{Completed, Job, JobError};
pub use registry::Registry;
pub use rows::{Entity, Model as JobRow, Subject};
pub use rpc::{JobRpc, Served};
pub use state::{Lane, State};
pub(crate) use system::Parts;
pub use system::{JobParts, JobSettings, JobSystem};
pub use together::BatchContext;
pub use watch::{Seen, Watch};

/// The channel on which transactions wake the dispatcher; what the payload says is a [`Call`].
const WAKE: &str = "jobs";

/// The channel on which a running job is asked to stop; the payload is its id.
const CANCEL: &str = "jobs.cancel";
