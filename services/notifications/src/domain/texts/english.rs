//! English.

use super::{Text, one_line};
use crate::domain::counts::english as count;
use crate::domain::notices::{Facts, Notice, Outcome};

pub(super) fn text(notice: &Notice) -> Text {
    let Notice { season, run_number: number, facts, .. } = notice;
    match facts {
        Facts::Failure { faults: 0, summary } => Text::new(
            format!("The classification of emulation season {season} failed"),
            [
                format!(
                    "Run {number} of emulation season {season} stopped because something went wrong while it was \
                     at work. It has left no results."
                ),
                format!("What went wrong: {}", one_line(summary)),
                "Please start the classification again; if it fails again, tell the operator of the platform."
                    .to_owned(),
            ],
        ),
        Facts::Failure { faults, summary } => {
            let (faults, first) = match faults {
                1 => ("1 fault".to_owned(), "The fault"),
                faults => (format!("{} faults", count(*faults)), "The first fault"),
            };
            Text::new(
                format!("The classification of emulation season {season} failed"),
                [
                    format!(
                        "Run {number} of emulation season {season} stopped because the campaign has {faults}. It \
                         has left no results."
                    ),
                    format!("{first}: {}", one_line(summary)),
                    "Please correct what is in the run's list of faults, then start the classification again."
                        .to_owned(),
                ],
            )
        }
        Facts::Draft { outcome } => Text::new(
            format!("The draft results of emulation season {season} wait for approval"),
            [
                format!("Run {number} of emulation season {season} is complete, with {}.", units(outcome)),
                "The results are a draft until two different persons have approved them; then they are published."
                    .to_owned(),
                hash(outcome),
            ],
        ),
        Facts::Publication { outcome, replaces } => {
            let title = if *replaces {
                format!("The corrected results of emulation season {season} have been published")
            } else {
                format!("The results of emulation season {season} have been published")
            };
            let published = format!(
                "The classification results of emulation season {season} (run {number}) have been approved and \
                 published, with {}.",
                units(outcome)
            );
            let replaced = replaces.then(|| "They replace the results that were published before.".to_owned());
            Text::new(title, [published].into_iter().chain(replaced).chain([hash(outcome)]))
        }
    }
}

fn units(outcome: &Outcome) -> String {
    let unranked = outcome.units.saturating_sub(outcome.ranked);
    let units = match outcome.units {
        1 => "1 unit".to_owned(),
        units => format!("{} units", count(units)),
    };
    match (outcome.ranked, unranked) {
        (0, 0) => units,
        (1, 0) => format!("{units}, ranked"),
        (_, 0) => format!("{units}, all of them ranked"),
        (ranked, _) => format!("{units}: {} ranked, {} not ranked", count(ranked), count(unranked)),
    }
}

fn hash(outcome: &Outcome) -> String {
    format!("SHA-256 of the results: {}", outcome.results_sha256)
}
