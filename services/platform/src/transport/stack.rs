use std::any::Any;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt as _;
use http::{HeaderMap, Request, Response};
use tokio::sync::Semaphore;
use tonic::body::Body;
use tonic::service::Routes;
use tonic::{Code, Status};
use tower::Service as _;
use tracing::Instrument as _;

use super::answer::Answer;
use super::call::Call;
use super::messages::Messages;
use super::outcome::Outcome;
use super::{Connection, TRACEPARENT, again, deadline, steps};
use crate::auth::{Rules, Tokens};
use crate::clock::Clock;
use crate::config::{Limits, Secret};
use crate::error::{Error, Result};
use crate::idempotency::Key;
use crate::lifecycle::panic_text;
use crate::metrics::Metrics;
use crate::random::Random;
use crate::telemetry::span::Kind;
use crate::tenancy::{Principal, TenantScope as _};
use crate::trace::Trace;

/// What stands between every caller, local or remote, and the handlers.
#[derive(Clone)]
pub struct Stack {
    pub clock: Clock,
    pub random: Random,
    pub tokens: Tokens,
    pub rules: Rules,
    pub limits: Limits,
    pub metrics: Metrics,
}

impl Stack {
    /// `routes` behind the stack.
    pub fn wrap(self, routes: Routes) -> Connection {
        let in_flight = Arc::new(Semaphore::new(usize::from(self.limits.in_flight)));
        let entry = Arc::new(Entry { stack: self, in_flight });
        let routes = routes.prepare();
        Connection::new(tower::service_fn(move |request: Request<Body>| {
            let (entry, routes) = (Arc::clone(&entry), routes.clone());
            async move { Ok::<_, Status>(entry.answer(routes, request).await) }
        }))
    }
}

struct Entry {
    stack: Stack,
    in_flight: Arc<Semaphore>,
}

impl Entry {
    async fn answer(&self, routes: Routes, mut request: Request<Body>) -> Response<Body> {
        let stack = &self.stack;
        // A local caller must not hand on more than a remote one can.
        request.extensions_mut().clear();
        let method = request.uri().path().to_owned();
        let given = request.headers().get(TRACEPARENT).and_then(|value| value.to_str().ok());
        let given = given.map(Trace::parse).unwrap_or_default();
        let trace = given.step(&stack.random);
        let span = tracing::info_span!(
            "rpc",
            method,
            trace = trace.id(),
            tenant = tracing::field::Empty,
            code = tracing::field::Empty
        );
        // Names that callers make up must not become labels.
        let label = if stack.rules.of(&method).is_ok() { method } else { "unknown".to_owned() };
        let step = steps::begin(Kind::Server, &label, &trace, &given, &stack.clock);
        let outcome = Outcome::new(label, stack.metrics.clone(), stack.clock.stopwatch(), span.clone(), step);
        self.call(routes, request, trace, outcome).instrument(span).await
    }

