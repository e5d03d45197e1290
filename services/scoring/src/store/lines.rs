//! How lines are kept: all of a sheet in one column, as a protobuf message of integers, since a run reads hundreds of
//! thousands of them at once. It grows by protobuf's rules; a tag is never used for something else.

use platform::{Error, Result};
use prost::Message;

use crate::domain::number::{Measure, Points};
use crate::domain::sheets::{Evidence, Line, LineChange, Value};

pub(super) fn encode(lines: &[Line]) -> Vec<u8> {
    StoredLines { lines: lines.iter().map(StoredLine::of).collect() }.encode_to_vec()
}

pub(super) fn decode(bytes: &[u8]) -> Result<Vec<Line>> {
    let stored = StoredLines::decode(bytes).map_err(Error::internal)?;
    stored.lines.into_iter().map(StoredLine::line).collect()
}

pub(super) fn encode_changes(changes: &[LineChange]) -> Vec<u8> {
    let changes = changes.iter().map(|change| StoredChange {
        before: change.before.as_ref().map(StoredLine::of),
        after: change.after.as_ref().map(StoredLine::of),
    });
    StoredChanges { changes: changes.collect() }.encode_to_vec()
}

pub(super) fn decode_changes(bytes: &[u8]) -> Result<Vec<LineChange>> {
    let stored = StoredChanges::decode(bytes).map_err(Error::internal)?;
    let changes = stored.changes.into_iter().map(|change| {
        let before = change.before.map(StoredLine::line).transpose()?;
        let after = change.after.map(StoredLine::line).transpose()?;
        Ok(LineChange { before, after })
    });
    changes.collect()
}

#[derive(Clone, PartialEq, Message)]
struct StoredLines {
    #[prost(message, repeated, tag = "1")]
    lines: Vec<StoredLine>,
}

#[derive(Clone, PartialEq, Message)]
struct StoredLine {
    #[prost(string, tag = "1")]
    criterion: String,
    #[prost(oneof = "StoredValue", tags = "2, 3, 4, 5, 6, 7")]
    value: Option<StoredValue>,
    #[prost(string, tag = "8")]
    reason: String,
    #[prost(message, repeated, tag = "9")]
    evidence: Vec<StoredEvidence>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
enum StoredValue {
    /// Hundredths.
    #[prost(int64, tag = "2")]
    Points(i64),
    #[prost(message, tag = "3")]
    Checked(StoredItems),
    #[prost(bool, tag = "4")]
    Achieved(bool),
    /// Ten-thousandths.
    #[prost(int64, tag = "5")]
    Actual(i64),
    #[prost(uint32, tag = "6")]
    Count(u32),
    #[prost(bool, tag = "7")]
    NotApplicable(bool),
}

#[derive(Clone, PartialEq, Message)]
struct StoredItems {
    #[prost(string, repeated, tag = "1")]
    items: Vec<String>,
}

#[derive(Clone, PartialEq, Message)]
struct StoredEvidence {
    #[prost(string, tag = "1")]
    title: String,
    #[prost(string, tag = "2")]
    reference: String,
    #[prost(string, tag = "3")]
    sha256: String,
}

#[derive(Clone, PartialEq, Message)]
struct StoredChanges {
    #[prost(message, repeated, tag = "1")]
    changes: Vec<StoredChange>,
}

#[derive(Clone, PartialEq, Message)]
struct StoredChange {
    #[prost(message, optional, tag = "1")]
    before: Option<StoredLine>,
    #[prost(message, optional, tag = "2")]
    after: Option<StoredLine>,
}

impl StoredLine {
    fn of(line: &Line) -> Self {
        let value = match &line.value {
            Value::NotApplicable => StoredValue::NotApplicable(true),
            Value::Points(points) => StoredValue::Points(points.hundredths()),
            Value::Achieved(achieved) => StoredValue::Achieved(*achieved),
            Value::Checked(items) => StoredValue::Checked(StoredItems { items: items.clone() }),
            Value::Actual(actual) => StoredValue::Actual(actual.ten_thousandths()),
            Value::Count(count) => StoredValue::Count(*count),
        };
        let evidence = line.evidence.iter().map(|evidence| StoredEvidence {
            title: evidence.title.clone(),
            reference: evidence.reference.clone(),
            sha256: evidence.sha256.clone(),
        });
        Self {
            criterion: line.criterion.clone(),
            value: Some(value),
            reason: line.reason.clone(),
            evidence: evidence.collect(),
        }
    }

    fn line(self) -> Result<Line> {
        let value = match self.value {
            Some(StoredValue::NotApplicable(_)) => Value::NotApplicable,
            Some(StoredValue::Points(points)) => Value::Points(Points::from_hundredths(points)),
            Some(StoredValue::Achieved(achieved)) => Value::Achieved(achieved),
            Some(StoredValue::Checked(checked)) => Value::Checked(checked.items),
            Some(StoredValue::Actual(actual)) => Value::Actual(Measure::from_ten_thousandths(actual)),
            Some(StoredValue::Count(count)) => Value::Count(count),
            None => return Err(Error::internal(format!("the line {:?} has no value", self.criterion))),
        };
        let evidence = self.evidence.into_iter().map(|evidence| Evidence {
            title: evidence.title,
            reference: evidence.reference,
            sha256: evidence.sha256,
        });
        Ok(Line { criterion: self.criterion, value, reason: self.reason, evidence: evidence.collect() })
    }
}
