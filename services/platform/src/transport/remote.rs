use std::time::Duration;

use tonic::TimeoutExpired;
use tonic::transport::Endpoint;
use tower::ServiceExt as _;

use super::{BoxError, Connection, stack};

const CONNECT_LIMIT: Duration = Duration::from_secs(10);
const KEEPALIVE: Duration = Duration::from_secs(30);
const KEEPALIVE_LIMIT: Duration = Duration::from_secs(20);

#[derive(Debug, thiserror::Error)]
#[error("{url:?} is no URL of a server, such as http://127.0.0.1:7400: {cause}")]
pub struct RemoteError {
    url: String,
    cause: tonic::transport::Error,
}

/// The server at `url`. It is connected to with the first call, and again when the connection was lost.
pub fn remote(url: &str) -> Result<Connection, RemoteError> {
    let endpoint = Endpoint::from_shared(url.to_owned())
        .map_err(|cause| RemoteError { url: url.to_owned(), cause })?
        .connect_timeout(CONNECT_LIMIT)
        .http2_keep_alive_interval(KEEPALIVE)
        .keep_alive_timeout(KEEPALIVE_LIMIT)
        .tcp_nodelay(true);
    let channel = endpoint.connect_lazy();
    Ok(Connection::new(tower::service_fn(move |request| {
        let channel = channel.clone();
        async move { channel.oneshot(request).await.map_err(name_timeouts) }
    })))
}

/// The channel watches `grpc-timeout` too, and would report the end of that time as `CANCELLED`.
fn name_timeouts(error: tonic::transport::Error) -> BoxError {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(cause) = next {
        if cause.is::<TimeoutExpired>() {
            return stack::deadline_exceeded().into();
        }
        next = cause.source();
    }
    error.into()
}
