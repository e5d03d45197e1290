//! A service as a value: what each business service returns from `service(deps)`.

use tonic::service::Routes;

use crate::events::Consumer;
use crate::jobs::Registry;

/// One business service, ready to be hosted alone or with others in one process.
pub struct Service {
    /// `organizations`, `scoring`, …
    pub name: &'static str,
    pub routes: Routes,
    /// The kinds of job that it runs. Its schedules are rows, made by its use cases.
    pub jobs: Registry,
    /// What it does about other services' events.
    pub consumers: Vec<Consumer>,
}

impl Service {
    /// A service with RPCs and nothing else yet.
    pub fn new(name: &'static str, routes: Routes) -> Self {
        Self { name, routes, jobs: Registry::default(), consumers: Vec::new() }
    }

    #[must_use]
    pub fn jobs(mut self, jobs: Registry) -> Self {
        self.jobs = jobs;
        self
    }

    #[must_use]
    pub fn consumers(mut self, consumers: Vec<Consumer>) -> Self {
        self.consumers = consumers;
        self
    }
}
