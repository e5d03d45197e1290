//! The tables of competition.

mod commendations;
mod conferences;
mod criteria;
mod decisions;
mod seasons;
mod targets;
mod votes;

use crate::Migrations;

crate::migrator!(own());

fn own() -> Migrations {
    vec![
        Box::new(seasons::Seasons),
        Box::new(criteria::Criteria),
        Box::new(targets::Targets),
        Box::new(votes::Votes),
        Box::new(decisions::Decisions),
        Box::new(conferences::Conferences),
        Box::new(commendations::Commendations),
    ]
}
