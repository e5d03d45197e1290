//! The ground on which the suites stand.

pub mod events;
pub mod ground;
pub mod heard;
pub mod jobs;
pub mod otlp;
pub mod outage;
pub mod place;
pub mod postgres;
pub mod probe;
pub mod proxy;
pub mod rabbitmq;
pub mod redis;
pub mod refusal;
#[allow(dead_code, reason = "the tests of the executable use the rest")]
pub mod servers;
pub mod wait;
pub mod world;
