//! One service of the process: its database, what it serves, and what it does by itself.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use platform::broker::{self, Broker};
use platform::db::Database;
use platform::events::{Exchange, Inbox};
use platform::jobs::feed::{self, Feed};
use platform::jobs::hand_off::{self, HandOff};
use platform::jobs::{JobParts, JobRpc, JobSettings, JobSystem, Lane, Served};
use platform::lifecycle::Lifecycle;
use platform::metrics::Metrics;
use platform::random::Random;
use platform::schedules::ScheduleRpc;
use platform::service::Service;
use platform::tenants::Tenants;
use platform::transport::Elsewhere;
use tonic::service::Routes;

use super::leader::Maintenance;
use super::tenants::withdrawals;

/// What carries a service's jobs to workers, and the news of them to watchers.
pub struct Carriers {
    pub hand_off: Arc<dyn HandOff>,
    pub feed: Arc<dyn Feed>,
}

impl Carriers {
    /// For a service whose workers and watchers are all in this process.
    pub fn in_process() -> Self {
        Self { hand_off: Arc::new(hand_off::InProcess::new()), feed: Arc::new(feed::InProcess::default()) }
    }
}

/// How events go between services.
#[derive(Clone)]
pub struct EventsWay {
    /// Takes what is published away.
    pub exchange: Arc<dyn Exchange>,
    /// Brings what the services want; without it the exchange puts it into their inboxes itself.
    pub broker: Option<(Broker, broker::Routes)>,
}

/// What a process does for a service beside answering its calls.
#[derive(Clone, Debug)]
pub struct Duties {
    /// How many jobs at once, lane by lane; lanes that are not here are left to others.
    pub slots: Vec<(Lane, u16)>,
    /// Dispatch, rescue, schedules, events: whenever it leads.
    pub maintenance: bool,
}

/// A service that is built and not yet at work.
pub struct Part {
    pub(super) db: Database,
    /// Where other services' events arrive.
    pub inbox: Arc<Inbox>,
    pub(super) tenants: Tenants,
    jobs: JobSystem,
    exclusive: bool,
}

impl Part {
    /// Takes from `service` what is done in the background, and gives back what is to be hosted. `drain` is how long
    /// running jobs may go on after the signal to stop.
    pub fn new(
        db: Database,
        tenants: Tenants,
        service: Service,
        carriers: Carriers,
        random: Random,
        drain: Duration,
        exclusive: bool,
    ) -> platform::Result<(Self, Service)> {
        let Service { name, routes, jobs: registry, mut consumers } = service;
        consumers.push(withdrawals());
        let hosted = Service::new(name, tenants.guard(routes));
        let inbox = Inbox::new(db.clone(), db.ids().clock().clone(), consumers)?;
        let jobs = JobSystem::new(JobParts {
            db: db.clone(),
            tenants: tenants.clone(),
            random,
            registry,
            hand_off: carriers.hand_off,
            feed: carriers.feed,
            settings: JobSettings { exclusive, drain, ..JobSettings::default() },
        });
        Ok((Self { db, inbox, tenants, jobs, exclusive }, hosted))
    }

    /// Shows the service's jobs, events and connections among the measurements of the process.
    pub fn measure(&self, metrics: &Metrics) {
        metrics.watch(self.jobs.clone());
    }

    /// Puts the service to work, until the life stops.
    pub fn spawn(self, life: &Lifecycle, duties: &Duties, events: EventsWay) {
        let Self { db, inbox, tenants, jobs, exclusive } = self;
        let (name, stopping) = (db.service(), life.stopping());
        let stop = stopping.clone();
        life.spawn(format!("tenants of {name}"), async move {
            tenants.run(stop).await;
            Ok::<_, Infallible>(())
        });

        let slots: Vec<_> = duties.slots.iter().copied().filter(|(_, slots)| *slots > 0).collect();
        if !slots.is_empty() {
            let (workers, stop) = (jobs.clone(), stopping.clone());
            life.spawn(format!("workers of {name}"), async move {
                workers.work(&slots, stop).await.map_err(|error| error.to_string())
            });
        }

        if duties.maintenance {
            let clock = db.ids().clock().clone();
            let maintenance = Maintenance { db, clock, jobs, inbox, events, exclusive };
            life.spawn(format!("maintenance of {name}"), async move {
                maintenance.run(stopping).await;
                Ok::<_, Infallible>(())
            });
        }
    }
}

/// The RPCs about the jobs and schedules of these services, and of those that run elsewhere.
pub fn about_jobs(parts: &[Part], elsewhere: &Elsewhere) -> Option<Service> {
    let served = || Served::new(parts.iter().map(|part| part.jobs.clone()), elsewhere.clone());
    let routes = Routes::new(JobRpc::server(served())).add_service(ScheduleRpc::server(served()));
    parts.first().map(|part| Service::new("platform", part.tenants.guard(routes)))
}
