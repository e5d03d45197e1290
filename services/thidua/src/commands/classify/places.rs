//! Where values stand in the text of a document, for who looks for them in an editor.

use std::collections::BTreeMap;

/// A place in a text, counted from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// Where the values begin that these JSON pointers name, in the text of a document that was read; none for a pointer that
/// leads nowhere. One walk over the text finds them all.
pub(super) fn find(text: &str, pointers: &[&str]) -> Vec<Option<Position>> {
    let mut wanted = Wanted::default();
    for (index, pointer) in pointers.iter().enumerate() {
        let mut place = &mut wanted;
        for step in pointer.split('/').skip(1) {
            place = place.below.entry(step.replace("~1", "/").replace("~0", "~")).or_default();
        }
        place.here.push(index);
    }
    let mut walk = Walk { text, at: 0, found: vec![None; pointers.len()] };
    walk.value(Some(&wanted));
    positions(text, &walk.found)
}

/// The steps that pointers take.
#[derive(Default)]
struct Wanted {
    /// The pointers that end here.
    here: Vec<usize>,
    below: BTreeMap<String, Wanted>,
}

struct Walk<'t> {
    text: &'t str,
    at: usize,
    /// For each pointer the byte at which its value begins.
    found: Vec<Option<usize>>,
}

impl Walk<'_> {
    fn value(&mut self, wanted: Option<&Wanted>) {
        let first = self.peek();
        for index in wanted.iter().flat_map(|wanted| &wanted.here) {
            if let Some(found) = self.found.get_mut(*index) {
                *found = Some(self.at);
            }
        }
        match first {
            Some(b'{') => self.object(wanted),
            Some(b'[') => self.array(wanted),
            Some(b'"') => self.string(),
            _ => self.skip(|byte| !matches!(byte, b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t')),
        }
    }

    fn object(&mut self, wanted: Option<&Wanted>) {
        let below = wanted.map(|wanted| &wanted.below).filter(|below| !below.is_empty());
        self.at += 1;
        while self.peek() == Some(b'"') {
            let start = self.at;
            self.string();
            let next = below.and_then(|below| {
                let name: String = serde_json::from_str(self.text.get(start..self.at)?).ok()?;
                below.get(&name)
            });
            self.peek();
            // The colon.
            self.at += 1;
            self.value(next);
            if self.peek() == Some(b',') {
                self.at += 1;
            }
        }
        // The bracket.
        self.at += 1;
    }

    fn array(&mut self, wanted: Option<&Wanted>) {
        self.at += 1;
        let mut index = 0_usize;
        while self.peek().is_some_and(|byte| byte != b']') {
            self.value(wanted.and_then(|wanted| wanted.below.get(&index.to_string())));
            index += 1;
            if self.peek() == Some(b',') {
                self.at += 1;
            }
        }
        self.at += 1;
    }

    fn string(&mut self) {
        self.at += 1;
        loop {
            self.skip(|byte| !matches!(byte, b'"' | b'\\'));
            match self.text.as_bytes().get(self.at) {
                Some(b'\\') => self.at += 2,
                _ => break,
            }
        }
        self.at += 1;
    }

    /// The next byte that is not white space.
    fn peek(&mut self) -> Option<u8> {
        self.skip(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t'));
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip(&mut self, pass: impl Fn(u8) -> bool) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|byte| pass(**byte)).count();
    }
}

/// Lines and columns of these bytes.
fn positions(text: &str, bytes: &[Option<usize>]) -> Vec<Option<Position>> {
    let mut order: Vec<_> =
        bytes.iter().enumerate().filter_map(|(index, at)| Some(((*at)?, index))).collect();
    order.sort_unstable();
    let mut positions = vec![None; bytes.len()];
    let (mut from, mut here) = (0, Position { line: 1, column: 1 });
    for (at, index) in order {
        for letter in text.get(from..at).unwrap_or_default().chars() {
            match letter {
                '\n' => here = Position { line: here.line + 1, column: 1 },
                _ => here.column += 1,
            }
        }
        from = at;
        if let Some(position) = positions.get_mut(index) {
            *position = Some(here);
        }
    }
    positions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_where_they_begin() {
        let text =
            "{\"tên\": \"Vĩnh\",\n  \"a\\u002fb~\": [1, {\"c\": \"]}\\\"\", \"d\" : null}, []],\n\"e\": -0}";
        let pointers =
            ["", "/tên", "/a~1b~0", "/a~1b~0/1/d", "/a~1b~0/1/c", "/a~1b~0/2", "/e", "/f", "/e/0", "/e"];
        let found = find(text, &pointers).into_iter().map(|at| at.map(|at| (at.line, at.column)));
        assert_eq!(
            found.collect::<Vec<_>>(),
            [
                Some((1, 1)),
                Some((1, 9)),
                Some((2, 16)),
                Some((2, 40)),
                Some((2, 26)),
                Some((2, 47)),
                Some((3, 6)),
                None,
                None,
                Some((3, 6)),
            ]
        );
    }
}
