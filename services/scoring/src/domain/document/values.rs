//! Readers of single values. Each records a fault that names the value and the rule, and then gives its blank.

use super::fault::Faults;
use super::node::Node;
use super::pointer::Place;
use crate::domain::campaign::Words;
use crate::domain::date::Date;
use crate::domain::number::{DecimalError, Measure, Points};

/// The greatest integer of a campaign.
pub const GREATEST_COUNT: u32 = 1_000_000_000;
/// The most months that a policy may ask for.
pub const MOST_MONTHS: u32 = 1_200;

/// Any string.
pub fn text<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> &'d str {
    match node.text() {
        Some(text) => text,
        None => {
            faults.add(place, format_args!("{} stands where a string is wanted", node.describe()));
            ""
        }
    }
}

/// A string that is not empty: a code, a layer, a fact, a sector, a reason.
pub fn filled<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> &'d str {
    match node.text() {
        Some("") => {
            faults.add(place, "\"\" stands where a string that is not empty is wanted");
            ""
        }
        _ => text(node, place, faults),
    }
}

/// One of the words of `T`.
pub fn word<T: Words>(node: Node<'_>, place: &Place<'_>, faults: &mut Faults) -> T {
    let found = node.text().and_then(|text| T::WORDS.iter().find(|(word, _)| *word == text));
    found.map(|(_, value)| *value).unwrap_or_else(|| {
        let allowed: Vec<&str> = T::WORDS.iter().map(|(word, _)| *word).collect();
        faults.add(place, format_args!("{} is none of {}", node.describe(), allowed.join(", ")));
        T::default()
    })
}

pub fn boolean(node: Node<'_>, place: &Place<'_>, faults: &mut Faults) -> bool {
    node.boolean().unwrap_or_else(|| {
        faults.add(place, format_args!("{} stands where true or false is wanted", node.describe()));
        false
    })
}

/// Points: a string with at most two decimals, below 10⁹.
pub fn points(node: Node<'_>, place: &Place<'_>, faults: &mut Faults) -> Points {
    let Some(text) = node.text() else {
        faults.add(place, format_args!("{} stands where points in a string are wanted", node.describe()));
        return Points::ZERO;
    };
    Points::parse(text).unwrap_or_else(|error| {
        let rule = decimal_rule(error, "points", Points::DECIMALS, Points::DIGITS);
        faults.add(place, format_args!("{} {rule}", node.describe()));
        Points::ZERO
    })
}

/// A measure: a string with at most four decimals, below 10¹².
pub fn measure(node: Node<'_>, place: &Place<'_>, faults: &mut Faults) -> Measure {
    let Some(text) = node.text() else {
        faults.add(place, format_args!("{} stands where a number in a string is wanted", node.describe()));
        return Measure::ZERO;
    };
    Measure::parse(text).unwrap_or_else(|error| {
        let rule = decimal_rule(error, "a measure", Measure::DECIMALS, Measure::DIGITS);
        faults.add(place, format_args!("{} {rule}", node.describe()));
        Measure::ZERO
    })
}

fn decimal_rule(error: DecimalError, what: &str, decimals: usize, digits: usize) -> String {
    match error {
        DecimalError::Form => {
            format!("is not {what}: digits with at most {decimals} decimals, such as \"7.5\"")
        }
        DecimalError::TooLarge => format!("is not below 1{}", "0".repeat(digits)),
    }
}

/// A measure that is at most `greatest`.
pub fn measure_up_to(greatest: Measure) -> impl Fn(Node<'_>, &Place<'_>, &mut Faults) -> Measure {
    move |node, place, faults| {
        let value = measure(node, place, faults);
        if value > greatest {
            faults.add(place, format_args!("{} is over {}", node.describe(), greatest.plain()));
        }
        value
    }
}

/// A measure above zero.
pub fn measure_above_zero(node: Node<'_>, place: &Place<'_>, faults: &mut Faults) -> Measure {
    let value = measure(node, place, faults);
    if value == Measure::ZERO && node.text().is_some_and(|text| Measure::parse(text).is_ok()) {
        faults.add(place, format_args!("{} is not above zero", node.describe()));
    }
    value
}

/// A JSON number without sign, fraction and exponent, at most 10⁹.
pub fn count(node: Node<'_>, place: &Place<'_>, faults: &mut Faults) -> u32 {
    count_up_to(node, place, faults, GREATEST_COUNT)
}

/// A count of months, at most 1,200.
pub fn months(node: Node<'_>, place: &Place<'_>, faults: &mut Faults) -> u32 {
    count_up_to(node, place, faults, MOST_MONTHS)
}

fn count_up_to(node: Node<'_>, place: &Place<'_>, faults: &mut Faults, greatest: u32) -> u32 {
    let Some(digits) = node.integer() else {
        faults.add(
            place,
            format_args!(
                "{} stands where a number without sign, fraction and exponent is wanted",
                node.describe()
            ),
        );
        return 0;
    };
    digits.parse().ok().filter(|value| *value <= greatest).unwrap_or_else(|| {
        faults.add(place, format_args!("{} is over {greatest}", node.describe()));
        0
    })
}

/// A day as `YYYY-MM-DD`, from year 1900.
pub fn date(node: Node<'_>, place: &Place<'_>, faults: &mut Faults) -> Date {
    node.text().and_then(Date::parse).unwrap_or_else(|| {
        let first = Date::FIRST_YEAR;
        faults.add(place, format_args!("{} is not a day as YYYY-MM-DD from year {first}", node.describe()));
        Date::default()
    })
}

/// An array, each element read by `read`. Faulty elements stay in it as blanks, so that positions keep.
pub fn list<'d, T>(
    node: Node<'d>,
    place: &Place<'_>,
    faults: &mut Faults,
    mut read: impl FnMut(Node<'d>, &Place<'_>, &mut Faults) -> T,
) -> Vec<T> {
    let Some(elements) = node.elements() else {
        faults.add(place, format_args!("{} stands where an array is wanted", node.describe()));
        return Vec::new();
    };
    let mut list = Vec::with_capacity(node.size());
    list.extend(elements.enumerate().map(|(i, element)| read(element, &place.index(i), faults)));
    list
}

/// An array with at least one element.
pub fn filled_list<'d, T>(
    node: Node<'d>,
    place: &Place<'_>,
    faults: &mut Faults,
    read: impl FnMut(Node<'d>, &Place<'_>, &mut Faults) -> T,
) -> Vec<T> {
    if node.elements().is_some() && node.size() == 0 {
        faults.add(place, "the array is empty; at least one element is wanted");
    }
    list(node, place, faults, read)
}

/// An array of strings that are not empty.
pub fn codes<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> Vec<&'d str> {
    list(node, place, faults, filled)
}
