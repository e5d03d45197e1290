//! RFC 8785 canonical JSON, written in pieces to a sink: a file, a hash, a buffer.

use std::cmp::Ordering;
use std::fmt;

use sha2::{Digest, Sha256};

use super::node::Node;
use crate::domain::number::Points;

/// Bytes gathered before the sink gets them.
const PIECE: usize = 32 * 1024;

/// Writes canonical JSON. Who writes an object is responsible for the order of its names (see [`utf16_order`]).
pub struct Canonical<'s> {
    buffer: Vec<u8>,
    sink: &'s mut dyn FnMut(&[u8]),
}

impl<'s> Canonical<'s> {
    pub fn new(sink: &'s mut dyn FnMut(&[u8])) -> Canonical<'s> {
        Canonical { buffer: Vec::with_capacity(PIECE + PIECE / 8), sink }
    }

    /// The bytes of JSON's own marks and of names without escapes.
    pub fn raw(&mut self, json: &str) {
        self.buffer.extend_from_slice(json.as_bytes());
        if self.buffer.len() >= PIECE {
            self.flush();
        }
    }

    /// A string with the escapes that RFC 8785 wants and no other.
    pub fn string(&mut self, text: &str) {
        self.raw("\"");
        let mut rest = text;
        while let Some(at) = rest.bytes().position(|b| matches!(b, b'"' | b'\\' | 0..0x20)) {
            let (plain, special) = rest.split_at(at);
            self.raw(plain);
            let (special, after) = special.split_at(1);
            self.escape(special);
            rest = after;
        }
        self.raw(rest);
        self.raw("\"");
    }

    fn escape(&mut self, special: &str) {
        match special {
            "\"" => self.raw("\\\""),
            "\\" => self.raw("\\\\"),
            "\u{8}" => self.raw("\\b"),
            "\t" => self.raw("\\t"),
            "\n" => self.raw("\\n"),
            "\u{c}" => self.raw("\\f"),
            "\r" => self.raw("\\r"),
            control => control.bytes().for_each(|b| self.raw(&format!("\\u{b:04x}"))),
        }
    }

    pub fn string_or_null(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.string(text),
            None => self.raw("null"),
        }
    }

    pub fn integer(&mut self, mut value: u64) {
        let mut digits = [0; 20];
        let mut first = digits.len();
        for digit in digits.iter_mut().rev() {
            first -= 1;
            *digit = b'0' + u8::try_from(value % 10).unwrap_or_default();
            value /= 10;
            if value == 0 {
                break;
            }
        }
        self.buffer.extend_from_slice(digits.get(first..).unwrap_or_default());
    }

    pub fn count(&mut self, value: usize) {
        self.integer(u64::try_from(value).unwrap_or(u64::MAX));
    }

    /// Points as a string with two decimals.
    pub fn points(&mut self, points: Points) {
        let hundredths = points.hundredths().unsigned_abs();
        self.raw(if points < Points::ZERO { "\"-" } else { "\"" });
        self.integer(hundredths / 100);
        self.raw(if hundredths % 100 < 10 { ".0" } else { "." });
        self.integer(hundredths % 100);
        self.raw("\"");
    }

    /// A string of what is displayed.
    pub fn display(&mut self, value: impl fmt::Display) {
        self.string(&value.to_string());
    }

    /// An array.
    pub fn array<T>(&mut self, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        let mut separator = "[";
        for item in items {
            self.raw(separator);
            separator = ",";
            write(self, item);
        }
        self.raw(if separator == "[" { "[]" } else { "]" });
    }

