//! The fields of one object: required, optional, unknown.

use super::fault::{Faults, Quoted};
use super::node::{Members, Node};
use super::pointer::Place;

/// No object of the format has more names.
const MOST_NAMES: usize = 12;

/// Reads an object's fields by name and, at the end, reports the names that nobody asked for.
///
/// Where a value is missing or faulty its blank (`Default`) stands in, so that reading goes on and finds every fault;
/// a campaign with faults is never handed out.
pub struct Fields<'r, 'd> {
    members: Option<Members<'d>>,
    /// Where the next asked name probably stands: most documents keep our order.
    likely: Option<Members<'d>>,
    untaken: usize,
    asked: [&'static str; MOST_NAMES],
    questions: usize,
    place: &'r Place<'r>,
    faults: &'r mut Faults,
}

impl<'r, 'd> Fields<'r, 'd> {
    /// A value that is no object is one fault; its fields are then silently blank.
    pub fn of(node: Node<'d>, place: &'r Place<'r>, faults: &'r mut Faults) -> Fields<'r, 'd> {
        let members = node.members();
        if members.is_none() {
            faults.add_opaque(place, format_args!("{} stands where an object is wanted", node.describe()));
        }
        Fields {
            members,
            likely: members,
            untaken: node.size(),
            asked: [""; MOST_NAMES],
            questions: 0,
            place,
            faults,
        }
    }

    fn find(&mut self, name: &'static str) -> Option<Node<'d>> {
        if let Some(asked) = self.asked.get_mut(self.questions) {
            *asked = name;
            self.questions += 1;
        }
        if self.untaken == 0 {
            return None;
        }
        let mut likely = self.likely?;
        let found = match likely.next() {
            Some((next, value)) if next == name => Some(value),
            _ => {
                likely = self.members?;
                likely.find(|(next, _)| *next == name).map(|(_, value)| value)
            }
        };
        if found.is_some() {
            self.untaken -= 1;
            self.likely = Some(likely);
        }
        found
    }

    /// The value of `name`, read by `read`; a fault of the object where the name is missing.
    pub fn required<T: Default>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Node<'d>, &Place<'_>, &mut Faults) -> T,
    ) -> T {
        if let Some(node) = self.find(name) {
            return read(node, &self.place.name(name), self.faults);
        }
        if self.members.is_some() {
            self.faults.add_missing(self.place, name, format_args!("the name {} is missing", Quoted(name)));
        }
        T::default()
    }

    /// The value of `name`, or nothing where the name is not there.
    pub fn optional<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Node<'d>, &Place<'_>, &mut Faults) -> T,
    ) -> Option<T> {
        let node = self.find(name)?;
        Some(read(node, &self.place.name(name), self.faults))
    }

    /// The value of `name`, or nothing where the name is not there or its value is `null`.
    pub fn nullable<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Node<'d>, &Place<'_>, &mut Faults) -> T,
    ) -> Option<T> {
        let node = self.find(name).filter(|node| !node.is_null())?;
        Some(read(node, &self.place.name(name), self.faults))
    }

    /// A fault of the object itself.
    pub fn fault(&mut self, message: impl std::fmt::Display) {
        self.faults.add(self.place, message);
    }

    /// A fault of the object itself that leaves its value `name` unknown.
    pub fn fault_of(&mut self, name: &str, message: impl std::fmt::Display) {
        self.faults.add_missing(self.place, name, message);
    }

    /// Whether the value was an object at all.
    pub fn is_object(&self) -> bool {
        self.members.is_some()
    }

    /// Every name that was not asked for is a fault.
    pub fn finish(self) {
        if self.untaken == 0 {
            return;
        }
        let asked = self.asked.get(..self.questions).unwrap_or_default();
        for (name, _) in self.members.into_iter().flatten() {
            if !asked.contains(&name) {
                self.faults
                    .add(&self.place.name(name), format_args!("the name {} is unknown here", Quoted(name)));
            }
        }
    }
}
