//! Measurements as OTLP has them, read from the text that `/metrics` shows: so both tell the same, whatever is measured.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint, Sum,
};

use super::attributes::{nanos, text as attribute};
use crate::Timestamp;

/// The measurements in an OpenMetrics text of ours. What began at zero did so at `began`.
pub(super) fn metrics(text: &str, began: Timestamp, now: Timestamp) -> Vec<Metric> {
    let times = Times { began: nanos(began), now: nanos(now) };
    let mut metrics: Vec<Metric> = Vec::new();
    let mut help = "";
    for line in text.lines() {
        if let Some((_, told)) = line.strip_prefix("# HELP ").and_then(|rest| rest.split_once(' ')) {
            help = told;
        } else if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|rest| rest.split_once(' '))
        {
            metrics.extend(family(name, kind, std::mem::take(&mut help)));
        } else if let Some(metric) = metrics.last_mut()
            && let Some(sample) = Sample::parse(line)
        {
            add(metric, sample, times);
        }
    }
    metrics
}

#[derive(Clone, Copy)]
struct Times {
    began: u64,
    now: u64,
}

fn family(name: &str, kind: &str, help: &str) -> Option<Metric> {
    let cumulative = AggregationTemporality::Cumulative.into();
    let data = match kind {
        "counter" => Data::Sum(Sum {
            data_points: Vec::new(),
            aggregation_temporality: cumulative,
            is_monotonic: true,
        }),
        "histogram" => {
            Data::Histogram(Histogram { data_points: Vec::new(), aggregation_temporality: cumulative })
        }
        "gauge" => Data::Gauge(Gauge::default()),
        _ => return None,
    };
    let unit = if name.ends_with("_seconds") { "s" } else { "" };
    Some(Metric {
        name: name.to_owned(),
        description: help.to_owned(),
        unit: unit.to_owned(),
        data: Some(data),
        ..Metric::default()
    })
}

/// A line such as `thidua_rpc_calls_total{method="/x",code="OK"} 1`.
struct Sample<'a> {
    name: &'a str,
    labels: Vec<(&'a str, String)>,
    value: &'a str,
}

impl<'a> Sample<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let end = line.find(['{', ' '])?;
        let (name, mut rest) = line.split_at(end);
        let mut labels = Vec::new();
        if let Some(more) = rest.strip_prefix('{') {
            rest = more;
            while !rest.starts_with('}') {
                let (key, quoted) = rest.strip_prefix(',').unwrap_or(rest).split_once("=\"")?;
                let (value, after) = unquoted(quoted)?;
                labels.push((key, value));
                rest = after;
            }
            rest = rest.strip_prefix('}')?;
        }
        Some(Self { name, labels, value: rest.strip_prefix(' ')? })
    }

    fn attributes(&self) -> Vec<KeyValue> {
        let labels = self.labels.iter().filter(|(key, _)| *key != "le");
        labels.map(|(key, value)| attribute(*key, value)).collect()
    }

    fn bound(&self) -> &str {
        self.labels.iter().find(|(key, _)| *key == "le").map_or("", |(_, bound)| bound)
    }
}

/// The text up to the quotation mark, and what follows that.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((place, letter)) = letters.next() {
        match letter {
            '"' => return Some((value, text.get(place + 1..)?)),
            '\\' => value.push(match letters.next()?.1 {
                'n' => '\n',
                other => other,
            }),
            other => value.push(other),
        }
    }
    None
}

fn add(metric: &mut Metric, sample: Sample<'_>, times: Times) {
    match &mut metric.data {
        Some(Data::Sum(sum)) => sum.data_points.extend(point(&sample, times)),
        Some(Data::Gauge(gauge)) => gauge.data_points.extend(point(&sample, Times { began: 0, ..times })),
        Some(Data::Histogram(histogram)) => spread(&mut histogram.data_points, &sample, times),
        _ => {}
    }
}

