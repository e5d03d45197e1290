use std::fmt::Display;

use clap::ValueEnum;

use super::number;

/// The language of what is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// Vietnamese: 1.473 and 92,50
    #[default]
    Vi,
    /// English: 1,473 and 92.50
    En,
}

impl Language {
    /// The text in this language.
    pub(crate) fn of<'a>(self, vi: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }

    /// A number as the contracts write it (`1473.5`), as the language writes it.
    pub(crate) fn number(self, number: impl Display) -> String {
        number::written(&number.to_string(), self)
    }

    /// A number that may be absent.
    pub(crate) fn optional(self, number: Option<impl Display>) -> String {
        number.map(|number| self.number(number)).unwrap_or_default()
    }

    /// A share of a hundred.
    pub(crate) fn percent(self, number: &str) -> String {
        format!("{}{}", self.number(number), self.of(" %", "%"))
    }

    /// Arithmetic such as `8 × min(1, 33.5 / 30) = 8.00`, each number as the language writes it.
    pub(crate) fn arithmetic(self, text: &str) -> String {
        number::within(text, self)
    }
}
