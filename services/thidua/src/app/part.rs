//! One service of the process: its database, what it serves, and what it does by itself.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use platform::config;
use platform::db::Database;
use platform::events::{Exchange, Inbox};
use platform::jobs::{JobParts, JobRpc, JobSettings, JobSystem, Lane, feed, hand_off};
use platform::lifecycle::Lifecycle;
use platform::random::Random;
use platform::schedules::ScheduleRpc;
use platform::service::Service;
use platform::tenants::Tenants;
use tonic::service::Routes;

use super::leader::Maintenance;
use super::tenants::withdrawals;

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
            hand_off: Arc::new(hand_off::InProcess::new()),
            feed: Arc::new(feed::InProcess::default()),
            settings: JobSettings { exclusive, drain, ..JobSettings::default() },
        });
        Ok((Self { db, inbox, tenants, jobs, exclusive }, hosted))
    }

    /// Puts the service to work, until the life stops.
    pub fn spawn(self, life: &Lifecycle, settings: &config::Jobs, exchange: Option<Arc<dyn Exchange>>) {
        let Self { db, inbox, tenants, jobs, exclusive } = self;
        let (name, stopping) = (db.service(), life.stopping());
        let stop = stopping.clone();
        life.spawn(format!("tenants of {name}"), async move {
            tenants.run(stop).await;
            Ok::<_, Infallible>(())
        });

        let slots = &settings.slots;
        let slots = [
            (Lane::Fast, slots.fast),
            (Lane::Recalculation, slots.recalculation),
            (Lane::Report, slots.report),
        ];
        let (workers, stop) = (jobs.clone(), stopping.clone());
        life.spawn(format!("workers of {name}"), async move {
            workers.work(&slots, stop).await.map_err(|error| error.to_string())
        });

        if settings.maintenance {
            let clock = db.ids().clock().clone();
            let maintenance = Maintenance { db, clock, jobs, inbox, exchange, exclusive };
            life.spawn(format!("maintenance of {name}"), async move {
                maintenance.run(stopping).await;
                Ok::<_, Infallible>(())
            });
        }
    }
}

/// The RPCs about the jobs and schedules of these services.
pub fn about_jobs(parts: &[Part]) -> Option<Service> {
    let systems = || parts.iter().map(|part| part.jobs.clone());
    let routes = Routes::new(JobRpc::server(systems())).add_service(ScheduleRpc::server(systems()));
    parts.first().map(|part| Service::new("platform", part.tenants.guard(routes)))
}
