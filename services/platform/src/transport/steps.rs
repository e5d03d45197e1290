//! The spans of calls: what each side tells of one.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Response;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tonic::body::Body;
use tonic::{Code, Status};

use crate::clock::Clock;
use crate::telemetry::span::{Key, Kind, Span};
use crate::tenancy::{Principal, TenantScope as _};
use crate::trace::Trace;

/// The step of a trace that answers a call, or makes one. `path` is that of a method in the contracts.
pub(super) fn begin(kind: Kind, path: &str, trace: &Trace, parent: &Trace, clock: &Clock) -> Span {
    let path = path.trim_start_matches('/');
    let mut span = Span::begin(kind, || path.to_owned(), trace, parent, clock);
    span.tell(Key::System, "grpc");
    match path.split_once('/') {
        Some((service, method)) => {
            span.tell(Key::RpcService, service);
            span.tell(Key::RpcMethod, method);
        }
        None => span.tell(Key::RpcMethod, path),
    }
    span
}

/// Tells for whom a call is answered: the tenant and the kind of caller, never which account.
pub(super) fn called_by(span: &mut Span, caller: &Principal) {
    span.tell(
        Key::Caller,
        match caller {
            Principal::Member(_) => "member",
            Principal::Operator(_) => "operator",
            Principal::Service(_) => "service",
        },
    );
    if let Ok(tenant) = caller.tenant() {
        span.tell(Key::Tenant, tenant);
    }
}

/// Tells how a call ended that we answered. What is the caller's fault is no failure of ours.
pub(super) fn answered(span: &mut Span, code: Code) {
    use Code::*;
    let ours = matches!(code, Unknown | DeadlineExceeded | Unimplemented | Internal | Unavailable | DataLoss);
    ended(span, code, ours);
}

fn ended(span: &mut Span, code: Code, failed: bool) {
    span.count(Key::RpcCode, i64::from(i32::from(code)));
    if failed {
        span.fail();
    }
}

/// The span of a call that we make, until its answer has ended.
pub(super) struct Made {
    span: Span,
    code: Option<Code>,
}

impl Made {
    pub(super) fn begin(path: &str, trace: &Trace, parent: &Trace, clock: &Clock) -> Self {
        Self { span: begin(Kind::Client, path, trace, parent, clock), code: None }
    }

    /// Goes with the answer to its end.
    pub(super) fn follow(mut self, answer: Result<Response<Body>, Status>) -> Result<Response<Body>, Status> {
        match answer {
            Err(status) => {
                self.code = Some(status.code());
                Err(status)
            }
            Ok(answer) if self.span.is_sent() => {
                self.read(answer.headers());
                Ok(answer.map(|inner| Body::new(Followed { inner, made: self })))
            }
            Ok(answer) => Ok(answer),
        }
    }

    fn read(&mut self, headers: &http::HeaderMap) {
        if let Some(code) = headers.get("grpc-status") {
            self.code.get_or_insert(Code::from_bytes(code.as_bytes()));
        }
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        // Who drops an answer before its end has what he wanted of it, or wants it no more.
        let failed = self.code.is_some_and(|code| code != Code::Ok);
        ended(&mut self.span, self.code.unwrap_or(Code::Cancelled), failed);
    }
}

/// The body of an answer that comes to us.
struct Followed {
    inner: Body,
    made: Made,
}

impl HttpBody for Followed {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.inner).poll_frame(context);
        match &polled {
            Poll::Ready(Some(Result::Ok(frame))) => {
                if let Some(trailers) = frame.trailers_ref() {
                    this.made.read(trailers);
                }
            }
            Poll::Ready(Some(Err(status))) => {
                this.made.code.get_or_insert(status.code());
            }
            _ => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
