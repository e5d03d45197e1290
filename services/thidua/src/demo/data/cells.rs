//! The cells of tables: `193/180`, `113/58+108/58`, `a+b`, `!4`.

use super::campaign::Content;
use super::shape::{Criterion, Method};
use super::value::{Measure, Points};

/// The cell of a target that the unit does not have, and of a line that the sheet does not have.
pub(super) const NONE: &str = "-";
/// The cell of a line that repeats the recorded actual.
const RECORDED: &str = "=";

/// A plan and what was reached of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Amounts {
    pub(super) planned: Measure,
    pub(super) actual: Option<Measure>,
}

/// Reads the figures of a target, actual and plan each.
pub(super) fn figures(cell: &str, wanted: usize) -> Result<Vec<Amounts>, String> {
    let figures: Vec<&str> = cell.split('+').collect();
    if figures.len() != wanted {
        return Err(format!("\"{cell}\" has {} figures, the target has {wanted}", figures.len()));
    }
    figures.into_iter().map(amounts).collect()
}

fn amounts(cell: &str) -> Result<Amounts, String> {
    let Some((actual, planned)) = cell.split_once('/') else {
        return Err(format!("\"{cell}\" is no ACTUAL/PLAN such as 193/180"));
    };
    let planned = Measure::try_from(planned.to_owned())?;
    if planned.is_zero() {
        return Err(format!("\"{cell}\" plans nothing; a plan is above zero"));
    }
    let actual = if actual.is_empty() { None } else { Some(Measure::try_from(actual.to_owned())?) };
    Ok(Amounts { planned, actual })
}

/// Reads what a line carries; `recorded` is the actual of the unit's target for the criterion.
pub(super) fn content(
    cell: &str,
    criterion: &Criterion,
    recorded: Option<&Measure>,
) -> Result<Content, String> {
    if cell == "n/a" {
        return Ok(Content::NotApplicable);
    }
    if let Some(points) = cell.strip_prefix('!') {
        return match criterion.method {
            Method::Judged {} => {
                Err(format!("\"{cell}\" overrides a judged criterion; give the points alone"))
            }
            _ => at_most_maximum(points, criterion),
        };
    }
    match &criterion.method {
        Method::Judged {} => at_most_maximum(cell, criterion),
        Method::AllOrNothing {} => match cell {
            "yes" => Ok(Content::Achieved(true)),
            "no" => Ok(Content::Achieved(false)),
            _ => Err(format!("\"{cell}\" is neither yes nor no")),
        },
        Method::Checklist { items } => {
            let checked: Vec<&str> = if cell == "none" { Vec::new() } else { cell.split('+').collect() };
            for (i, code) in checked.iter().enumerate() {
                if !items.iter().any(|item| item.code == *code) {
                    return Err(format!("\"{code}\" is no item of criterion {}", criterion.code));
                }
                if checked.iter().take(i).any(|other| other == code) {
                    return Err(format!("\"{cell}\" names item \"{code}\" twice"));
                }
            }
            Ok(Content::Checked(checked.into_iter().map(str::to_owned).collect()))
        }
        Method::Deduct { .. } | Method::PerItem { .. } => match cell.parse::<u32>() {
            Ok(count) if !cell.starts_with('+') => Ok(Content::Count(count)),
            _ => Err(format!("\"{cell}\" is no count")),
        },
        Method::Proportional {} | Method::Steps { .. } | Method::Relative {} => match (cell, recorded) {
            (RECORDED, Some(actual)) => Ok(Content::Actual(actual.clone())),
            (RECORDED, None) => Err(format!(
                "\"{cell}\" repeats a recorded actual, and the unit has none for criterion {}",
                criterion.code
            )),
            _ => Ok(Content::Actual(Measure::try_from(cell.to_owned())?)),
        },
    }
}

fn at_most_maximum(points: &str, criterion: &Criterion) -> Result<Content, String> {
    let points = Points::try_from(points.to_owned())?;
    if points.hundredths() > criterion.max_points.hundredths() {
        return Err(format!(
            "{points} points are more than the {} of criterion {}",
            criterion.max_points, criterion.code
        ));
    }
    Ok(Content::Points(points))
}
