//! The private RabbitMQ of `tests/run`: each test has names of its own there.

use lapin::options::{ExchangeDeleteOptions, QueueDeleteOptions};
use lapin::{Connection, ConnectionProperties};
use platform::broker::Broker;
use platform::config::{self, BrokerParts, Secret};
use platform::jobs::Lane;
use platform::random::Random;
use platform::readiness::Readiness;

use super::postgres;

/// The URL of the server.
pub fn url() -> String {
    std::env::var("THIDUA_TEST_RABBITMQ").expect(
        "THIDUA_TEST_RABBITMQ is not set: start this through tests/run, which starts a private RabbitMQ",
    )
}

/// A part of the server that no other test uses.
pub fn config() -> config::Broker {
    at(&url())
}

pub fn at(url: &str) -> config::Broker {
    let prefix = postgres::unique("test").replace('_', "-");
    config::Broker { parts: BrokerParts::RabbitMq, url: Some(Secret::new(url)), prefix }
}

/// A broker of the test's own, for services with these names.
pub struct Rabbit {
    pub broker: Broker,
    pub config: config::Broker,
    pub readiness: Readiness,
    services: Vec<&'static str>,
}

impl Rabbit {
    pub fn start(services: &[&'static str]) -> Self {
        Self::start_with(config(), services)
    }

    pub fn start_with(config: config::Broker, services: &[&'static str]) -> Self {
        let readiness = Readiness::default();
        let broker = Broker::open(&config, "test", Random::system(), readiness.gate("broker"));
        Self { broker: broker.expect("a URL"), config, readiness, services: services.to_vec() }
    }

    /// Another process on the same broker.
    pub fn another(&self) -> Broker {
        let gate = Readiness::default().gate("broker");
        Broker::open(&self.config, "test", Random::system(), gate).expect("a URL")
    }

    pub fn name(&self, rest: &str) -> String {
        format!("{}.{rest}", self.config.prefix)
    }

    /// Past our own code.
    pub async fn raw(&self) -> lapin::Channel {
        let connection =
            Connection::connect(&url(), ConnectionProperties::default()).await.expect("connected");
        connection.create_channel().await.expect("a channel")
    }

    /// Removes all that this installation has made in the server.
    pub async fn wipe(&self) {
        let connection =
            Connection::connect(&url(), ConnectionProperties::default()).await.expect("connected");
        let channel = connection.create_channel().await.expect("a channel");
        for service in &self.services {
            let lanes = Lane::ALL.map(|lane| format!("{service}.jobs.{lane}"));
            let others =
                ["jobs.dead", "events", "events.dead", "published"].map(|rest| format!("{service}.{rest}"));
            for queue in lanes.into_iter().chain(others) {
                let deleted = channel.queue_delete(self.name(&queue).into(), QueueDeleteOptions::default());
                deleted.await.expect("deleted");
            }
        }
        let exchange = self.name("events").into();
        channel.exchange_delete(exchange, ExchangeDeleteOptions::default()).await.expect("deleted");
        connection.close(200, "".into()).await.expect("closed");
    }

    pub async fn end(self) {
        self.broker.close().await;
        self.wipe().await;
    }
}
