//! Spans: how long one step of a trace took, for whom and with which outcome.

use std::fmt;

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{self as otlp, Status};

use super::attributes::{nanos, number, text};
use super::export::{self, Queue};
use crate::clock::Clock;
use crate::trace::Trace;

/// What a span is to the one at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Answers a call.
    Server,
    /// Makes a call.
    Client,
    /// Hands something over that is worked on later.
    Producer,
    /// Works on what was handed over.
    Consumer,
}

/// All that a span may tell besides its name and times. Values are ids, and words that stand in our sources or
/// contracts: nothing that anybody entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// Always `grpc`.
    System,
    /// `thidua.scoring.v1.SheetService`.
    RpcService,
    RpcMethod,
    /// The number of the code.
    RpcCode,
    /// The service that works: `scoring`.
    Service,
    /// The id of the tenant.
    Tenant,
    /// `member`, `operator` or `service`.
    Caller,
    Lane,
    Job,
    JobKind,
    Attempt,
    /// How an attempt ended.
    Outcome,
    Event,
    Topic,
    /// The service that published the event.
    Source,
    Consumer,
}

impl Key {
    const fn as_str(self) -> &'static str {
        match self {
            Self::System => "rpc.system",
            Self::RpcService => "rpc.service",
            Self::RpcMethod => "rpc.method",
            Self::RpcCode => "rpc.grpc.status_code",
            Self::Service => "thidua.service",
            Self::Tenant => "thidua.tenant",
            Self::Caller => "thidua.caller",
            Self::Lane => "thidua.lane",
            Self::Job => "thidua.job",
            Self::JobKind => "thidua.job.kind",
            Self::Attempt => "thidua.attempt",
            Self::Outcome => "thidua.outcome",
            Self::Event => "thidua.event",
            Self::Topic => "thidua.topic",
            Self::Source => "thidua.source",
            Self::Consumer => "thidua.consumer",
        }
    }
}

/// One step of a trace, from its making to its drop. It costs nothing where spans go nowhere.
pub(crate) struct Span(Option<Box<Open>>);

struct Open {
    span: otlp::Span,
    clock: Clock,
    queue: &'static Queue,
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_ref().map_or("Span(none)", |open| &open.span.name))
    }
}

impl Span {
    /// The step `trace`, which follows `parent`, or begins a trace when there is none.
    pub(crate) fn begin(
        kind: Kind,
        name: impl FnOnce() -> String,
        trace: &Trace,
        parent: &Trace,
        clock: &Clock,
    ) -> Self {
        let Some(queue) = export::queue_for(trace) else { return Self(None) };
        let kind = match kind {
            Kind::Server => SpanKind::Server,
            Kind::Client => SpanKind::Client,
            Kind::Producer => SpanKind::Producer,
            Kind::Consumer => SpanKind::Consumer,
        };
        let span = otlp::Span {
            trace_id: bytes(trace.id()),
            span_id: bytes(trace.span_id()),
            parent_span_id: bytes(parent.span_id()),
            name: name(),
            kind: kind.into(),
            start_time_unix_nano: nanos(clock.now()),
            ..otlp::Span::default()
        };
        Self(Some(Box::new(Open { span, clock: clock.clone(), queue })))
    }

    /// Whether it will be sent. What is costly to find out is told to such alone.
    pub(crate) fn is_sent(&self) -> bool {
        self.0.is_some()
    }

    /// Adds what `value` shows.
    pub(crate) fn tell(&mut self, key: Key, value: impl fmt::Display) {
        if let Some(open) = &mut self.0 {
            open.span.attributes.push(text(key.as_str(), value.to_string()));
        }
    }

    pub(crate) fn count(&mut self, key: Key, value: i64) {
        if let Some(open) = &mut self.0 {
            open.span.attributes.push(number(key.as_str(), value));
        }
    }

    /// The step did not do what it was for.
    pub(crate) fn fail(&mut self) {
        if let Some(open) = &mut self.0 {
            open.span.status = Some(Status { code: StatusCode::Error.into(), ..Status::default() });
        }
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        if let Some(open) = self.0.take() {
            let Open { mut span, clock, queue } = *open;
            span.end_time_unix_nano = nanos(clock.now());
            queue.add(span);
        }
    }
}

/// The bytes of an id; none of none.
fn bytes(hexadecimal: &str) -> Vec<u8> {
    let digits = hexadecimal.as_bytes().chunks(2);
    digits.filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_sent_as_bytes() {
        assert_eq!(bytes("4bf92f3577b34da6"), [0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6]);
        assert_eq!(bytes(""), [0; 0]);
    }

    #[test]
    fn where_spans_go_nowhere_none_is_made() {
        let trace = Trace::start([1; 16], [2; 8]);
        let name = || panic!("nobody asks for the name");
        assert!(!Span::begin(Kind::Server, name, &trace, &Trace::default(), &Clock::system()).is_sent());
    }
}
