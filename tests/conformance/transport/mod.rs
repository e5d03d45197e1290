//! A call must not behave differently because the service is in another process.

mod hosting;
pub(super) mod probe;

use std::time::Duration;

use futures::{StreamExt as _, stream};
use platform::auth::SERVICE_LIFE;
use probe::{ACCOUNT, MESSAGE_BYTES, Probe, TENANT, note, while_time_passes};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt as _;

/// Declares each test twice: for a service in this process, and for one behind a socket.
macro_rules! local_and_remote {
    ($($name:ident),+ $(,)?) => {
        mod local {
            $(#[tokio::test] async fn $name() { super::ends(super::$name(super::Probe::local().await)).await; })+
        }
        mod remote {
            $(#[tokio::test] async fn $name() { super::ends(super::$name(super::Probe::remote().await)).await; })+
        }
    };
}

local_and_remote!(
    metadata_goes_both_ways,
    notes_flow_both_ways_at_once,
    a_passed_deadline_ends_the_call_and_its_handler,
    a_call_without_a_deadline_gets_the_default_one,
    a_deadline_also_ends_a_stream,
    what_a_handler_calls_gets_the_rest_of_its_deadline,
    a_dropped_call_drops_its_handler,
    a_dropped_stream_drops_its_handler,
    a_dropped_call_drops_what_its_handler_calls,
    a_panic_is_an_internal_error_that_tells_nothing,
    a_panic_in_a_stream_ends_it_with_an_internal_error,
    an_error_arrives_whole,
    who_has_no_token_or_an_old_one_is_unauthenticated,
    who_may_not_call_is_denied,
    calls_between_services_carry_the_caller_or_the_service_and_the_trace,
    a_message_over_the_limit_is_refused_and_a_long_stream_is_not,
    more_calls_than_the_limit_are_refused_until_some_end,
    an_open_stream_is_a_call_in_work,
    every_call_is_counted_with_its_code,
);

/// A test that waits for what never comes fails.
async fn ends(test: impl Future<Output = ()>) {
    tokio::time::timeout(Duration::from_secs(60), test).await.expect("the test ends");
}

fn reason(status: &Status) -> String {
    status.get_error_details().error_info().map(|info| info.reason.clone()).unwrap_or_default()
}

async fn metadata_goes_both_ways(probe: Probe) {
    let mut request = Request::new(note("Vĩnh Long"));
    request.metadata_mut().insert("x-note", "seen".parse().expect("ascii"));
    let response = probe.officer().echo(request).await.expect("answered");
    assert_eq!(response.metadata().get("x-note").map(|value| value.as_bytes()), Some(b"seen".as_slice()));
    assert_eq!(response.into_inner().text, "Vĩnh Long");
}

async fn notes_flow_both_ways_at_once(probe: Probe) {
    let (say, said) = tokio::sync::mpsc::channel(1);
    let answer = probe.officer().flow(ReceiverStream::new(said)).await.expect("answered");
    let mut heard = answer.into_inner();
    for text in ["một", "hai", "ba"] {
        say.send(note(text)).await.expect("taken");
        assert_eq!(heard.next().await.expect("open").expect("a note").text, text);
    }
    drop(say);
    assert!(heard.next().await.is_none());
}

async fn a_passed_deadline_ends_the_call_and_its_handler(probe: Probe) {
    let mut request = Request::new(note(""));
    request.set_timeout(Duration::from_secs(60));
    let mut client = probe.officer();
    let call = tokio::spawn(async move { client.wait(request).await });
    probe.running(1).await;
    let status = while_time_passes(&probe, Duration::from_secs(60), call).await.expect("joined");
    let status = status.expect_err("over");
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status:?}");
    assert_eq!(reason(&status), "DEADLINE_EXCEEDED");
    probe.running(0).await;
}

async fn a_call_without_a_deadline_gets_the_default_one(probe: Probe) {
    let mut client = probe.officer();
    let call = tokio::spawn(async move { client.wait(note("")).await });
    probe.running(1).await;
    let status = while_time_passes(&probe, Duration::from_secs(30), call).await.expect("joined");
    assert_eq!(status.expect_err("over").code(), Code::DeadlineExceeded);
    probe.running(0).await;
}

async fn a_deadline_also_ends_a_stream(probe: Probe) {
    let mut request = Request::new(note("first"));
    request.set_timeout(Duration::from_secs(60));
    let mut heard = probe.officer().endless(request).await.expect("answered").into_inner();
    assert_eq!(heard.next().await.expect("open").expect("a note").text, "first");
    let ended = while_time_passes(&probe, Duration::from_secs(60), heard.next()).await;
    assert_eq!(ended.expect("a status").expect_err("over").code(), Code::DeadlineExceeded);
    probe.running(0).await;
}

async fn what_a_handler_calls_gets_the_rest_of_its_deadline(probe: Probe) {
    let mut request = Request::new(note("wait"));
    request.set_timeout(Duration::from_secs(10));
    let mut client = probe.officer();
    let call = tokio::spawn(async move { client.relay(request).await });
    probe.running(1).await;
    // Less than the default deadline: only an inherited one ends the inner call by now.
    let status = while_time_passes(&probe, Duration::from_secs(1), call).await.expect("joined");
    assert_eq!(status.expect_err("over").code(), Code::DeadlineExceeded);
    probe.running(0).await;
}

async fn a_dropped_call_drops_its_handler(probe: Probe) {
    let mut client = probe.officer();
    let call = tokio::spawn(async move { client.wait(note("")).await });
    probe.running(1).await;
    call.abort();
    probe.running(0).await;
}

async fn a_dropped_stream_drops_its_handler(probe: Probe) {
    let mut heard = probe.officer().endless(note("first")).await.expect("answered").into_inner();
    assert!(heard.next().await.is_some());
    probe.running(1).await;
    drop(heard);
    probe.running(0).await;
}

async fn a_dropped_call_drops_what_its_handler_calls(probe: Probe) {
    let mut client = probe.officer();
    let call = tokio::spawn(async move { client.relay(note("wait")).await });
    probe.running(1).await;
    call.abort();
    probe.running(0).await;
}

async fn a_panic_is_an_internal_error_that_tells_nothing(probe: Probe) {
    let status = probe.officer().panic(note("")).await.expect_err("panicked");
    assert_eq!(status.code(), Code::Internal);
    assert_eq!(status.message(), "internal error");
    assert_eq!(
        probe.officer().echo(note("still there")).await.expect("answered").into_inner().text,
        "still there"
    );
}

async fn a_panic_in_a_stream_ends_it_with_an_internal_error(probe: Probe) {
    let mut heard = probe.officer().panic_late(note("first")).await.expect("answered").into_inner();
    assert_eq!(heard.next().await.expect("open").expect("a note").text, "first");
    let status = heard.next().await.expect("a status").expect_err("panicked");
    assert_eq!((status.code(), status.message()), (Code::Internal, "internal error"));
}

async fn an_error_arrives_whole(probe: Probe) {
    let status = probe.officer().refuse(note("")).await.expect_err("refused");
    assert_eq!(status.code(), Code::InvalidArgument);
    let details = status.get_error_details();
    let info = details.error_info().expect("an ErrorInfo");
    assert_eq!((info.reason.as_str(), info.domain.as_str()), ("POINTS_OVER_MAXIMUM", "thidua"));
    assert_eq!(info.metadata.get("unit").map(String::as_str), Some("vl-99"));
    let fields: Vec<_> = details.bad_request().expect("a BadRequest").field_violations.iter().collect();
    assert_eq!(fields.len(), 2);
    assert_eq!(fields[0].field, "lines[0].points");
    assert_eq!(fields[1].description, "UNIT_UNKNOWN: no unit \"vl-99\"");
}

async fn who_has_no_token_or_an_old_one_is_unauthenticated(probe: Probe) {
    let status = probe.nobody().echo(note("")).await.expect_err("refused");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unauthenticated, "UNAUTHENTICATED"));
    let status = probe.bearer("a.b.c").echo(note("")).await.expect_err("refused");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unauthenticated, "TOKEN_INVALID"));
    let mut client = probe.officer();
    probe.hand.advance(Duration::from_secs(15 * 60));
    let status = client.echo(note("")).await.expect_err("refused");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unauthenticated, "TOKEN_EXPIRED"));
}

