//! The tables of organizations, one file per group. The newest migration is last.

mod accounts;
mod federations;
mod units;

use crate::Migrations;

crate::migrator!(own());

fn own() -> Migrations {
    vec![Box::new(federations::Federations), Box::new(units::Units), Box::new(accounts::Accounts)]
}
