use std::sync::{Arc, OnceLock};

use http::Request;
use tonic::body::Body;
use tower::ServiceExt as _;

use super::Connection;
use crate::error::Error;

/// A connection that is handed out before what it leads to is built: services in one process call each other in a
/// circle.
#[derive(Clone, Debug, Default)]
pub struct Late(Arc<OnceLock<Connection>>);

impl Late {
    pub fn new() -> Self {
        Self::default()
    }

    /// Leads to what [`Late::set`] gives; calls before that are `UNAVAILABLE`.
    pub fn connection(&self) -> Connection {
        let late = self.clone();
        Connection::new(tower::service_fn(move |request: Request<Body>| {
            let target = late.0.get().cloned();
            async move {
                let target =
                    target.ok_or_else(|| Error::unavailable("this process is starting", "no routes yet"))?;
                target.oneshot(request).await
            }
        }))
    }

    /// Gives the target; the first one stays.
    pub fn set(&self, connection: Connection) {
        let _ = self.0.set(connection);
    }
}