async fn who_may_not_call_is_denied(probe: Probe) {
    probe.officer().officers(note("")).await.expect("an officer may");
    let cases = [
        (probe.member(Vec::new()).officers(note("")).await, "ROLE_REQUIRED"),
        (probe.operator().officers(note("")).await, "WRONG_KIND_OF_CALLER"),
        (probe.officer().nobody(note("")).await, "NO_RULE"),
        (probe.nobody().nobody(note("")).await, "NO_RULE"),
    ];
    for (answer, expected) in cases {
        let status = answer.expect_err("denied");
        assert_eq!((status.code(), reason(&status).as_str()), (Code::PermissionDenied, expected));
    }
}

async fn calls_between_services_carry_the_caller_or_the_service_and_the_trace(probe: Probe) {
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let mut client = probe.officer();
    let mut relay = async |how: &str| {
        let parent = platform::trace::Trace::parse(&format!("00-{trace}-00f067aa0ba902b7-01"));
        let answer = platform::trace::within(parent, client.relay(note(how))).await;
        answer.expect("answered").into_inner().text
    };
    assert_eq!(relay("caller").await, format!("member {ACCOUNT} of {TENANT} in {trace}"));
    let service = format!("service probe for {:?} in {trace}", Some(TENANT));
    assert_eq!(relay("service").await, service);
    // The service's token has expired meanwhile; it takes another one.
    probe.hand.advance(SERVICE_LIFE);
    assert_eq!(relay("service").await, service);
}

