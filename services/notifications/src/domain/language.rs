//! The languages of texts.

use platform::input::Faults;
use proto::common::v1 as wire;
use proto::common::v1::Reason;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Language {
    #[default]
    Vietnamese,
    English,
}

impl Language {
    const ALL: [Self; 2] = [Self::Vietnamese, Self::English];

    /// As it is stored.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Vietnamese => "vi",
            Self::English => "en",
        }
    }

    pub(crate) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.as_str() == word)
    }

    /// The language that a request names; nothing within when it names none.
    pub(crate) fn parse(field: &str, value: i32, faults: &mut Faults) -> Option<Option<Self>> {
        match wire::Language::try_from(value) {
            Ok(wire::Language::Unspecified) => Some(None),
            Ok(wire::Language::Vi) => Some(Some(Self::Vietnamese)),
            Ok(wire::Language::En) => Some(Some(Self::English)),
            Err(_) => {
                let sentence = format!("{value} is not one of the values");
                faults.refuse(field, Reason::InvalidArgument, sentence)
            }
        }
    }

    pub(crate) fn to_proto(self) -> wire::Language {
        match self {
            Self::Vietnamese => wire::Language::Vi,
            Self::English => wire::Language::En,
        }
    }
}
