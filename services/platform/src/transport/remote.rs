use std::sync::Arc;
use std::time::Duration;

use tonic::transport::Endpoint;
use tonic::{Code, Status, TimeoutExpired};
use tower::ServiceExt as _;

use super::{Connection, stack};
use crate::error::Error;

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
    let url: Arc<str> = url.into();
    Ok(Connection::new(tower::service_fn(move |request| {
        let (channel, url) = (channel.clone(), Arc::clone(&url));
        async move { channel.oneshot(request).await.map_err(|error| named(error, &url)) }
    })))
}

/// The channel watches `grpc-timeout` too, and would report the end of that time as `CANCELLED`; and it does not say
/// which server cannot be reached.
fn named(error: tonic::transport::Error, url: &str) -> Status {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    let mut last = String::new();
    while let Some(cause) = next {
        if cause.is::<TimeoutExpired>() {
            return stack::deadline_exceeded();
        }
        last = cause.to_string();
        next = cause.source();
    }
    match Status::from_error(Box::new(error)) {
        status if status.code() == Code::Unavailable => {
            Error::unavailable(format!("{url} cannot be reached: {last}"), last).into()
        }
        status => status,
    }
}
