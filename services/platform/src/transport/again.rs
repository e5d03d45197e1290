use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use http_body_util::BodyExt as _;
use tonic::body::Body;
use tonic::service::Routes;
use tonic::{Code, Status};

use super::call::Call;
use super::stack;
use crate::auth::Rule;
use crate::clock::Clock;
use crate::db::Fate;
use crate::random::Random;

/// How often a handler is run in all.
const ATTEMPTS: u32 = 3;

/// Before the second attempt; the next waits twice as long.
const PAUSE: Duration = Duration::from_millis(20);

/// Runs the handler, and again where its transaction was undone by something that passes (a deadlock, a connection that
/// was lost before the commit) and nothing of the call stays.
pub(super) async fn run(
    routes: Routes,
    request: Request<Body>,
    call: Call,
    clock: &Clock,
    random: &Random,
) -> Result<Response<Body>, Status> {
    if !request.extensions().get::<Arc<Rule>>().is_some_and(|rule| rule.repeatable) {
        return stack::handle(routes, request, call).await;
    }
    let (parts, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let mut attempt = 1;
    loop {
        let request = Request::from_parts(parts.clone(), Body::new(http_body_util::Full::new(body.clone())));
        let fate = Fate::default();
        let response = fate.scope(stack::handle(routes.clone(), request, call.clone())).await?;
        if attempt == ATTEMPTS || !fate.may_be_done_again() || !is_unavailable(&response) {
            return Ok(response);
        }
        tracing::info!(attempt, "the transaction of a call was undone: it is tried again");
        clock.sleep(random.jitter(PAUSE * attempt)).await;
        attempt += 1;
    }
}

fn is_unavailable(response: &Response<Body>) -> bool {
    Status::from_header_map(response.headers()).is_some_and(|status| status.code() == Code::Unavailable)
}
