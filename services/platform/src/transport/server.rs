use std::io::{self, Cursor};
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tower::ServiceExt as _;

use super::Connection;
use crate::clock::Clock;
use crate::config;

/// How long a pinged connection may take to answer.
const KEEPALIVE_LIMIT: Duration = Duration::from_secs(20);
/// Pause after a failed accept: there are no more file descriptors, say.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
const STREAMS_PER_CONNECTION: u32 = 256;
/// With this every HTTP/2 client begins (RFC 9113).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Serves `connection` to whoever connects, until `stopping`; then finishes the calls in work. Dropping it cuts them
/// off. It holds at most as many connections as the settings say, and closes those that do not begin to speak in time.
///
/// This is hyper itself and not tonic's server because that one reports a passed deadline as `CANCELLED`.
pub async fn serve(
    listener: TcpListener,
    connection: Connection,
    settings: &config::Server,
    clock: Clock,
    stopping: CancellationToken,
) -> io::Result<()> {
    let mut http = auto::Builder::new(TokioExecutor::new()).http2_only();
    http.http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(settings.keepalive)
        .keep_alive_timeout(KEEPALIVE_LIMIT)
        .max_concurrent_streams(STREAMS_PER_CONNECTION);
    let places = Arc::new(Semaphore::new(usize::from(settings.connections)));
    let graceful = GracefulShutdown::new();
    let mut clients = JoinSet::new();
    let mut full = false;
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
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            // Once, not for each: whoever is turned away may come again at once.
            if !std::mem::replace(&mut full, true) {
                tracing::warn!(connections = settings.connections, "no more connections: some are closed");
            }
            continue;
        };
        full = false;
        let (http, connection, watcher) = (http.clone(), connection.clone(), graceful.watcher());
        let (clock, limit, stopping) = (clock.clone(), settings.handshake_limit, stopping.clone());
        clients.spawn(async move {
            let begun = clock.timeout(limit, begin(stream));
            match stopping.run_until_cancelled(begun).await.flatten() {
                Some(Ok(stream)) => speak(&http, stream, connection, watcher).await,
                Some(Err(error)) => tracing::debug!(%error, "a connection did not begin with HTTP/2"),
                None => tracing::debug!("a connection did not begin in time"),
            }
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
    Ok(())
}

/// Waits until the client has begun to speak HTTP/2, and gives the connection with nothing read from it.
async fn begin(mut stream: TcpStream) -> io::Result<impl AsyncRead + AsyncWrite + Unpin + Send + 'static> {
    // Small answers must not wait for the next ones.
    let _ = stream.set_nodelay(true);
    let mut preface = [0; PREFACE.len()];
    stream.read_exact(&mut preface).await?;
    if preface != *PREFACE {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it speaks something else"));
    }
    let (read, write) = stream.into_split();
    Ok(tokio::io::join(Cursor::new(preface).chain(read), write))
}

async fn speak(
    http: &auto::Builder<TokioExecutor>,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    connection: Connection,
    watcher: Watcher,
) {
    let service =
        connection.map_request(|request: http::Request<hyper::body::Incoming>| request.map(Body::new));
    let served = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)).into_owned();
    if let Err(error) = watcher.watch(served).await {
        tracing::debug!(error, "a connection ended with an error");
    }
}
