//! Reads I-JSON (RFC 7493) into a flat row of tokens that point into the text.
//!
//! Why not `serde_json`: a number beyond the range of a double (`1e400`) makes it refuse the whole document, where
//! this contract wants a fault at that number's own place, and `-0` or `1.0` must stay apart from integers. With the
//! text at hand a token needs 12 bytes and no allocation, which keeps a campaign of a large federation at a fraction
//! of the memory of a tree. A test holds this reader against `serde_json` on random documents.

use super::fault::{Fault, Quoted};
use super::node::Node;
use super::unescape::unescape;

/// Levels of objects and arrays that a document may have.
pub const DEPTH: usize = 64;

/// A document that was read: its text, its tokens, and the strings that had escapes.
#[derive(Debug)]
pub struct Document<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Token>,
    pub(super) unescaped: Vec<Box<str>>,
}

/// One value or one name of an object. An object is followed by its names and values, an array by its elements.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Of text and numbers: bytes. Of arrays: elements. Of objects: names.
    pub(super) length: u32,
    /// Of text and numbers: where they begin in the text. Of escaped text: its index. Of arrays and objects: the
    /// index of the token after their last one.
    pub(super) at: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    True,
    False,
    /// A number without sign, fraction and exponent.
    Integer,
    /// Any other number of JSON.
    Number,
    Text,
    Escaped,
    Array,
    Object,
}

impl<'a> Document<'a> {
    /// # Errors
    /// One fault with the empty pointer when `bytes` are not I-JSON, nest deeper than [`DEPTH`] or are 4 GiB or more.
    pub fn read(bytes: &'a [u8]) -> Result<Document<'a>, Fault> {
        let unreadable = |message| Fault { pointer: String::new(), message };
        if u32::try_from(bytes.len()).is_err() {
            return Err(unreadable("the document has 4 GiB or more".to_owned()));
        }
        let text = std::str::from_utf8(bytes)
            .map_err(|e| unreadable(format!("byte {} is not UTF-8", e.valid_up_to())))?;
        let mut reader = Reader {
            text,
            at: 0,
            names: Vec::new(),
            document: Document { text, tokens: Vec::new(), unescaped: Vec::new() },
        };
        match reader.document() {
            Ok(()) => Ok(reader.document),
            Err(message) => Err(unreadable(format!("{message} {}", position(text, reader.at)))),
        }
    }

    pub fn root(&self) -> Node<'_> {
        Node::new(self, 0)
    }
}

/// `at line 3, column 7`, counted from 1, the column in characters.
fn position(text: &str, at: usize) -> String {
    let before = &text.as_bytes()[..at.min(text.len())];
    let line = before.iter().filter(|b| **b == b'\n').count() + 1;
    let start = before.iter().rposition(|b| *b == b'\n').map_or(0, |newline| newline + 1);
    let column = before[start..].iter().filter(|b| (**b & 0xc0) != 0x80).count() + 1;
    format!("at line {line}, column {column}")
}

type Read = Result<(), String>;

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Token indexes of the names of the objects that are open, the innermost last.
    names: Vec<u32>,
    document: Document<'a>,
}

