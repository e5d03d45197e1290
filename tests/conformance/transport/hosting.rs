//! A process that hosts services: how it tells its state, and how it ends.

use std::time::Duration;

use platform::config;
use platform::lifecycle::Ended;
use platform::transport;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tonic::{Code, Request};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use super::probe::contract::probe_client::ProbeClient;
use super::probe::{Client, Probe, Setup, note};

/// Status and body of a page of the management port.
async fn page(probe: &Probe, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(probe.management.expect("hosted")).await.expect("connected");
    let request = format!("GET {path} HTTP/1.1\r\nhost: probe\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("written");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("read");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
    (status, body.to_owned())
}

async fn health(probe: &Probe, wanted: ServingStatus) {
    let mut client = HealthClient::new(probe.connection());
    loop {
        let request = HealthCheckRequest { service: String::new() };
        if client.check(request).await.expect("answered").into_inner().status() == wanted {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_management_port_tells_what_is_not_ready_and_the_public_keys() {
    let probe = Probe::remote().await;
    assert_eq!(page(&probe, "/healthz").await, (200, "ok\n".to_owned()));
    assert_eq!(page(&probe, "/readyz").await, (200, "ready\n".to_owned()));
    health(&probe, ServingStatus::Serving).await;

    let gate = probe.readiness.gate("scoring database");
    gate.not_ready("migration 7 is not applied");
    let expected = "scoring database: migration 7 is not applied\n".to_owned();
    assert_eq!(page(&probe, "/readyz").await, (503, expected));
    health(&probe, ServingStatus::NotServing).await;
    gate.ready();
    assert_eq!(page(&probe, "/readyz").await.0, 200);

    probe.officer().echo(note("")).await.expect("answered");
    let (_, metrics) = page(&probe, "/metrics").await;
    assert!(metrics.contains("thidua_rpc_duration_seconds_bucket"), "{metrics}");
    assert!(metrics.ends_with("# EOF\n"), "{metrics}");
    let (_, keys) = page(&probe, "/.well-known/jwks.json").await;
    assert!(keys.contains("\"crv\":\"Ed25519\"") && keys.contains("\"kid\""), "{keys}");
    assert!(!keys.contains("\"d\""), "{keys}");
    assert_eq!(page(&probe, "/nothing").await.0, 404);
}

#[tokio::test]
async fn a_soft_stop_finishes_the_calls_in_work() {
    let probe = Probe::remote().await;
    let mut request = Request::new(note("wait"));
    request.set_timeout(Duration::from_secs(5));
    let mut client = probe.officer();
    let call = tokio::spawn(async move { client.wait(request).await });
    probe.running(1).await;
    probe.life.stop();
    let ended = tokio::spawn({
        let life = probe.life.clone();
        async move { life.ended(Duration::from_secs(3600)).await }
    });
    let status = super::while_time_passes(&probe, Duration::from_secs(1), call).await.expect("joined");
    assert_eq!(status.expect_err("over").code(), Code::DeadlineExceeded);
    assert_eq!(ended.await.expect("joined"), Ok(Ended::Drained));
    let status = probe.officer().echo(note("")).await.expect_err("nobody listens");
    assert_eq!(status.code(), Code::Unavailable, "{status:?}");
}

#[tokio::test]
async fn a_call_that_does_not_end_is_cut_off_after_the_limit() {
    let probe = Probe::remote().await;
    let mut client = probe.officer();
    let mut request = Request::new(note(""));
    request.set_timeout(Duration::from_secs(600));
    let call = tokio::spawn(async move { client.wait(request).await });
    probe.running(1).await;
    probe.life.stop();
    let ended = probe.life.ended(Duration::from_secs(25));
    let ended = super::while_time_passes(&probe, Duration::from_secs(5), ended).await;
    assert_eq!(ended, Ok(Ended::CutOff));
    assert!(call.await.expect("joined").is_err());
    probe.running(0).await;
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_named() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", nobody.local_addr().expect("its address"));
    drop(nobody);
    let connection = transport::remote(&url).expect("a URL");
    let status = ProbeClient::new(connection).echo(note("")).await.expect_err("refused");
    assert_eq!(status.code(), Code::Unavailable);
    assert!(status.message().contains(&url), "{status:?}");
}

/// A probe that takes one connection, which has a minute to begin.
async fn narrow() -> Probe {
    let server =
        config::Server { connections: 1, handshake_limit: Duration::from_secs(60), ..Default::default() };
    Probe::start(Setup { remote: true, server, ..Setup::default() }).await
}

impl Probe {
    fn address(&self) -> std::net::SocketAddr {
        self.grpc.expect("hosted")
    }

    /// A client with a connection of its own.
    fn newcomer(&self) -> Client {
        ProbeClient::new(transport::remote(&format!("http://{}", self.address())).expect("a URL"))
    }

    /// Waits until a newcomer is answered; that it has no token shows that it was heard.
    async fn answers(&self) -> Client {
        loop {
            let mut client = self.newcomer();
            match client.echo(note("")).await {
                Err(status) if status.code() == Code::Unauthenticated => return client,
                _ => tokio::task::yield_now().await,
            }
        }
    }
}

#[tokio::test]
async fn connections_over_the_limit_are_closed() {
    let probe = narrow().await;
    let first = probe.answers().await;
    let refused = probe.newcomer().echo(note("")).await.expect_err("closed");
    assert_ne!(refused.code(), Code::Unauthenticated, "{refused:?}");
    drop(first);
    tokio::time::timeout(Duration::from_secs(60), probe.answers()).await.expect("there is a place again");
}

#[tokio::test]
async fn a_connection_that_does_not_begin_to_speak_is_closed() {
    let probe = narrow().await;
    let mut silent = TcpStream::connect(probe.address()).await.expect("connected");
    silent.write_all(b"PRI * HTTP/2.0\r\n").await.expect("written");
    let mut nothing = Vec::new();
    let closed = silent.read_to_end(&mut nothing);
    let _ = super::while_time_passes(&probe, Duration::from_secs(60), closed).await;
    assert_eq!(nothing, b"");
    let mut browser = TcpStream::connect(probe.address()).await.expect("connected");
    browser.write_all(b"GET / HTTP/1.1\r\nhost: thidua\r\n\r\n").await.expect("written");
    let _ = browser.read_to_end(&mut nothing).await;
    assert_eq!(nothing, b"");
    tokio::time::timeout(Duration::from_secs(60), probe.answers()).await.expect("the place is free");
}
