use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::future::BoxFuture;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::OwnedSemaphorePermit;
use tonic::{Code, Status, body::Body};

use super::call::Call;
use super::outcome::Outcome;
use super::stack;

/// The body of an answer: what a streaming handler does while it streams is still its call, with its trace, its
/// deadline and its panics.
pub(super) struct Answer {
    /// Its place among the calls in work; given back at the end, and before the handler's stream is dropped.
    place: Option<OwnedSemaphorePermit>,
    inner: Body,
    call: Call,
    outcome: Outcome,
    /// Ends when the caller's deadline has come; `None` when the caller gave none.
    deadline: Option<BoxFuture<'static, ()>>,
    ended: bool,
}

impl Answer {
    pub(super) fn new(
        inner: Body,
        call: Call,
        outcome: Outcome,
        deadline: Option<BoxFuture<'static, ()>>,
        place: Option<OwnedSemaphorePermit>,
    ) -> Self {
        Self { place, inner, call, outcome, deadline, ended: false }
    }

    /// Ends the stream with `status` in its trailers.
    fn end(&mut self, status: &Status) -> Frame<Bytes> {
        self.ended = true;
        self.place = None;
        self.outcome.ended(status.code());
        // Drops the handler's stream now, not when the caller has read to the end.
        self.inner = Body::empty();
        let mut trailers = http::HeaderMap::new();
        if status.add_header(&mut trailers).is_err() {
            trailers.insert("grpc-status", http::HeaderValue::from(i32::from(Code::Internal)));
        }
        Frame::trailers(trailers)
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.get_mut();
        if this.ended {
            return Poll::Ready(None);
        }
        if let Some(deadline) = &mut this.deadline
            && deadline.as_mut().poll(context).is_ready()
        {
            return Poll::Ready(Some(Ok(this.end(&stack::deadline_exceeded()))));
        }
        let span = this.outcome.span().clone();
        let inner = Pin::new(&mut this.inner);
        let polled = catch_unwind(AssertUnwindSafe(|| {
            let _span = span.enter();
            this.call.enter(|| inner.poll_frame(context))
        }));
        match polled {
            Err(panic) => {
                let status = span.in_scope(|| stack::panicked(&*panic));
                Poll::Ready(Some(Ok(this.end(&status))))
            }
            Ok(Poll::Ready(Some(Ok(frame)))) => {
                if let Some(trailers) = frame.trailers_ref() {
                    this.outcome.read(trailers);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Ok(Poll::Ready(None)) => {
                this.place = None;
                Poll::Ready(None)
            }
            Ok(other) => other,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ended || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
