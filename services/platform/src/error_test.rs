//! What the log has of a fault, and what its caller is told.

use std::io;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;

use super::*;
use crate::trace::Trace;

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The status of the error as a part of a trace, and what was logged meanwhile.
fn told(error: Error) -> (Status, String) {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).finish();
    let status = tracing::subscriber::with_default(subscriber, || {
        trace::enter(Trace::parse(PARENT), || Status::from(error))
    });
    let text = String::from_utf8(log.0.lock().expect("no panic").clone()).expect("UTF-8");
    (status, text)
}

#[test]
fn the_cause_of_a_fault_is_logged_once_with_its_trace_and_the_caller_gets_the_trace_alone() {
    let fault = Error::internal("the row 7 is gone").with("unit", "vl-01");
    let (status, log) = told(fault);
    assert_eq!(log.matches("the row 7 is gone").count(), 1, "{log}");
    assert!(log.contains("ERROR") && log.contains("4bf92f3577b34da6a3ce929d0e0e4736"), "{log}");
    assert_eq!(status.message(), "internal error");
    let details = status.get_error_details();
    let metadata = &details.error_info().expect("an ErrorInfo").metadata;
    let expected = [("trace".to_owned(), "4bf92f3577b34da6a3ce929d0e0e4736".to_owned())];
    assert_eq!(*metadata, HashMap::from(expected));
    // The service that calls this one hands it on; the cause is in one log.
    let (status, log) = told(Error::of_peer(status));
    assert_eq!((status.code(), log.as_str()), (Code::Internal, ""));
}

#[test]
fn a_refusal_is_no_fault_and_not_logged() {
    let (status, log) = told(Error::not_found("UNIT_UNKNOWN", "no unit \"vl-99\"").because("looked"));
    assert_eq!((status.code(), log.as_str()), (Code::NotFound, ""));
}

#[test]
fn when_to_try_again_is_told_and_handed_on() {
    let wait = Duration::from_millis(1500);
    let busy = Error::new(Code::ResourceExhausted, "RATE_LIMITED", "too many calls").retry_after(wait);
    let status = Status::from(Error::of_peer(busy.into()));
    let details = status.get_error_details();
    assert_eq!(details.retry_info().and_then(|info| info.retry_delay), Some(wait));
    assert_eq!(details.error_info().map(|info| info.reason.as_str()), Some("RATE_LIMITED"));
}