fn point(sample: &Sample<'_>, times: Times) -> Option<NumberDataPoint> {
    let whole = sample.value.parse().map(Value::AsInt);
    let value = whole.or_else(|_| sample.value.parse().map(Value::AsDouble)).ok()?;
    Some(NumberDataPoint {
        attributes: sample.attributes(),
        start_time_unix_nano: times.began,
        time_unix_nano: times.now,
        value: Some(value),
        ..NumberDataPoint::default()
    })
}

/// The lines of one histogram follow each other: sum, count, and the buckets, of which each counts those below it too.
fn spread(points: &mut Vec<HistogramDataPoint>, sample: &Sample<'_>, times: Times) {
    let attributes = sample.attributes();
    if points.last().is_none_or(|last| last.attributes != attributes) {
        points.push(HistogramDataPoint {
            attributes,
            start_time_unix_nano: times.began,
            time_unix_nano: times.now,
            ..HistogramDataPoint::default()
        });
    }
    let Some(point) = points.last_mut() else { return };
    if sample.name.ends_with("_sum") {
        point.sum = sample.value.parse().ok();
    } else if sample.name.ends_with("_count") {
        point.count = sample.value.parse().unwrap_or_default();
    } else {
        let upto: u64 = sample.value.parse().unwrap_or_default();
        let below: u64 = point.bucket_counts.iter().sum();
        point.bucket_counts.push(upto.saturating_sub(below));
        // The last bucket has no bound.
        if let Some(bound) = sample.bound().parse().ok().filter(|bound: &f64| bound.is_finite()) {
            point.explicit_bounds.push(bound);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tonic::Code;

    use super::*;
    use crate::metrics::Metrics;

    #[test]
    fn what_the_text_shows_is_sent() {
        let measured = Metrics::new();
        for (code, millis) in [(Code::Ok, 3), (Code::Ok, 30), (Code::NotFound, 700_000)] {
            measured.rpc_began();
            measured.rpc_ended("/a\"b\\", code, Duration::from_millis(millis));
        }
        measured.rpc_began();
        let text = measured.text().expect("a text");
        let sent = metrics(&text, Timestamp::from_micros(1), Timestamp::from_micros(2));
        let of = |name: &str| {
            let metric = sent.iter().find(|metric| metric.name == name).unwrap_or_else(|| panic!("{name}"));
            metric.data.clone().expect("data")
        };

        let Data::Sum(calls) = of("thidua_rpc_calls") else { panic!("a counter") };
        let mut shown: Vec<_> = calls.data_points.iter().map(|p| (p.attributes.clone(), p.value)).collect();
        shown.sort_by_key(|(attributes, _)| format!("{attributes:?}"));
        let labels = |code: &str| vec![attribute("method", "/a\"b\\"), attribute("code", code)];
        let expected = [(labels("NOT_FOUND"), Some(Value::AsInt(1))), (labels("OK"), Some(Value::AsInt(2)))];
        assert_eq!(shown, expected);
        assert!(calls.is_monotonic);
        assert_eq!(
            (calls.data_points[0].start_time_unix_nano, calls.data_points[0].time_unix_nano),
            (1000, 2000)
        );

        let Data::Histogram(durations) = of("thidua_rpc_duration_seconds") else { panic!("a histogram") };
        let [point] = &durations.data_points[..] else { panic!("one method") };
        assert_eq!((point.count, point.bucket_counts.len(), point.explicit_bounds.len()), (3, 11, 10));
        assert_eq!(point.bucket_counts, [0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(point.sum.map(|sum| format!("{sum:.3}")), Some("700.033".to_owned()));
        assert_eq!(point.attributes, [attribute("method", "/a\"b\\")]);

        let Data::Gauge(in_work) = of("thidua_rpc_in_work") else { panic!("a gauge") };
        assert_eq!(in_work.data_points[0].value, Some(Value::AsInt(1)));
    }
}
