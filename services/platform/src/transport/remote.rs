use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use tonic::body::Body;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status, TimeoutExpired};
use tower::ServiceExt as _;

use super::{Connection, stack};
use crate::error::Error;
use crate::idempotency;

const CONNECT_LIMIT: Duration = Duration::from_secs(10);
const KEEPALIVE: Duration = Duration::from_secs(30);
const KEEPALIVE_LIMIT: Duration = Duration::from_secs(20);

/// How often a call that may be sent twice is sent, and the pause before the second time, which doubles: the deadline of
/// the call ends it before.
const ATTEMPTS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(100);

#[derive(Debug, thiserror::Error)]
#[error("{url:?} is no URL of a server, such as http://127.0.0.1:7400: {why}")]
pub struct RemoteError {
    url: String,
    why: String,
}

/// The server at `url`. It is connected to with the first call, and again when the connection was lost.
pub fn remote(url: &str) -> Result<Connection, RemoteError> {
    let wrong = |why: String| RemoteError { url: url.to_owned(), why };
    let endpoint = Endpoint::from_shared(url.to_owned()).map_err(|cause| wrong(cause.to_string()))?;
    // A text without it is read as a path or a host, with which the first call would fail without saying why.
    if !matches!(endpoint.uri().scheme_str(), Some("http" | "https")) {
        return Err(wrong("it does not begin with http:// or https://".to_owned()));
    }
    let endpoint = endpoint
        .connect_timeout(CONNECT_LIMIT)
        .http2_keep_alive_interval(KEEPALIVE)
        .keep_alive_timeout(KEEPALIVE_LIMIT)
        .tcp_nodelay(true);
    let channel = endpoint.connect_lazy();
    let url: Arc<str> = url.into();
    Ok(Connection::new(tower::service_fn(move |request| {
        let (channel, url) = (channel.clone(), Arc::clone(&url));
        async move {
            if may_repeat(&request) {
                repeat(channel, &url, request).await
            } else {
                send(channel, &url, request).await
            }
        }
    })))
}

async fn send(channel: Channel, url: &str, request: Request<Body>) -> Result<Response<Body>, Status> {
    channel.oneshot(request).await.map_err(|error| named(error, url))
}

/// Whether sending the call twice does no more than once: it changes nothing, or its key says that it is the same.
fn may_repeat(request: &Request<Body>) -> bool {
    let reads = proto::rule(request.uri().path()).is_some_and(|rule| !rule.mutates);
    reads || request.headers().contains_key(idempotency::METADATA)
}

/// Sends the call again where the server is away for a moment, as when it is started anew.
async fn repeat(channel: Channel, url: &str, request: Request<Body>) -> Result<Response<Body>, Status> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let (mut attempt, mut pause) = (1, FIRST_PAUSE);
    loop {
        let request = Request::from_parts(parts.clone(), Body::new(Full::new(body.clone())));
        match send(channel.clone(), url, request).await {
            Err(status) if status.code() == Code::Unavailable && attempt < ATTEMPTS => {
                tokio::time::sleep(pause).await;
                (attempt, pause) = (attempt + 1, pause * 2);
            }
            answer => return answer,
        }
    }
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
        // A connection that broke while the call was under way.
        status if status.code() == Code::Unknown => {
            let message =
                format!("the connection to {url} was lost: {last} (is that a server of this platform?)");
            Error::unavailable(message, last).into()
        }
        status => status,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_url_of_a_server_is_named_with_the_reason() {
        for wrong in
            ["nonsense", "localhost:7400", "127.0.0.1:7400", "ftp://127.0.0.1", "/there", "http://", ""]
        {
            let told = remote(wrong).map(|_| ()).expect_err("no URL").to_string();
            let begins = format!("{wrong:?} is no URL of a server, such as http://127.0.0.1:7400: ");
            assert!(told.starts_with(&begins) && told.len() > begins.len(), "{told}");
        }
    }
}
