//! What a process does: everything, one service, or jobs.

use std::collections::BTreeSet;
use std::fmt;

use platform::config::{self, BrokerParts, CacheParts, Config, DatabaseParts};
use platform::jobs::Lane;

use super::catalog::ServiceName;
use super::part::Duties;

/// What a process does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// All services with their maintenance and jobs.
    All,
    /// The calls and the maintenance of one service. Its jobs are for workers.
    Service(ServiceName),
    /// The jobs of these services in these lanes.
    Worker { services: Vec<ServiceName>, lanes: Vec<Lane> },
}

impl Role {
    /// The jobs of one service or all, in one lane or all.
    pub fn worker(service: Option<ServiceName>, lane: Option<Lane>) -> Self {
        Self::Worker {
            services: service.map_or(ServiceName::ALL.to_vec(), |service| vec![service]),
            lanes: lane.map_or(Lane::ALL.to_vec(), |lane| vec![lane]),
        }
    }

    /// The services whose databases this process works on.
    pub fn services(&self) -> Vec<ServiceName> {
        match self {
            Self::All => ServiceName::ALL.to_vec(),
            Self::Service(service) => vec![*service],
            Self::Worker { services, .. } => services.clone(),
        }
    }

    /// Whether this process answers the calls of its services.
    pub(super) fn serves(&self) -> bool {
        !matches!(self, Self::Worker { .. })
    }

    pub(super) fn duties(&self, jobs: &config::Jobs) -> Duties {
        let slots = |lane: Lane| match lane {
            Lane::Fast => jobs.slots.fast,
            Lane::Recalculation => jobs.slots.recalculation,
            Lane::Report => jobs.slots.report,
        };
        let lanes: &[Lane] = match self {
            Self::All => &Lane::ALL,
            Self::Service(_) => &[],
            Self::Worker { lanes, .. } => lanes,
        };
        Duties {
            slots: lanes.iter().map(|lane| (*lane, slots(*lane))).collect(),
            maintenance: jobs.maintenance && self.serves(),
        }
    }

    /// What the configuration lacks for this role: processes that work together need parts that they share, and the
    /// addresses of those that they call.
    pub(super) fn lacks(&self, config: &Config) -> Vec<String> {
        if *self == Self::All {
            return Vec::new();
        }
        let embedded = [
            ("database.parts", "postgres", config.database.parts == DatabaseParts::Embedded),
            ("broker.parts", "rabbitmq", config.broker.parts == BrokerParts::Embedded),
            ("cache.parts", "redis", config.cache.parts == CacheParts::Embedded),
        ];
        let parts = embedded.into_iter().filter(|(_, _, embedded)| *embedded).map(|(key, part, _)| {
            format!("{key} must be {part:?} to start {self}: other processes share it")
        });
        // All of a service's processes answer to one name, so a worker calls its own services too.
        let services = self.services();
        let called: BTreeSet<_> = services.iter().flat_map(|service| service.calls()).collect();
        let called = called.into_iter().filter(|callee| !(self.serves() && services.contains(callee)));
        let peers = called
            .filter(|callee| callee.url(&config.peers).is_none())
            .map(|callee| format!("peers.{callee} is needed to start {self}, which calls {callee}"));
        parts.chain(peers).collect()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("--all"),
            Self::Service(service) => service.fmt(f),
            Self::Worker { .. } => f.write_str("worker"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_leaves_its_jobs_to_workers_and_a_worker_keeps_to_its_lanes() {
        let jobs = config::Jobs::default();
        let service = Role::Service(ServiceName::Scoring).duties(&jobs);
        assert!(service.maintenance && service.slots.is_empty());
        let worker = Role::worker(Some(ServiceName::Scoring), Some(Lane::Fast));
        assert_eq!(worker.services(), [ServiceName::Scoring]);
        let duties = worker.duties(&jobs);
        assert_eq!(duties.slots, [(Lane::Fast, jobs.slots.fast)]);
        assert!(!duties.maintenance);
    }

    #[test]
    fn processes_of_one_role_need_parts_that_they_share() {
        let mut config = Config::default();
        assert_eq!(Role::All.lacks(&config), [""; 0]);
        config.database.parts = DatabaseParts::Postgres;
        let lacks = Role::worker(None, None).lacks(&config);
        assert!(lacks[0].starts_with("broker.parts must be \"rabbitmq\" to start worker"), "{lacks:?}");
        assert!(lacks[1].starts_with("cache.parts must be \"redis\""), "{lacks:?}");
        let peers = ["organizations", "competition", "scoring"];
        assert!(lacks[2..].iter().zip(peers).all(|(lack, peer)| lack.contains(peer)), "{lacks:?}");
        assert_eq!(lacks.len(), 5, "{lacks:?}");
    }
}
