//! A value over time: a unit's parent, a unit's status.
//!
//! Each value holds from a first day until the next one begins, so that a day has exactly one. The first value holds from
//! ever; people see it begin with the unit's foundation, where that is known.

use platform::input::Date;

/// Values with their first days, the earliest first. The first one has none: it holds from ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Timeline<T> {
    first: T,
    later: Vec<(Date, T)>,
}

/// A value with its first and last day; `from` is none for "from ever", `to` while it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span<T> {
    pub(crate) value: T,
    pub(crate) from: Option<Date>,
    pub(crate) to: Option<Date>,
}

/// What must be written so that a value holds from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It holds already.
    Nothing,
    /// The value that begins on this day (none: from ever) becomes the new one, or is added.
    Put(Option<Date>),
    /// The value that begins on this day goes: the one before it is the same as the new one.
    Remove(Date),
}

/// The day is before the first day of the last value, which is this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooEarly(pub(crate) Date);

impl<T: PartialEq> Timeline<T> {
    pub(crate) fn new(first: T) -> Self {
        Self { first, later: Vec::new() }
    }

    /// Values as they are stored, in any order; none when there is no value from ever.
    pub(crate) fn of(rows: impl IntoIterator<Item = (Option<Date>, T)>) -> Option<Self> {
        let mut first = None;
        let mut later = Vec::new();
        for (from, value) in rows {
            match from {
                None => first = Some(value),
                Some(from) => later.push((from, value)),
            }
        }
        later.sort_by_key(|(from, _)| *from);
        Some(Self { first: first?, later })
    }

    /// The value on `day`.
    pub(crate) fn at(&self, day: Date) -> &T {
        self.later.iter().rev().find(|(from, _)| *from <= day).map_or(&self.first, |(_, value)| value)
    }

    /// The last value that was entered; it may begin in the future.
    pub(crate) fn last(&self) -> &T {
        self.later.last().map_or(&self.first, |(_, value)| value)
    }

    /// The first day after `day` on which another value begins.
    pub(crate) fn next_change(&self, day: Date) -> Option<Date> {
        self.later.iter().map(|(from, _)| *from).find(|from| *from > day)
    }

    /// The first day of the second value: the first one must have begun before it.
    pub(crate) fn first_change(&self) -> Option<Date> {
        self.later.first().map(|(from, _)| *from)
    }

    /// All values; the first one begins with `founded`.
    pub(crate) fn spans(&self, founded: Option<Date>) -> Vec<Span<&T>> {
        let begins = std::iter::once((founded, &self.first))
            .chain(self.later.iter().map(|(from, value)| (Some(*from), value)));
        let ends = self.later.iter().map(|(from, _)| from.yesterday().ok()).chain([None]);
        begins.zip(ends).map(|((from, value), to)| Span { value, from, to }).collect()
    }

    /// What to write so that `value` holds from `from` on. A day that is the last value's first day corrects that one.
    pub(crate) fn step(&self, value: &T, from: Date, founded: Option<Date>) -> Result<Step, TooEarly> {
        let begun = self.later.last().map(|(from, _)| *from).or(founded);
        if let Some(begun) = begun.filter(|begun| from < *begun) {
            return Err(TooEarly(begun));
        }
        if self.last() == value {
            return Ok(Step::Nothing);
        }
        if begun != Some(from) {
            return Ok(Step::Put(Some(from)));
        }
        Ok(match self.later.as_slice() {
            [] => Step::Put(None),
            [.., (_, before), _] if before == value => Step::Remove(from),
            [_] if self.first == *value => Step::Remove(from),
            _ => Step::Put(Some(from)),
        })
    }

    /// The timeline after `step` with `value`.
    pub(crate) fn after(mut self, step: Step, value: T) -> Self {
        match step {
            Step::Nothing => {}
            Step::Put(None) => self.first = value,
            Step::Put(Some(from)) => {
                self.later.retain(|(other, _)| *other != from);
                self.later.push((from, value));
                self.later.sort_by_key(|(from, _)| *from);
            }
            Step::Remove(from) => self.later.retain(|(other, _)| *other != from),
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn line() -> Timeline<char> {
        let rows = [(Some(day("2023-07-01")), 'c'), (None, 'a'), (Some(day("2022-01-01")), 'b')];
        Timeline::of(rows).expect("a first value")
    }

    #[test]
    fn a_day_has_one_value() {
        let line = line();
        let on = |text| *line.at(day(text));
        assert_eq!([on("1950-01-01"), on("2021-12-31")], ['a', 'a']);
        assert_eq!([on("2022-01-01"), on("2023-06-30")], ['b', 'b']);
        assert_eq!([on("2023-07-01"), on("2050-01-01")], ['c', 'c']);
        assert_eq!(line.next_change(day("2022-01-01")), Some(day("2023-07-01")));
        assert_eq!(Timeline::of([(Some(day("2022-01-01")), 'b')]), None);
    }

    #[test]
    fn spans_follow_without_gap_and_begin_with_the_foundation() {
        let line = line();
        let shown: Vec<_> = line
            .spans(Some(day("2009-05-01")))
            .into_iter()
            .map(|span| (*span.value, span.from.map(|d| d.to_string()), span.to.map(|d| d.to_string())))
            .collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            shown,
            [
                ('a', text("2009-05-01"), text("2021-12-31")),
                ('b', text("2022-01-01"), text("2023-06-30")),
                ('c', text("2023-07-01"), None),
            ]
        );
    }

    #[test]
    fn a_change_comes_after_the_present_value_began() {
        let line = line();
        assert_eq!(line.step(&'d', day("2024-01-01"), None), Ok(Step::Put(Some(day("2024-01-01")))));
        assert_eq!(line.step(&'d', day("2023-06-30"), None), Err(TooEarly(day("2023-07-01"))));
        assert_eq!(line.step(&'c', day("2024-01-01"), None), Ok(Step::Nothing));
        let founded = Some(day("2020-05-01"));
        assert_eq!(
            Timeline::new('a').step(&'b', day("2020-04-30"), founded),
            Err(TooEarly(day("2020-05-01")))
        );
    }

    #[test]
    fn a_change_on_the_same_day_corrects() {
        let line = line();
        let same = day("2023-07-01");
        assert_eq!(line.step(&'d', same, None), Ok(Step::Put(Some(same))));
        assert_eq!(line.step(&'b', same, None), Ok(Step::Remove(same)));
        assert_eq!(*line.clone().after(Step::Remove(same), 'b').last(), 'b');
        assert_eq!(*line.after(Step::Put(Some(same)), 'd').last(), 'd');
        let founded = day("2020-05-01");
        assert_eq!(Timeline::new('a').step(&'b', founded, Some(founded)), Ok(Step::Put(None)));
        let one = Timeline::of([(None, 'a'), (Some(same), 'b')]).expect("a first value");
        assert_eq!(one.step(&'a', same, None), Ok(Step::Remove(same)));
    }
}
