//! Settings as containers get them, read by the configuration itself.

use std::collections::BTreeMap;

use platform::config::{self, BrokerParts, CacheParts, Config, DatabaseParts};
use thidua::app::ServiceName;

/// The variables of a process.
pub type Environment = BTreeMap<String, String>;

/// The port of calls and the one of health and measurements.
pub const PORTS: (u16, u16) = (7400, 7401);

/// The configuration that the executable reads from these variables.
pub fn load(place: &str, environment: &Environment) -> Config {
    match config::load(None, environment.clone(), []) {
        Ok(loaded) => loaded.config,
        Err(faults) => panic!("{place}: {faults}"),
    }
}

/// What a process needs to work together with others.
pub fn assert_fits_a_role(place: &str, config: &Config) {
    assert_eq!(config.database.parts, DatabaseParts::Postgres, "{place}");
    assert_eq!(config.broker.parts, BrokerParts::RabbitMq, "{place}");
    assert_eq!(config.cache.parts, CacheParts::Redis, "{place}");
    for (listener, port) in [(config.server.listen, PORTS.0), (config.server.management_listen, PORTS.1)] {
        assert!(listener.ip().is_unspecified(), "{place}: others cannot reach {listener}");
        assert_eq!(listener.port(), port, "{place}");
    }
    for service in ServiceName::ALL {
        let expected = format!("http://{service}:{}", PORTS.0);
        assert_eq!(peer(config, service), Some(expected.as_str()), "{place}: peers.{service}");
    }
}

/// Where the configuration says that a service is reached.
fn peer(config: &Config, service: ServiceName) -> Option<&str> {
    let peers = &config.peers;
    let url = match service {
        ServiceName::Organizations => &peers.organizations,
        ServiceName::Competition => &peers.competition,
        ServiceName::Scoring => &peers.scoring,
        ServiceName::Notifications => &peers.notifications,
    };
    url.as_deref()
}

/// Connections that a process opens at most for each service in it: both roles, and the one that listens for news.
pub fn connections_per_service(config: &Config) -> u32 {
    config.database.connections.get() + config.database.system_connections.get() + 1
}

/// Which services and lanes `thidua start …` with these arguments runs jobs of; `None` for what is no worker.
pub fn jobs_of<'a>(arguments: &[&'a str]) -> Option<(Option<&'a str>, Option<&'a str>)> {
    let [start, worker, options @ ..] = arguments else { return None };
    if (*start, *worker) != ("start", "worker") {
        return None;
    }
    let option = |name: &str| options.iter().position(|option| *option == name).map(|at| options[at + 1]);
    Some((option("--service"), option("--lane")))
}
