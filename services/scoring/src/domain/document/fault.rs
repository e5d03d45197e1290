//! Faults of a campaign: where, and what rule the value there breaks.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Bound;

use super::pointer::Place;

/// One broken rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fault {
    /// RFC 6901 pointer of the offending value; empty for unreadable input and for the document itself.
    pub pointer: String,
    /// What is there and which rule it breaks, on one line.
    pub message: String,
}

/// `POINTER: message`, on one line: characters below U+0020 in the pointer are written as JSON escapes.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.pointer.chars() {
            if c < ' ' { escape(f, c)? } else { write!(f, "{c}")? }
        }
        write!(f, ": {}", self.message)
    }
}

/// A text of the campaign inside a message: in quotes, control characters escaped, long ones cut.
pub struct Quoted<'t>(pub &'t str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 80;
        f.write_str("\"")?;
        for (i, c) in self.0.chars().enumerate() {
            if i == LONGEST {
                f.write_str("…")?;
                break;
            }
            match c {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                c if c.is_control() || c == '\u{2028}' || c == '\u{2029}' => escape(f, c)?,
                c => write!(f, "{c}")?,
            }
        }
        f.write_str("\"")
    }
}

fn escape(f: &mut fmt::Formatter<'_>, c: char) -> fmt::Result {
    match c {
        '\u{8}' => f.write_str("\\b"),
        '\t' => f.write_str("\\t"),
        '\n' => f.write_str("\\n"),
        '\u{c}' => f.write_str("\\f"),
        '\r' => f.write_str("\\r"),
        c => write!(f, "\\u{:04x}", u32::from(c)),
    }
}

/// So many faults are listed. A campaign with more is not one that somebody mends fault by fault, and could fill the
/// memory with them.
const MOST_LISTED: usize = 100_000;

/// The faults found so far, in the order of finding.
#[derive(Debug, Default)]
pub struct Faults {
    list: Vec<Fault>,
    /// How many there are beyond those of the list.
    more: usize,
    /// Where faults are, and where a value is missing.
    pointers: BTreeSet<String>,
    /// Where nothing stands, or something that is no object, so that none of its values is known.
    opaque: BTreeSet<String>,
}

impl Faults {
    pub fn add(&mut self, place: &Place<'_>, message: impl fmt::Display) {
        self.push(Fault { pointer: place.pointer(), message: message.to_string() });
    }

    pub fn push(&mut self, fault: Fault) {
        if self.list.len() >= MOST_LISTED {
            self.more = self.more.saturating_add(1);
            return;
        }
        self.pointers.insert(fault.pointer.clone());
        self.list.push(fault);
    }

    /// A fault of `place` that leaves the value `name` in it unknown.
    pub fn add_missing(&mut self, place: &Place<'_>, name: &str, message: impl fmt::Display) {
        self.add(place, message);
        if self.more > 0 {
            return;
        }
        let missing = place.name(name).pointer();
        self.pointers.insert(missing.clone());
        self.opaque.insert(missing);
    }

    /// A fault of `place` that leaves every value in it unknown.
    pub fn add_opaque(&mut self, place: &Place<'_>, message: impl fmt::Display) {
        self.add(place, message);
        if self.more == 0 {
            self.opaque.insert(place.pointer());
        }
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether exactly the value at `place` has a fault.
    pub fn has(&self, place: &Place<'_>) -> bool {
        !self.pointers.is_empty() && self.pointers.contains(&place.pointer())
    }

    /// Whether the value at `place`, or anything in it, already has a fault: what rests on it is then only a consequence.
    pub fn touch(&self, place: &Place<'_>) -> bool {
        if self.pointers.is_empty() {
            return false;
        }
        let pointer = place.pointer();
        let inside = format!("{pointer}/");
        self.pointers.contains(&pointer)
            || self
                .pointers
                .range::<str, _>((Bound::Included(inside.as_str()), Bound::Unbounded))
                .next()
                .is_some_and(|next| next.starts_with(&inside))
    }

    /// Whether the value `name` of the object at `place` is faulty or missing.
    pub fn spoil(&self, place: &Place<'_>, name: &str) -> bool {
        self.touch(&place.name(name)) || (!self.opaque.is_empty() && self.opaque.contains(&place.pointer()))
    }

    /// All of them; where they are too many, the last one of the list says how many are left out.
    pub fn into_list(mut self) -> Vec<Fault> {
        if self.more > 0 {
            let message = format!("{} more faults are not listed", self.more);
            self.list.push(Fault { pointer: String::new(), message });
        }
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::super::pointer::ROOT;
    use super::*;

    #[test]
    fn a_fault_is_one_line_whatever_it_quotes() {
        let pointer = ROOT.name("a\nb\u{1}").pointer();
        let fault = Fault { pointer, message: format!("{} is unknown", Quoted("x\r\n\"\u{7f}\\")) };
        assert_eq!(fault.to_string(), r#"/a\nb\u0001: "x\r\n\"\u007f\\" is unknown"#);
        assert!(Quoted(&"x".repeat(500)).to_string().len() < 100);
    }

    #[test]
    fn a_flood_of_faults_is_cut_off_and_counted() {
        let mut faults = Faults::default();
        for index in 0..MOST_LISTED + 7 {
            faults.add(&ROOT.index(index), "is no object");
        }
        let list = faults.into_list();
        assert_eq!(list.len(), MOST_LISTED + 1);
        assert_eq!(list.last().expect("the last").to_string(), ": 7 more faults are not listed");
    }

    #[test]
    fn a_fault_touches_what_holds_it() {
        let mut faults = Faults::default();
        let units = ROOT.name("units");
        faults.add(&units.index(1).name("code"), "is empty");
        assert!(faults.touch(&units) && faults.touch(&units.index(1)));
        assert!(!faults.touch(&units.index(11)) && !faults.touch(&units.index(1).name("name")));
        assert!(faults.spoil(&units.index(1), "code") && !faults.spoil(&units.index(1), "name"));
        faults.add_missing(&units.index(2), "code", "the name is missing");
        assert!(faults.spoil(&units.index(2), "code") && !faults.spoil(&units.index(2), "name"));
        faults.add_opaque(&units.index(3), "no object");
        assert!(faults.spoil(&units.index(3), "code") && faults.spoil(&units.index(3), "name"));
    }
}