async fn a_message_over_the_limit_is_refused_and_a_long_stream_is_not(probe: Probe) {
    // Two bytes of field key and length go with the text.
    let limit = usize::try_from(MESSAGE_BYTES).expect("small");
    let (fits, large) = ("a".repeat(limit - 3), "a".repeat(limit));
    let answer = probe.officer().echo(note(fits.as_str())).await.expect("fits").into_inner();
    assert_eq!(answer.text, fits);
    let status = probe.officer().echo(note(large)).await.expect_err("refused");
    assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
    assert_eq!(reason(&status), "MESSAGE_TOO_LARGE");

    let many = stream::iter(std::iter::repeat_n(note(fits), 20));
    let heard = probe.officer().flow(many).await.expect("answered").into_inner();
    assert_eq!(heard.filter(|note| std::future::ready(note.is_ok())).count().await, 20);
}

async fn more_calls_than_the_limit_are_refused_until_some_end(probe: Probe) {
    let waiting: Vec<_> = (0..2)
        .map(|_| {
            let mut client = probe.officer();
            tokio::spawn(async move { client.wait(note("")).await })
        })
        .collect();
    probe.running(2).await;
    let status = probe.officer().echo(note("")).await.expect_err("refused");
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert_eq!(reason(&status), "TOO_MANY_CALLS");
    for call in waiting {
        call.abort();
    }
    probe.running(0).await;
    probe.officer().echo(note("")).await.expect("there is a place again");
}

async fn an_open_stream_is_a_call_in_work(probe: Probe) {
    let mut open = Vec::new();
    for _ in 0..2 {
        let mut heard = probe.officer().endless(note("first")).await.expect("answered").into_inner();
        assert!(heard.next().await.is_some());
        open.push(heard);
    }
    let status = probe.officer().echo(note("")).await.expect_err("refused");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::ResourceExhausted, "TOO_MANY_CALLS"));
    drop(open);
    probe.running(0).await;
    probe.officer().echo(note("")).await.expect("there is a place again");
}

async fn every_call_is_counted_with_its_code(probe: Probe) {
    let mut client = probe.officer();
    client.echo(note("")).await.expect("answered");
    client.refuse(note("")).await.expect_err("refused");
    let call = tokio::spawn(async move { client.wait(note("")).await });
    probe.running(1).await;
    call.abort();
    probe.running(0).await;
    let expected = [
        "thidua_rpc_calls_total{method=\"/thidua.probe.v1.Probe/Echo\",code=\"OK\"} 1",
        "thidua_rpc_calls_total{method=\"/thidua.probe.v1.Probe/Refuse\",code=\"INVALID_ARGUMENT\"} 1",
        "thidua_rpc_calls_total{method=\"/thidua.probe.v1.Probe/Wait\",code=\"CANCELLED\"} 1",
        "thidua_rpc_in_work 0",
    ];
    // A call is counted when its last part is dropped, which may come just after its handler's.
    loop {
        let text = probe.metrics.text().expect("text");
        if expected.iter().all(|line| text.contains(line)) {
            break;
        }
        tokio::task::yield_now().await;
    }
}