impl Reader<'_> {
    fn document(&mut self) -> Read {
        if self.text.starts_with('\u{feff}') {
            return Err("a byte order mark stands".to_owned());
        }
        self.value(0)?;
        match self.peek() {
            None => Ok(()),
            Some(_) => Err("something follows the document".to_owned()),
        }
    }

    /// The next byte that is not white space.
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(self.at) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn value(&mut self, depth: usize) -> Read {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Kind::True),
            Some(b'f') => self.word("false", Kind::False),
            Some(b'n') => self.word("null", Kind::Null),
            Some(_) => Err("a value is wanted".to_owned()),
            None => Err("the document ends too early".to_owned()),
        }
    }

    fn object(&mut self, depth: usize) -> Read {
        let open = self.open(depth, Kind::Object)?;
        let first_name = self.names.len();
        let mut count = 0;
        if self.peek() == Some(b'}') {
            self.at += 1;
        } else {
            loop {
                if self.peek() != Some(b'"') {
                    return Err("a name in quotes is wanted".to_owned());
                }
                self.names.push(small(self.document.tokens.len()));
                self.string()?;
                if self.peek() != Some(b':') {
                    return Err("\":\" is wanted".to_owned());
                }
                self.at += 1;
                self.value(depth + 1)?;
                count += 1;
                if self.more(b'}')? {
                    continue;
                }
                break;
            }
        }
        self.unique(first_name)?;
        self.names.truncate(first_name);
        self.close(open, count);
        Ok(())
    }

    fn array(&mut self, depth: usize) -> Read {
        let open = self.open(depth, Kind::Array)?;
        let mut count = 0;
        if self.peek() == Some(b']') {
            self.at += 1;
        } else {
            loop {
                self.value(depth + 1)?;
                count += 1;
                if self.more(b']')? {
                    continue;
                }
                break;
            }
        }
        self.close(open, count);
        Ok(())
    }

    fn open(&mut self, depth: usize, kind: Kind) -> Result<usize, String> {
        if depth == DEPTH {
            return Err(format!("more than {DEPTH} levels of objects and arrays begin"));
        }
        self.at += 1;
        self.document.tokens.push(Token { kind, length: 0, at: 0 });
        Ok(self.document.tokens.len() - 1)
    }

    fn close(&mut self, open: usize, count: u32) {
        let end = small(self.document.tokens.len());
        let token = &mut self.document.tokens[open];
        (token.length, token.at) = (count, end);
    }

    /// After an element: whether a comma announces another, or `end` closes.
    fn more(&mut self, end: u8) -> Result<bool, String> {
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(b) if b == end => {
                self.at += 1;
                Ok(false)
            }
            Some(_) => Err(format!("\",\" or \"{}\" is wanted", char::from(end))),
            None => Err("the document ends too early".to_owned()),
        }
    }

    /// Refuses a name that stands twice in the object whose names begin at `first`.
    fn unique(&self, first: usize) -> Read {
        let name = |at: &u32| Node::new(&self.document, *at).text().unwrap_or_default();
        let names = &self.names[first..];
        let twice = if names.len() <= 12 {
            names
                .iter()
                .enumerate()
                .find(|(i, n)| names[..*i].iter().any(|m| name(m) == name(n)))
                .map(|(_, n)| name(n))
        } else {
            let mut sorted: Vec<&str> = names.iter().map(name).collect();
            sorted.sort_unstable();
            sorted.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
        };
        match twice {
            Some(name) => Err(format!("the name {} stands twice in the object that ends", Quoted(name))),
            None => Ok(()),
        }
    }

    fn string(&mut self) -> Read {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let plain = bytes[start..].iter().take_while(|b| !matches!(b, b'"' | b'\\' | 0..0x20)).count();
        self.at = start + plain;
        match bytes.get(self.at) {
            Some(b'"') => {
                self.push(Kind::Text, start, plain);
                self.at += 1;
                Ok(())
            }
            Some(b'\\') => {
                let text = unescape(self.text, start, &mut self.at)?;
                self.push(Kind::Escaped, self.document.unescaped.len(), 0);
                self.document.unescaped.push(text);
                Ok(())
            }
            Some(_) => Err("a control character stands in a string".to_owned()),
            None => Err("the document ends in a string".to_owned()),
        }
    }

    fn number(&mut self) -> Read {
        let start = self.at;
        let mut kind = Kind::Integer;
        if self.take(b'-') {
            kind = Kind::Number;
        }
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            kind = Kind::Number;
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            kind = Kind::Number;
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        self.push(kind, start, self.at - start);
        Ok(())
    }

    fn digits(&mut self) -> Read {
        let digits = self.text.as_bytes()[self.at..].iter().take_while(|b| b.is_ascii_digit()).count();
        self.at += digits;
        if digits == 0 { Err("a digit is wanted".to_owned()) } else { Ok(()) }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.text.as_bytes().get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    fn word(&mut self, word: &str, kind: Kind) -> Read {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err("a value is wanted".to_owned());
        }
        self.at += word.len();
        self.push(kind, 0, 0);
        Ok(())
    }

    fn push(&mut self, kind: Kind, at: usize, length: usize) {
        self.document.tokens.push(Token { kind, length: small(length), at: small(at) });
    }
}

/// Positions and counts fit in 32 bits: the document has fewer bytes than that.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "tokens_test.rs"]
mod tests;
