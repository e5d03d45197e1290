use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use http::HeaderValue;
use tonic::Status;
use tonic::body::Body;
use tower::ServiceExt as _;

use super::{Connection, TRACEPARENT};
use crate::trace::{self, Trace};

/// What happens there follows from the call as it came here.
fn follow(mut request: http::Request<Body>) -> http::Request<Body> {
    let trace = trace::current();
    if let Ok(value) = HeaderValue::try_from(trace.as_str())
        && trace != Trace::default()
    {
        request.headers_mut().insert(TRACEPARENT, value);
    }
    request
}

/// The services that other processes run, by name: a call to one of them that comes here is passed on as it is, with its
/// token and deadline, as the next step of its trace.
#[derive(Clone, Default)]
pub struct Elsewhere(Arc<BTreeMap<&'static str, Connection>>);

impl Elsewhere {
    /// The service is reached there.
    pub fn add(&mut self, service: &'static str, connection: Connection) {
        Arc::make_mut(&mut self.0).insert(service, connection);
    }

    /// The way to a service, where it is known.
    pub fn to(&self, service: &str) -> Option<Connection> {
        self.0.get(service).map(|connection| Connection::new(connection.clone().map_request(follow)))
    }

    /// The names of the services.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    /// Passes on a call whose path nobody here has: `/thidua.<service>.v1.…`; `UNIMPLEMENTED` when it is nobody's.
    pub(crate) async fn forward(&self, request: Request) -> Response {
        let path = request.uri().path();
        let service =
            path.strip_prefix("/thidua.").and_then(|rest| rest.split('.').next()).unwrap_or_default();
        let Some(connection) = self.to(service) else {
            let message = format!("no service at this address has {path}");
            return Status::unimplemented(message).into_http();
        };
        match connection.oneshot(request.map(Body::new)).await {
            Ok(answer) => answer.map(axum::body::Body::new),
            Err(status) => status.into_http(),
        }
    }
}