    async fn call(
        &self,
        routes: Routes,
        mut request: Request<Body>,
        trace: Trace,
        mut outcome: Outcome,
    ) -> Response<Body> {
        let clock = &self.stack.clock;
        let began = clock.now();
        let prepared = self.prepare(&mut request, trace, &mut outcome);
        let (call, limit) = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return refuse(error.into(), &mut outcome),
        };
        // A call from within another is part of that one, which has its place already.
        let place = match Call::current() {
            Some(_) => None,
            None => match Arc::clone(&self.in_flight).try_acquire_owned() {
                Ok(place) => Some(place),
                Err(_) => return refuse(too_many_calls(), &mut outcome),
            },
        };
        let handled =
            clock.timeout(limit, again::run(routes, request, call.clone(), clock, &self.stack.random)).await;
        match handled {
            Some(Ok(response)) => {
                outcome.read(response.headers());
                let until_deadline = call.deadline.map(|deadline| {
                    let clock = clock.clone();
                    // The caller's own deadline; ours ends with the beginning of the answer.
                    async move { clock.sleep_until(deadline.max(began)).await }.boxed()
                });
                // A stream is in work until its end.
                response.map(|body| Body::new(Answer::new(body, call, outcome, until_deadline, place)))
            }
            Some(Err(status)) => refuse(status, &mut outcome),
            None => refuse(deadline_exceeded(), &mut outcome),
        }
    }

    /// Everything that can refuse the call before its handler sees it.
    fn prepare(
        &self,
        request: &mut Request<Body>,
        trace: Trace,
        outcome: &mut Outcome,
    ) -> Result<(Call, std::time::Duration)> {
        let stack = &self.stack;
        let rule = Arc::clone(stack.rules.of(request.uri().path())?);
        let bearer = bearer(request.headers())?.filter(|_| !rule.public);
        let verified = bearer.as_ref().map(|token| stack.tokens.read(token.reveal())).transpose()?;
        rule.check(verified.as_ref().map(|(principal, _)| principal))?;
        Key::refuse_for_secrets(&rule, request.headers())?;
        let given = deadline::read(request.headers())?;
        let limit = given.unwrap_or(stack.limits.default_deadline).min(stack.limits.longest_deadline);

        if let Some((principal, issued)) = verified {
            record_tenant(&principal);
            // Of a secret call nothing is traced but that it was made.
            if !rule.secret {
                outcome.called_by(&principal);
            }
            request.extensions_mut().insert(principal);
            request.extensions_mut().insert(issued);
        }
        let secret = rule.secret;
        request.extensions_mut().insert(rule);
        let limited = stack.limits.message_bytes;
        let body = std::mem::replace(request.body_mut(), Body::empty());
        *request.body_mut() = Body::new(Messages::new(body, limited));
        let deadline = given.map(|given| stack.clock.now().plus(given));
        Ok((Call { deadline, trace, bearer, secret }, limit))
    }
}

/// The handler, with a panic as `INTERNAL`.
pub(super) async fn handle(
    mut routes: Routes,
    request: Request<Body>,
    call: Call,
) -> std::result::Result<Response<Body>, Status> {
    let handler = async move { routes.call(request).await };
    match AssertUnwindSafe(call.scope(handler)).catch_unwind().await {
        Ok(Ok::<_, Infallible>(response)) => Ok(response),
        Err(panic) => Err(panicked(&*panic)),
    }
}

fn record_tenant(principal: &Principal) {
    if let Ok(tenant) = principal.tenant() {
        tracing::Span::current().record("tenant", tracing::field::display(tenant));
    }
}

fn bearer(headers: &HeaderMap) -> Result<Option<Secret>> {
    let Some(value) = headers.get(http::header::AUTHORIZATION) else { return Ok(None) };
    let (scheme, token) = value.to_str().ok().and_then(|text| text.split_once(' ')).unwrap_or_default();
    if scheme.eq_ignore_ascii_case("bearer") {
        Ok(Some(Secret::new(token.trim())))
    } else {
        Err(Error::unauthenticated("authorization must be: Bearer TOKEN"))
    }
}

fn refuse(status: Status, outcome: &mut Outcome) -> Response<Body> {
    outcome.ended(status.code());
    status.into_http()
}

pub(super) fn deadline_exceeded() -> Status {
    Error::new(Code::DeadlineExceeded, "DEADLINE_EXCEEDED", "the time for this call is over").into()
}

fn too_many_calls() -> Status {
    let message = "too many calls are in work; try again later";
    Error::new(Code::ResourceExhausted, "TOO_MANY_CALLS", message).into()
}

/// What the caller is told of a panic: nothing. The log has its text.
pub(super) fn panicked(panic: &(dyn Any + Send)) -> Status {
    tracing::error!(panic = panic_text(panic), "a handler panicked");
    // Without a cause: it stands in the log already.
    Error::new(Code::Internal, "INTERNAL", "internal error").into()
}
