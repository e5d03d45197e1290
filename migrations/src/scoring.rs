//! The tables of scoring, one file per group. The newest migration is last.

mod explanations;
mod results;
mod runs;
mod sheets;
mod standings;

use crate::Migrations;

crate::migrator!(own());

fn own() -> Migrations {
    vec![
        Box::new(sheets::Sheets),
        Box::new(runs::Runs),
        Box::new(results::Results),
        Box::new(explanations::Explanations),
        Box::new(standings::Standings),
    ]
}