    /// A value of a document, the names of its objects put in order.
    pub fn node(&mut self, node: Node<'_>) {
        if let Some(text) = node.plain_text() {
            self.raw("\"");
            self.raw(text);
            self.raw("\"");
        } else if let Some(text) = node.text() {
            self.string(text);
        } else if let Some(elements) = node.elements() {
            self.array(elements, |out, element| out.node(element));
        } else if let Some(members) = node.members() {
            let mut members: Vec<(&str, Node<'_>)> = members.collect();
            members.sort_unstable_by(|(a, _), (b, _)| utf16_order(a, b));
            let mut separator = "{";
            for (name, value) in members {
                self.raw(separator);
                separator = ",";
                self.string(name);
                self.raw(":");
                self.node(value);
            }
            self.raw(if separator == "{" { "{}" } else { "}" });
        } else {
            // null, true, false, and integers, which have one form. Other numbers are in no valid campaign.
            self.raw(&node.describe());
        }
    }

    fn flush(&mut self) {
        (self.sink)(&self.buffer);
        self.buffer.clear();
    }

    /// Hands over what is left.
    pub fn finish(mut self) {
        self.flush();
    }
}

/// The order of names in canonical JSON: by UTF-16 code units, which differs from the order of code points and bytes
/// where a character beyond U+FFFF meets one from U+E000.
pub fn utf16_order(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}

/// A SHA-256 in lower-case hex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sha256Hex(String);

impl Sha256Hex {
    /// The hash of what `write` writes.
    pub fn of(write: impl FnOnce(&mut Canonical<'_>)) -> Sha256Hex {
        Sha256Hex::of_bytes(|sink| {
            let mut out = Canonical::new(sink);
            write(&mut out);
            out.finish();
        })
    }

    /// The hash of the pieces that `write` gives its sink.
    pub fn of_bytes(write: impl FnOnce(&mut dyn FnMut(&[u8]))) -> Sha256Hex {
        let mut hash = Sha256::new();
        write(&mut |piece| hash.update(piece));
        Sha256Hex(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Sha256Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tokens::Document;
    use super::*;

    fn written(write: impl FnOnce(&mut Canonical<'_>)) -> String {
        let mut bytes = Vec::new();
        let mut sink = |piece: &[u8]| bytes.extend_from_slice(piece);
        let mut out = Canonical::new(&mut sink);
        write(&mut out);
        out.finish();
        String::from_utf8(bytes).unwrap()
    }

    fn canonical(json: &str) -> String {
        let document = Document::read(json.as_bytes()).unwrap();
        written(|out| out.node(document.root()))
    }

    #[test]
    fn names_are_ordered_by_utf16_and_strings_escaped_minimally() {
        assert_eq!(
            canonical(r#" { "b" : [ 1 , null ] , "a" : { } , "c":[]} "#),
            r#"{"a":{},"b":[1,null],"c":[]}"#
        );
        // U+1D49C is D835 DC9C in UTF-16 and so before U+FB00, though after it in UTF-8.
        assert_eq!(canonical("{\"ﬀ\":1,\"𝒜\":2,\"z\":3}"), "{\"z\":3,\"𝒜\":2,\"ﬀ\":1}");
        assert_eq!(
            canonical(r#""\u000a\u0001\/\"\\\u00e9\ud835\udc9c\u007f""#),
            "\"\\n\\u0001/\\\"\\\\é𝒜\u{7f}\""
        );
    }

    #[test]
    fn numbers_and_points_have_one_form() {
        assert_eq!(written(|out| out.integer(0)), "0");
        assert_eq!(written(|out| out.integer(u64::MAX)), u64::MAX.to_string());
        for (hundredths, text) in [(0, "0.00"), (5, "0.05"), (10, "0.10"), (9250, "92.50")] {
            assert_eq!(written(|out| out.points(Points::from_hundredths(hundredths))), format!("\"{text}\""));
        }
    }

    #[test]
    fn a_hash_is_over_all_pieces() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Sha256Hex::of(|_| ()).as_str(), empty);
        let long = "x".repeat(3 * PIECE + 1);
        let pieces = Sha256Hex::of(|out| {
            long.as_bytes().chunks(1000).for_each(|c| out.raw(std::str::from_utf8(c).unwrap()))
        });
        assert_eq!(pieces, Sha256Hex::of(|out| out.raw(&long)));
    }
}
