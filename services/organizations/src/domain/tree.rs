//! The tree that units form: on no day may a unit be above itself.

use std::collections::BTreeMap;

use platform::input::Date;

use super::timeline::Timeline;

/// The parents over time of a unit and of all that were ever above it; no parent is the federation itself.
pub(crate) type Parents = BTreeMap<String, Timeline<Option<String>>>;

/// The first day from `from` on, on which `unit` would be above itself if it were under `parent` from then on.
pub(crate) fn cycle(unit: &str, parent: &str, from: Date, parents: &Parents) -> Option<Date> {
    let mut day = from;
    loop {
        let mut next_change: Option<Date> = None;
        let mut above = Some(parent);
        // A walk as long as the tree is deep; the bound ends it where stored data go in a circle without the unit.
        for _ in 0..=parents.len() {
            let Some(code) = above else { break };
            if code == unit {
                return Some(day);
            }
            let Some(line) = parents.get(code) else { break };
            let change = line.next_change(day);
            next_change = [next_change, change].into_iter().flatten().min();
            above = line.at(day).as_deref();
        }
        day = next_change?;
    }
}

/// Of new units, each with its parent, those that are above themselves. Units that are there already are not in `new`;
/// they cannot be under a new one.
pub(crate) fn circles<'a>(new: &BTreeMap<&'a str, Option<&'a str>>) -> Vec<&'a str> {
    let is_above_itself = |unit: &str| {
        let mut above = new.get(unit).copied().flatten();
        for _ in 0..new.len() {
            match above {
                Some(code) if code == unit => return true,
                Some(code) => above = new.get(code).copied().flatten(),
                None => return false,
            }
        }
        false
    };
    // Most units hang under one that is there already or under the federation: their walk ends at once.
    new.keys().copied().filter(|unit| is_above_itself(unit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn line(rows: &[(Option<&str>, Option<&str>)]) -> Timeline<Option<String>> {
        Timeline::of(rows.iter().map(|(from, parent)| (from.map(day), parent.map(str::to_owned))))
            .expect("a first value")
    }

    /// `c` under `b` under `a`; from 2024 on `b` is under the federation, from 2025 on under `d`.
    fn parents() -> Parents {
        [
            ("a", line(&[(None, None)])),
            ("b", line(&[(None, Some("a")), (Some("2024-01-01"), None), (Some("2025-01-01"), Some("d"))])),
            ("c", line(&[(None, Some("b"))])),
            ("d", line(&[(None, None)])),
        ]
        .into_iter()
        .map(|(code, line)| (code.to_owned(), line))
        .collect()
    }

    #[test]
    fn a_unit_cannot_go_under_what_is_below_it() {
        let cycle = |unit, parent, from: &str| cycle(unit, parent, day(from), &parents());
        assert_eq!(cycle("a", "c", "2023-05-01"), Some(day("2023-05-01")));
        assert_eq!(cycle("a", "a", "2023-05-01"), Some(day("2023-05-01")));
        assert_eq!(cycle("a", "d", "2023-05-01"), None);
    }

    #[test]
    fn what_will_be_below_it_counts_from_that_day_on() {
        let cycle = |unit, parent, from: &str| cycle(unit, parent, day(from), &parents());
        assert_eq!(cycle("a", "c", "2024-05-01"), None);
        assert_eq!(cycle("d", "c", "2024-05-01"), Some(day("2025-01-01")));
    }

    #[test]
    fn circles_of_new_units_are_found_and_what_hangs_on_them_is_not_blamed() {
        let new = BTreeMap::from([
            ("a", Some("b")),
            ("b", Some("c")),
            ("c", Some("a")),
            ("d", Some("a")),
            ("e", Some("e")),
            ("f", None),
            ("g", Some("old")),
        ]);
        assert_eq!(circles(&new), ["a", "b", "c", "e"]);
    }
}
