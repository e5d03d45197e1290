//! Attributes and instants as OTLP has them.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};

use crate::Timestamp;

pub(super) fn text(key: impl Into<String>, text: impl Into<String>) -> KeyValue {
    attribute(key, Value::StringValue(text.into()))
}

pub(super) fn number(key: impl Into<String>, number: i64) -> KeyValue {
    attribute(key, Value::IntValue(number))
}

fn attribute(key: impl Into<String>, value: Value) -> KeyValue {
    KeyValue { key: key.into(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

pub(super) fn nanos(instant: Timestamp) -> u64 {
    u64::try_from(instant.micros()).unwrap_or_default().saturating_mul(1000)
}
