//! One line of a sheet.

use std::collections::BTreeSet;

use platform::input::{Faults, path};
use proto::common::v1::Reason;
use proto::scoring::v1 as wire;

use crate::domain::campaign::{self, Score};
use crate::domain::document::values::GREATEST_COUNT;
use crate::domain::number::{Measure, Points};

/// Lines of a sheet.
const MOST_LINES: usize = 1000;
/// Items that a line can check.
const MOST_ITEMS: usize = 200;
/// Proofs of one line.
const MOST_EVIDENCE: usize = 50;

/// What a scorer says of one criterion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) criterion: String,
    pub(crate) value: Value,
    /// Empty: none.
    pub(crate) reason: String,
    pub(crate) evidence: Vec<Evidence>,
}

/// A line and the field in which it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) at: String,
    pub(crate) line: Line,
}

/// What a line carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    NotApplicable,
    /// Of a judged criterion, or in place of what another method gives.
    Points(Points),
    Achieved(bool),
    /// Codes of items, each once.
    Checked(Vec<String>),
    Actual(Measure),
    Count(u32),
}

/// A proof for a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Evidence {
    pub(crate) title: String,
    /// Where it can be read; may be empty.
    pub(crate) reference: String,
    /// Lower-case hex; may be empty.
    pub(crate) sha256: String,
}

impl Value {
    /// Whether it says the same; the order of checked items means nothing.
    pub(crate) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Checked(one), Self::Checked(other)) => {
                one.iter().collect::<BTreeSet<_>>() == other.iter().collect::<BTreeSet<_>>()
            }
            _ => self == other,
        }
    }

    fn parse(at: &str, value: &wire::line::Value, faults: &mut Faults) -> Option<Self> {
        use wire::line::Value as Given;
        match value {
            Given::Points(points) => {
                let points = faults.points(path(at, "points"), points)?;
                Some(Self::Points(Points::from_hundredths(points)))
            }
            Given::Checked(checked) => {
                let at = path(&path(at, "checked"), "items");
                let items =
                    faults.each(&at, MOST_ITEMS, &checked.items, |at, item, faults| faults.word(at, item))?;
                let mut seen = BTreeSet::new();
                for (i, item) in items.iter().enumerate() {
                    if !seen.insert(item) {
                        let sentence = format!("{item:?} is checked twice");
                        faults.add(format!("{at}[{i}]"), Reason::InvalidArgument, sentence);
                    }
                }
                (seen.len() == items.len()).then_some(Self::Checked(items))
            }
            Given::Achieved(achieved) => Some(Self::Achieved(*achieved)),
            Given::Actual(actual) => {
                let actual = faults.measure(path(at, "actual"), actual)?;
                Some(Self::Actual(Measure::from_ten_thousandths(actual)))
            }
            Given::Count(count) => {
                faults.between(path(at, "count"), *count, 0, GREATEST_COUNT).map(Self::Count)
            }
            Given::NotApplicable(true) => Some(Self::NotApplicable),
            Given::NotApplicable(false) => {
                faults.refuse(path(at, "not_applicable"), Reason::InvalidArgument, "is always true")
            }
        }
    }

    fn to_proto(&self) -> wire::line::Value {
        use wire::line::Value as Shown;
        match self {
            Self::NotApplicable => Shown::NotApplicable(true),
            Self::Points(points) => Shown::Points(points.to_string()),
            Self::Achieved(achieved) => Shown::Achieved(*achieved),
            Self::Checked(items) => Shown::Checked(wire::CheckedItems { items: items.clone() }),
            Self::Actual(actual) => Shown::Actual(actual.plain().to_string()),
            Self::Count(count) => Shown::Count(*count),
        }
    }
}

impl Placed {
    /// The lines that can be read, so that they are checked further beside faults in others.
    pub(crate) fn parse_all(at: &str, lines: &[wire::Line], faults: &mut Faults) -> Vec<Self> {
        if lines.len() > MOST_LINES {
            let sentence = format!("has {} lines; a sheet has at most {MOST_LINES}", lines.len());
            faults.add(at, Reason::TooMany, sentence);
            return Vec::new();
        }
        let lines = lines.iter().enumerate().map(|(i, line)| (format!("{at}[{i}]"), line));
        lines.filter_map(|(at, line)| Line::parse(&at, line, faults).map(|line| Self { at, line })).collect()
    }

    /// Lines as they are kept, each with its field.
    pub(crate) fn all(at: &str, lines: &[Line]) -> Vec<Self> {
        let lines = lines.iter().enumerate();
        lines.map(|(i, line)| Self { at: format!("{at}[{i}]"), line: line.clone() }).collect()
    }
}

impl Line {
    pub(crate) fn parse(at: &str, line: &wire::Line, faults: &mut Faults) -> Option<Self> {
        let criterion = faults.word(path(at, "criterion"), &line.criterion);
        let value = match &line.value {
            Some(value) => Value::parse(at, value, faults),
            None => faults.refuse(path(at, "value"), Reason::FieldRequired, "is required"),
        };
        let reason = faults.optional_text(path(at, "reason"), &line.reason);
        let evidence = faults.each(path(at, "evidence"), MOST_EVIDENCE, &line.evidence, Evidence::parse);
        Some(Self { criterion: criterion?, value: value?, reason: reason?, evidence: evidence? })
    }

    /// The line as the engine sees it. Reasons of other lines than those with points are not part of a campaign.
    pub(crate) fn of_campaign(&self) -> campaign::Line<'_> {
        let score = match &self.value {
            Value::NotApplicable => Score::NotApplicable,
            Value::Points(points) => Score::Points {
                points: *points,
                reason: Some(self.reason.as_str()).filter(|reason| !reason.is_empty()),
            },
            Value::Achieved(achieved) => Score::Achieved(*achieved),
            Value::Checked(items) => Score::Checked(items.iter().map(String::as_str).collect()),
            Value::Actual(actual) => Score::Actual(*actual),
            Value::Count(count) => Score::Count(*count),
        };
        campaign::Line { criterion: &self.criterion, score }
    }

    pub(crate) fn to_proto(&self) -> wire::Line {
        let evidence = self.evidence.iter().map(|evidence| wire::Evidence {
            title: evidence.title.clone(),
            reference: evidence.reference.clone(),
            sha256: evidence.sha256.clone(),
        });
        wire::Line {
            criterion: self.criterion.clone(),
            value: Some(self.value.to_proto()),
            reason: self.reason.clone(),
            evidence: evidence.collect(),
        }
    }
}

impl Evidence {
    fn parse(at: &str, evidence: &wire::Evidence, faults: &mut Faults) -> Option<Self> {
        let title = faults.name(path(at, "title"), &evidence.title);
        let reference = faults.optional_text(path(at, "reference"), &evidence.reference);
        let sha256 = match evidence.sha256.as_str() {
            "" => Some(String::new()),
            hex if hex.len() == 64 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) => {
                Some(hex.to_owned())
            }
            _ => {
                let sentence = "is no SHA-256 of 64 digits 0-9 and a-f";
                faults.refuse(path(at, "sha256"), Reason::InvalidArgument, sentence)
            }
        };
        Some(Self { title: title?, reference: reference?, sha256: sha256? })
    }
}
