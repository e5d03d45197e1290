//! A process sends what it measured where its configuration says, and does not depend on who takes it.

use platform::db::Backend;
use platform::lifecycle::Ended;
use thidua::app::{App, Running};

use crate::support::otlp;
use crate::support::place::{Place, with_place};

async fn start(place: &Place, otlp: &str, name: &str) -> Running {
    let mut config = place.config.clone();
    (config.telemetry.otlp, config.telemetry.service_name) = (Some(otlp.to_owned()), name.to_owned());
    let running = Box::pin(App::start(config)).await.unwrap_or_else(|error| panic!("{error}"));
    running.ready().await;
    running
}

async fn the_last_measurements_go_out(place: &Place) {
    let otlp = otlp::receiver();
    let running = start(place, &otlp.url, "short-life").await;
    assert!(running.to_string().contains(&otlp.url), "{running}");
    assert_eq!(running.stop().await, Ok(Ended::Drained));
    let measured = otlp.measured_by("short-life");
    assert!(measured.iter().any(|metric| metric.name == "thidua_rpc_calls"), "{measured:?}");
}

async fn nobody_takes_them(place: &Place) {
    let running = start(place, "http://127.0.0.1:1", "alone").await;
    assert_eq!(running.stop().await, Ok(Ended::Drained));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_ends_sends_its_last_measurements() {
    with_place(Backend::Sqlite, the_last_measurements_go_out).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_starts_and_ends_without_its_collector() {
    // Spans go where they were first told to: to the other tests' collector, not to none.
    otlp::receiver();
    with_place(Backend::Sqlite, nobody_takes_them).await;
}
