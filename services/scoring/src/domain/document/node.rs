//! A value of the document.

use super::fault::Quoted;
use super::tokens::{Document, Kind, Token};

/// One value: where its token stands in the document.
#[derive(Clone, Copy, Debug)]
pub struct Node<'d> {
    document: &'d Document<'d>,
    index: u32,
}

impl<'d> Node<'d> {
    pub(super) fn new(document: &'d Document<'d>, index: u32) -> Node<'d> {
        Node { document, index }
    }

    fn token(self) -> Token {
        const NOTHING: Token = Token { kind: Kind::Null, length: 0, at: 0 };
        usize::try_from(self.index).ok().and_then(|i| self.document.tokens.get(i)).copied().unwrap_or(NOTHING)
    }

    /// The node after this one and all that is in it.
    fn next(self) -> Node<'d> {
        let token = self.token();
        let index = match token.kind {
            Kind::Array | Kind::Object => token.at,
            _ => self.index + 1,
        };
        Node { index, ..self }
    }

    pub fn is_null(self) -> bool {
        self.token().kind == Kind::Null
    }

    pub fn boolean(self) -> Option<bool> {
        match self.token().kind {
            Kind::True => Some(true),
            Kind::False => Some(false),
            _ => None,
        }
    }

    pub fn text(self) -> Option<&'d str> {
        let token = self.token();
        match token.kind {
            Kind::Text => Some(self.source(token)),
            Kind::Escaped => usize::try_from(token.at)
                .ok()
                .and_then(|i| self.document.unescaped.get(i))
                .map(|text| &**text),
            _ => None,
        }
    }

    /// The digits of a number without sign, fraction and exponent.
    pub fn integer(self) -> Option<&'d str> {
        let token = self.token();
        (token.kind == Kind::Integer).then(|| self.source(token))
    }

    /// The content of a string that needs no escape: it may be copied as it is.
    pub(super) fn plain_text(self) -> Option<&'d str> {
        let token = self.token();
        (token.kind == Kind::Text).then(|| self.source(token))
    }

    /// The elements of an array.
    pub fn elements(self) -> Option<impl Iterator<Item = Node<'d>> + Clone> {
        let token = self.token();
        (token.kind == Kind::Array).then(|| {
            let mut next = Node { index: self.index + 1, ..self };
            (0..token.length).map(move |_| {
                let element = next;
                next = element.next();
                element
            })
        })
    }

    /// How many elements an array or names an object has.
    pub fn size(self) -> usize {
        let token = self.token();
        match token.kind {
            Kind::Array | Kind::Object => usize::try_from(token.length).unwrap_or_default(),
            _ => 0,
        }
    }

    /// The names and values of an object, in the order of the document.
    pub fn members(self) -> Option<Members<'d>> {
        let token = self.token();
        (token.kind == Kind::Object)
            .then_some(Members { next: Node { index: self.index + 1, ..self }, left: token.length })
    }

    fn source(self, token: Token) -> &'d str {
        let start = usize::try_from(token.at).unwrap_or_default();
        let end = start + usize::try_from(token.length).unwrap_or_default();
        self.document.text.get(start..end).unwrap_or_default()
    }

    /// The value as a message shows it.
    pub fn describe(self) -> String {
        let token = self.token();
        match token.kind {
            Kind::Null => "null".to_owned(),
            Kind::True => "true".to_owned(),
            Kind::False => "false".to_owned(),
            Kind::Integer | Kind::Number => {
                let number = self.source(token);
                if number.len() > 40 { format!("{}…", &number[..40]) } else { number.to_owned() }
            }
            Kind::Text | Kind::Escaped => Quoted(self.text().unwrap_or_default()).to_string(),
            Kind::Array => "an array".to_owned(),
            Kind::Object => "an object".to_owned(),
        }
    }
}

/// The members of an object that are still to come.
#[derive(Clone, Copy, Debug)]
pub struct Members<'d> {
    next: Node<'d>,
    left: u32,
}

impl<'d> Iterator for Members<'d> {
    type Item = (&'d str, Node<'d>);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let name = self.next;
        let value = name.next();
        self.next = value.next();
        Some((name.text().unwrap_or_default(), value))
    }
}
