//! What must hold between settings that fit each by itself.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::Secret;
use super::sections::{BrokerParts, CacheParts, Config, DatabaseParts, Telemetry};

/// The generated servers and clients take no more than 4 MiB.
const MESSAGE_BYTES: RangeInclusive<u32> = 1024..=4 << 20;

/// Key and sentence of each rule that `config` breaks.
pub(super) fn broken(config: &Config) -> Vec<(&'static str, String)> {
    let mut broken = Vec::new();
    database(config, &mut broken);
    broker_and_cache(config, &mut broken);
    for (key, duration) in [
        ("server.drain_limit", config.server.drain_limit),
        ("database.statement_limit", config.database.statement_limit),
        ("database.system_statement_limit", config.database.system_statement_limit),
        ("server.keepalive", config.server.keepalive),
        ("server.handshake_limit", config.server.handshake_limit),
        ("limits.default_deadline", config.limits.default_deadline),
        ("limits.longest_deadline", config.limits.longest_deadline),
    ] {
        if duration < Duration::from_millis(1) {
            broken.push((key, "must be at least 1ms".to_owned()));
        }
    }
    if config.limits.default_deadline > config.limits.longest_deadline {
        broken.push(("limits.default_deadline", "is longer than limits.longest_deadline".to_owned()));
    }
    if !MESSAGE_BYTES.contains(&config.limits.message_bytes) {
        let (least, most) = (MESSAGE_BYTES.start(), MESSAGE_BYTES.end());
        let message = format!("{} is not between {least} and {most}", config.limits.message_bytes);
        broken.push(("limits.message_bytes", message));
    }
    for (key, count) in
        [("limits.in_flight", config.limits.in_flight), ("server.connections", config.server.connections)]
    {
        if count == 0 {
            broken.push((key, "must be at least 1".to_owned()));
        }
    }
    if config.auth.issuer.is_empty() {
        broken.push(("auth.issuer", "must not be empty".to_owned()));
    }
    telemetry(&config.telemetry, &mut broken);
    for (key, url) in [
        ("server.public_url", &config.server.public_url),
        ("telemetry.otlp", &config.telemetry.otlp),
        ("peers.organizations", &config.peers.organizations),
        ("peers.competition", &config.peers.competition),
        ("peers.scoring", &config.peers.scoring),
        ("peers.notifications", &config.peers.notifications),
    ] {
        if let Some(url) = url
            && !(url.starts_with("http://") || url.starts_with("https://"))
        {
            broken.push((key, format!("{url:?} does not begin with http:// or https://")));
        }
    }
    if config.server.listen == config.server.management_listen && config.server.listen.port() != 0 {
        broken.push(("server.management_listen", "is the same address as server.listen".to_owned()));
    }
    broken
}

fn database(config: &Config, broken: &mut Vec<(&'static str, String)>) {
    let database = &config.database;
    let urls = [
        ("database.runtime_url", &database.runtime_url, true),
        ("database.system_url", &database.system_url, true),
        ("database.owner_url", &database.owner_url, false),
    ];
    for (key, url, needed) in urls {
        match (database.parts, url.as_ref().map(Secret::reveal)) {
            (DatabaseParts::Embedded, Some(_)) => {
                broken.push((key, "is set although database.parts is \"embedded\"".to_owned()));
            }
            (DatabaseParts::Postgres, None) if needed => {
                broken.push((key, "is needed when database.parts is \"postgres\"".to_owned()));
            }
            (DatabaseParts::Postgres, Some(url)) => {
                if !(url.starts_with("postgres://") || url.starts_with("postgresql://")) {
                    broken.push((key, "does not begin with postgres://".to_owned()));
                } else if !url.contains("{service}") {
                    broken.push((key, "lacks {service} in place of the service's name".to_owned()));
                }
            }
            _ => {}
        }
    }
}

fn broker_and_cache(config: &Config, broken: &mut Vec<(&'static str, String)>) {
    let (broker, cache) = (&config.broker, &config.cache);
    let real = [
        (
            "broker.parts",
            "broker.url",
            (broker.parts == BrokerParts::RabbitMq).then_some("rabbitmq"),
            &broker.url,
            ["amqp://", "amqps://"],
        ),
        (
            "cache.parts",
            "cache.url",
            (cache.parts == CacheParts::Redis).then_some("redis"),
            &cache.url,
            ["redis://", "rediss://"],
        ),
    ];
    for (parts, key, server, url, schemes) in real {
        match (server, url.as_ref().map(Secret::reveal)) {
            (None, Some(_)) => broken.push((key, format!("is set although {parts} is \"embedded\""))),
            (Some(server), None) => broken.push((key, format!("is needed when {parts} is {server:?}"))),
            (Some(_), Some(url)) if !schemes.iter().any(|scheme| url.starts_with(scheme)) => {
                broken.push((key, format!("does not begin with {} or {}", schemes[0], schemes[1])));
            }
            _ => {}
        }
    }
    for (key, prefix) in [("broker.prefix", &broker.prefix), ("cache.prefix", &cache.prefix)] {
        name(key, prefix, broken);
    }
}

fn telemetry(telemetry: &Telemetry, broken: &mut Vec<(&'static str, String)>) {
    if let Err(error) = crate::telemetry::check_filter(&telemetry.filter) {
        broken.push(("telemetry.filter", error));
    }
    if telemetry.otlp.as_ref().is_some_and(|url| url.contains('@')) {
        // It is printed, and no collector would be given it.
        broken.push(("telemetry.otlp", "must not hold a user or a password".to_owned()));
    }
    name("telemetry.service_name", &telemetry.service_name, broken);
}

fn name(key: &'static str, name: &str, broken: &mut Vec<(&'static str, String)>) {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    if name.is_empty() || name.len() > 60 || !name.chars().all(allowed) {
        broken.push((key, format!("{name:?} is not 1 to 60 of a-z, 0-9, '-' and '.'")));
    }
}
