//! JSON pointers (RFC 6901), built only when a fault needs one.

use std::fmt::Write as _;

/// A place in the document: a chain of steps that lives on the stack while the document is walked.
#[derive(Clone, Copy, Debug)]
pub struct Place<'p> {
    parent: Option<&'p Place<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'p> {
    Root,
    Name(&'p str),
    Index(usize),
}

/// The whole document.
pub const ROOT: Place<'static> = Place { parent: None, step: Step::Root };

impl<'p> Place<'p> {
    pub fn name(&'p self, name: &'p str) -> Place<'p> {
        Place { parent: Some(self), step: Step::Name(name) }
    }

    pub fn index(&'p self, index: usize) -> Place<'p> {
        Place { parent: Some(self), step: Step::Index(index) }
    }

    /// The pointer in RFC 6901's own escapes; control characters stand in it as they are.
    pub fn pointer(&self) -> String {
        let mut pointer = self.parent.map(Place::pointer).unwrap_or_default();
        match self.step {
            Step::Root => {}
            Step::Name(name) => {
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
            }
            Step::Index(index) => {
                // Writing to a string cannot fail.
                let _ = write!(pointer, "/{index}");
            }
        }
        pointer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_escaped_as_rfc_6901_says() {
        assert_eq!(ROOT.pointer(), "");
        assert_eq!(ROOT.name("units").index(3).name("a/b~c").pointer(), "/units/3/a~1b~0c");
    }
}
