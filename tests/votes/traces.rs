//! What goes out by OTLP in the course of a season, votes included: ids and words of ours, nothing about a person and
//! nothing of a choice.

use std::collections::BTreeSet;

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::trace::v1::Span;
use platform::trace;
use proto::competition::v1::VoteRules;

use super::poll::Poll;
use crate::journeys::everything::Everything;
use crate::support::otlp::{self, shown};
use crate::support::wait::eventually;
use crate::support::world::{World, journeys};

journeys!(what_is_traced_and_measured_tells_of_nobody_and_of_no_choice);

const UNITS: [&str; 3] = ["tn-01", "tn-02", "tn-03"];
const CAST: &str = "thidua.competition.v1.BallotService/CastBallot";

/// Everything that a span may tell.
const KEYS: [&str; 16] = [
    "rpc.grpc.status_code",
    "rpc.method",
    "rpc.service",
    "rpc.system",
    "thidua.attempt",
    "thidua.caller",
    "thidua.consumer",
    "thidua.event",
    "thidua.job",
    "thidua.job.kind",
    "thidua.lane",
    "thidua.outcome",
    "thidua.service",
    "thidua.source",
    "thidua.tenant",
    "thidua.topic",
];
/// Everything by which measurements are divided.
const LABELS: [&str; 10] =
    ["code", "lane", "method", "outcome", "queue", "result", "role", "service", "state", "tenant"];

/// Logins, e-mail addresses, units and with them choices, tokens.
const TELLING: [&str; 9] =
    ["delegate", "officer", "khoi-truong", "chair", "@", "tn-0", "vl-0", "eyj", "bearer"];

fn tells_nothing(text: &str, ids: &BTreeSet<String>) {
    let harmless = |c: char| c.is_ascii_alphanumeric() || "._/- ".contains(c);
    assert!(text.chars().all(harmless), "{text:?} is no word of ours");
    let lower = text.to_lowercase();
    assert!(lower != "admin", "{text:?} is a login");
    let found =
        TELLING.iter().copied().chain(ids.iter().map(String::as_str)).find(|word| lower.contains(word));
    assert_eq!(found, None, "in {text:?}");
}

fn attributes(attributes: &[KeyValue], keys: &[&str], ids: &BTreeSet<String>) {
    for attribute in attributes {
        assert!(keys.contains(&attribute.key.as_str()), "{} is not for all to see", attribute.key);
        tells_nothing(&shown(attribute), ids);
    }
}

fn labels(metric: &Metric) -> Vec<KeyValue> {
    match metric.data.as_ref().expect("data") {
        Data::Gauge(gauge) => gauge.data_points.iter().flat_map(|point| point.attributes.clone()).collect(),
        Data::Sum(sum) => sum.data_points.iter().flat_map(|point| point.attributes.clone()).collect(),
        Data::Histogram(histogram) => {
            histogram.data_points.iter().flat_map(|point| point.attributes.clone()).collect()
        }
        other => panic!("{} is {other:?}", metric.name),
    }
}

/// A season up to its publication, and a vote; the ids of persons, and of the vote.
async fn season(world: &World) -> BTreeSet<String> {
    let everything = Box::pin(Everything::of(world)).await;
    let mut poll = Poll::of(world, "thai-nguyen", &UNITS, VoteRules::default()).await;
    let vote = poll.open(&[]).await;
    poll.cast_all(&vote, &[("tn-01", "tn-02"), ("tn-02", "tn-03"), ("tn-03", "")]).await;
    poll.cast(&vote, "tn-01", "tn-03").await.expect_err("it has voted");
    poll.cast(&vote, "tn-01", "tn-99").await.expect_err("there is no such unit");
    poll.close(&vote).await;
    let persons = [everything.account.to_string(), everything.official, everything.official_account];
    let admin = poll.campaign.admin.account.to_string();
    persons.into_iter().chain([admin, vote.id, everything.vote]).collect()
}

async fn what_is_traced_and_measured_tells_of_nobody_and_of_no_choice(world: &World) {
    let otlp = otlp::receiver();
    let trace = otlp.trace();
    let ids = trace::within(trace.clone(), Box::pin(season(world))).await;
    let has = |spans: &[Span], name: &str| spans.iter().filter(|span| span.name == name).count();
    let spans = eventually("all is told up to the last delivery", async || {
        let spans = otlp.spans(&trace).await;
        (has(&spans, CAST) == 10 && has(&spans, "job deliver") >= 2).then_some(spans)
    })
    .await;
    assert!(spans.len() > 200, "a whole season: {}", spans.len());
    for span in &spans {
        tells_nothing(&span.name, &ids);
        attributes(&span.attributes, &KEYS, &ids);
        assert!(span.events.is_empty() && span.links.is_empty() && span.trace_state.is_empty());
        assert!(span.status.as_ref().is_none_or(|status| status.message.is_empty()), "{span:?}");
    }
    for cast in spans.iter().filter(|span| span.name == CAST) {
        let keys: Vec<_> = cast.attributes.iter().map(|attribute| attribute.key.as_str()).collect();
        assert_eq!(keys, ["rpc.system", "rpc.service", "rpc.method", "rpc.grpc.status_code"]);
    }

    let measured = otlp.measured(&world.metrics).await;
    assert!(measured.len() > 8, "{measured:?}");
    for metric in &measured {
        attributes(&labels(metric), &LABELS, &ids);
    }
}
