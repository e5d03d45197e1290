use std::time::Duration;

use http::HeaderMap;
use tonic::Code;
use tracing::Span;

use super::steps;
use crate::clock::Stopwatch;
use crate::metrics::Metrics;
use crate::telemetry::span;
use crate::tenancy::Principal;

/// How one call ended, told to metrics, trace and log exactly once: when it is dropped. A call that is dropped before it
/// had a code was cancelled by its caller.
pub(super) struct Outcome {
    method: String,
    metrics: Metrics,
    stopwatch: Stopwatch,
    /// For the log.
    span: Span,
    /// For the trace.
    step: span::Span,
    code: Option<Code>,
}

impl Outcome {
    pub(super) fn new(
        method: String,
        metrics: Metrics,
        stopwatch: Stopwatch,
        span: Span,
        step: span::Span,
    ) -> Self {
        metrics.rpc_began();
        Self { method, metrics, stopwatch, span, step, code: None }
    }

    /// Tells the trace for whom the call is.
    pub(super) fn called_by(&mut self, caller: &Principal) {
        steps::called_by(&mut self.step, caller);
    }

    pub(super) fn span(&self) -> &Span {
        &self.span
    }

    pub(super) fn ended(&mut self, code: Code) {
        self.code.get_or_insert(code);
    }

    /// Ends the call when `headers` (or trailers) hold its status.
    pub(super) fn read(&mut self, headers: &HeaderMap) {
        if let Some(code) = headers.get("grpc-status") {
            self.ended(Code::from_bytes(code.as_bytes()));
        }
    }
}

impl Drop for Outcome {
    fn drop(&mut self) {
        let code = self.code.unwrap_or(Code::Cancelled);
        let elapsed: Duration = self.stopwatch.elapsed();
        self.metrics.rpc_ended(&self.method, code, elapsed);
        steps::answered(&mut self.step, code);
        self.span.record("code", tracing::field::debug(code));
        self.span.in_scope(|| match code {
            Code::Internal | Code::Unknown | Code::DataLoss => tracing::error!(?code, ?elapsed, "rpc failed"),
            _ => tracing::debug!(?code, ?elapsed, "rpc ended"),
        });
    }
}
