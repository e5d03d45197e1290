use std::io;
use std::time::Duration;

use futures::FutureExt as _;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tower::ServiceExt as _;

use super::Connection;
use crate::clock::Clock;

/// How long a pinged connection may take to answer.
const KEEPALIVE_LIMIT: Duration = Duration::from_secs(20);
/// Pause after a failed accept: there are no more file descriptors, say.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
const STREAMS_PER_CONNECTION: u32 = 256;

/// Serves `connection` to whoever connects, until `stopping`; then finishes the calls in work. Dropping it cuts them
/// off.
///
/// This is hyper itself and not tonic's server because that one reports a passed deadline as `CANCELLED`.
pub async fn serve(
    listener: TcpListener,
    connection: Connection,
    keepalive: Duration,
    clock: Clock,
    stopping: CancellationToken,
) -> io::Result<()> {
    let mut http = auto::Builder::new(TokioExecutor::new()).http2_only();
    http.http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(keepalive)
        .keep_alive_timeout(KEEPALIVE_LIMIT)
        .max_concurrent_streams(STREAMS_PER_CONNECTION);
    let graceful = GracefulShutdown::new();
    let mut clients = JoinSet::new();
    loop {
        let stream = tokio::select! {
            biased;
            () = stopping.cancelled() => break,
            Some(_) = clients.join_next() => continue,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    clock.sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
        };
        let client = client(&http, stream, connection.clone(), &graceful);
        clients.spawn(client);
    }
    drop(listener);
    graceful.shutdown().await;
    Ok(())
}

fn client(
    http: &auto::Builder<TokioExecutor>,
    stream: TcpStream,
    connection: Connection,
    graceful: &GracefulShutdown,
) -> impl Future<Output = ()> + Send + 'static {
    // Small answers must not wait for the next ones.
    let _ = stream.set_nodelay(true);
    let service =
        connection.map_request(|request: http::Request<hyper::body::Incoming>| request.map(Body::new));
    let served = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)).into_owned();
    graceful.watch(served).map(|ended| {
        if let Err(error) = ended {
            tracing::debug!(error, "a connection ended with an error");
        }
    })
}
