//! A way to another service that breaks when a test wants it.

use std::sync::{Arc, Mutex};

use platform::transport::Connection;
use tonic::{Code, Status};
use tower::ServiceExt as _;

/// Which call fails.
#[derive(Clone, Default)]
pub struct Outage(Arc<Mutex<Option<Wanted>>>);

struct Wanted {
    path: &'static str,
    calls_before: u32,
    code: Code,
    lasts: bool,
}

impl Outage {
    /// Lets `calls` calls of an RPC through and fails the next one; those behind it go through again.
    pub fn after(&self, calls: u32, path: &'static str) {
        *self.0.lock().expect("no panic") =
            Some(Wanted { path, calls_before: calls, code: Code::Unavailable, lasts: false });
    }

    /// Fails every call of an RPC with this code until [`Outage::ends`].
    pub fn begins(&self, path: &'static str, code: Code) {
        *self.0.lock().expect("no panic") = Some(Wanted { path, calls_before: 0, code, lasts: true });
    }

    /// Lets all calls through again.
    pub fn ends(&self) {
        *self.0.lock().expect("no panic") = None;
    }

    /// `connection`, broken as told.
    pub fn before(&self, connection: Connection) -> Connection {
        let outage = self.clone();
        Connection::new(tower::service_fn(move |request: tonic::codegen::http::Request<_>| {
            let (connection, fails) = (connection.clone(), outage.fails(request.uri().path()));
            async move {
                if let Some(code) = fails {
                    return Err(Status::new(code, "the service is away, as the test wants it"));
                }
                connection.oneshot(request).await
            }
        }))
    }

    fn fails(&self, path: &str) -> Option<Code> {
        let mut wanted = self.0.lock().expect("no panic");
        match wanted.as_mut() {
            Some(Wanted { path: broken, calls_before, code, lasts }) if *broken == path => {
                let fails = (*calls_before == 0).then_some(*code);
                *calls_before = calls_before.saturating_sub(1);
                if fails.is_some() && !*lasts {
                    *wanted = None;
                }
                fails
            }
            _ => None,
        }
    }
}
