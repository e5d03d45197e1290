//! The words of messages: the one place of all templates. They are filled when a message is read, so that a correction
//! here reaches the messages that are there already.

mod english;
mod vietnamese;

use super::language::Language;
use super::notices::Notice;

/// A message as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    /// One line.
    pub(crate) title: String,
    /// Plain text, paragraphs parted by an empty line.
    pub(crate) body: String,
}

impl Text {
    fn new(title: String, paragraphs: impl IntoIterator<Item = String>) -> Self {
        Self { title, body: paragraphs.into_iter().collect::<Vec<_>>().join("\n\n") }
    }
}

pub(crate) fn text(notice: &Notice, language: Language) -> Text {
    match language {
        Language::Vietnamese => vietnamese::text(notice),
        Language::English => english::text(notice),
    }
}

/// A text of another service as part of a paragraph.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[path = "texts/texts_test.rs"]
mod tests;
