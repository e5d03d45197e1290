//! Streams end when their caller is no longer admitted: access is looked at again whenever something of it may have
//! changed, and before each message but the first.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use http::Extensions;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tonic::{Code, Status};

use super::Tenants;
use crate::auth::{self, Issued, Rule};
use crate::tenancy::Principal;
use crate::{Error, Result, Timestamp};

/// What a call was admitted with.
#[derive(Clone)]
pub(super) struct Pass {
    tenants: Tenants,
    caller: Principal,
    issued: Option<Issued>,
    while_suspended: bool,
}

impl Pass {
    /// `None` for a call without a caller.
    pub(super) fn of(tenants: &Tenants, call: &Extensions) -> Option<Self> {
        Some(Self {
            tenants: tenants.clone(),
            caller: call.get::<Principal>()?.clone(),
            issued: call.get::<Issued>().copied(),
            while_suspended: call.get::<Arc<Rule>>().is_some_and(|rule| rule.while_suspended),
        })
    }

    /// Up to when the caller's token counts. That of a service is for the beginning of its calls alone: they end by
    /// themselves.
    fn until(&self) -> Option<Timestamp> {
        let issued = self.issued.filter(|_| !matches!(self.caller, Principal::Service(_)))?;
        Some(issued.until())
    }

    /// The refusal that a new call of the caller would get now.
    fn still(&self) -> Result<()> {
        if self.until().is_some_and(|until| self.tenants.clock.now() >= until) {
            return Err(auth::expired());
        }
        self.tenants.not_withdrawn(&self.caller, self.issued)?;
        self.tenants.not_suspended(&self.caller, self.while_suspended)
    }

    /// Ends when the caller's access may have changed.
    fn news(&self) -> BoxFuture<'static, ()> {
        let (mut changes, clock, until) = (self.tenants.changes(), self.tenants.clock.clone(), self.until());
        let expired = async move {
            match until {
                Some(until) => clock.sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        async move {
            tokio::select! {
                () = changes.next() => {}
                () = expired => {}
            }
        }
        .boxed()
    }
}

/// The body of an answer to a caller who was admitted. An answer that does not stream passes as it is.
pub(super) struct Guarded {
    inner: Body,
    pass: Pass,
    /// While the stream waits for its next message.
    news: Option<BoxFuture<'static, ()>>,
    /// A message has gone out.
    began: bool,
    ended: bool,
}

impl Guarded {
    pub(super) fn new(inner: Body, pass: Pass) -> Self {
        Self { inner, pass, news: None, began: false, ended: false }
    }

    /// Ends the stream with the refusal in its trailers.
    fn end(&mut self, refusal: Error) -> Frame<Bytes> {
        self.ended = true;
        self.news = None;
        // Drops the handler's stream now, not when the caller has read to the end.
        self.inner = Body::empty();
        let mut trailers = http::HeaderMap::new();
        let status = Status::from(refusal);
        if status.add_header(&mut trailers).is_err() {
            trailers.insert("grpc-status", http::HeaderValue::from(i32::from(Code::Internal)));
        }
        Frame::trailers(trailers)
    }
}

impl HttpBody for Guarded {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        if this.ended {
            return Poll::Ready(None);
        }
        let polled = Pin::new(&mut this.inner).poll_frame(context);
        if let Poll::Ready(ready) = polled {
            this.news = None;
            let message = matches!(&ready, Some(Ok(frame)) if frame.is_data());
            // The first one was admitted with the call; what follows the last one only says how the call ended.
            if message
                && std::mem::replace(&mut this.began, true)
                && let Err(refusal) = this.pass.still()
            {
                return Poll::Ready(Some(Ok(this.end(refusal))));
            }
            return Poll::Ready(ready);
        }
        loop {
            match &mut this.news {
                Some(news) => match news.as_mut().poll(context) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(()) => this.news = None,
                },
                None => {
                    // Listening begins before the look, so that nothing falls between them.
                    this.news = Some(this.pass.news());
                    if let Err(refusal) = this.pass.still() {
                        return Poll::Ready(Some(Ok(this.end(refusal))));
                    }
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ended || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        if self.ended { SizeHint::with_exact(0) } else { SizeHint::default() }
    }
}
