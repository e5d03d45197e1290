//! A figure: several readings, their median, and the goal that it is held against.

use std::fmt;

pub(crate) type Outcome = Result<Vec<Figure>, Box<dyn std::error::Error>>;

pub(crate) enum Goal {
    AtMost(f64),
    AtLeast(f64),
}

pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) goal: Goal,
    pub(crate) readings: Vec<f64>,
}

impl Figure {
    pub(crate) fn holds(&self) -> bool {
        match self.goal {
            Goal::AtMost(most) => median(&self.readings) <= most,
            Goal::AtLeast(least) => median(&self.readings) >= least,
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, goal) = match self.goal {
            Goal::AtMost(most) => ("<=", most),
            Goal::AtLeast(least) => (">=", least),
        };
        let value = median(&self.readings);
        let verdict = if self.holds() { "holds" } else { "falls short" };
        let places = if goal < 0.1 { 4 } else { 2 };
        write!(
            f,
            "{}: {value:.places$}{} (goal {sign} {goal}{}): {verdict}",
            self.name, self.unit, self.unit
        )?;
        let lowest = self.readings.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = self.readings.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        write!(f, "  [{lowest:.places$} to {highest:.places$} over {} runs]", self.readings.len())
    }
}

/// The middle reading, or the mean of the two in the middle.
pub(crate) fn median(readings: &[f64]) -> f64 {
    let mut sorted = readings.to_vec();
    sorted.sort_by(f64::total_cmp);
    match (sorted.len(), sorted.len() / 2) {
        (0, _) => f64::NAN,
        (n, middle) if n % 2 == 1 => sorted[middle],
        (_, middle) => (sorted[middle - 1] + sorted[middle]) / 2.0,
    }
}
