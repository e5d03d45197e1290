//! Whether what a file says fits together. Every fault is found, none stops the search.

mod awards;
mod blocs;
mod federation;
mod people;
mod sheets;
mod targets;
mod votes;

use super::campaign::{Sheet, Target};
use super::fault::Finder;
use super::load::Shared;
use super::shape::File;
use super::value::Code;
use people::People;
use std::collections::BTreeSet;
use std::fmt::Display;

/// The tables of a file, taken apart.
pub(super) struct Tables {
    pub(super) targets: Vec<Target>,
    pub(super) sheets: Vec<Sheet>,
}

pub(super) fn check(file: &File, shared: &Shared, finder: &mut Finder<'_>) -> Tables {
    let people = People::of(file);
    people.check(file, finder);
    federation::season(file, shared, &people, finder);
    federation::units(file, finder);
    blocs::blocs(file, shared, &people, finder);
    votes::votes(file, &people, finder);
    let targets = targets::targets(file, shared, finder);
    let sheets = sheets::sheets(file, shared, &people, &targets, finder);
    awards::decisions(file, shared, &people, finder);
    awards::commendations(file, &people, finder);
    Tables { targets, sheets }
}

/// Each of `codes` is one of `known`, and stands there once.
fn each_once<'a>(
    codes: impl IntoIterator<Item = &'a Code>,
    known: &BTreeSet<&Code>,
    path: impl Display,
    what: &str,
    finder: &mut Finder<'_>,
) {
    let mut seen = BTreeSet::new();
    for code in codes {
        finder.require(known.contains(code), &path, format_args!("\"{code}\" is no {what}"));
        finder.require(seen.insert(code), &path, format_args!("\"{code}\" stands there twice"));
    }
}
