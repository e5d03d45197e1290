//! How an account wants to be told.

use std::collections::BTreeSet;

use platform::input::{Faults, path};
use proto::notifications::v1 as wire;

use super::language::Language;

/// More entries than there are channels make no sense.
const ENTRIES: usize = 10;

/// A way for messages beside the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Channel {
    Email,
}

impl Channel {
    const ALL: [Self; 1] = [Self::Email];

    /// As it is stored.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
        }
    }

    pub(crate) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == word)
    }

    fn to_proto(self) -> wire::Channel {
        match self {
            Self::Email => wire::Channel::Email,
        }
    }
}

/// The default is that of an account that never put any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Preferences {
    pub(crate) language: Language,
    pub(crate) channels: BTreeSet<Channel>,
}

impl Preferences {
    pub(crate) fn parse(at: &str, preferences: &wire::Preferences, faults: &mut Faults) -> Option<Self> {
        let language = Language::parse(&path(at, "language"), preferences.language, faults);
        let channels =
            faults.each(path(at, "channels"), ENTRIES, &preferences.channels, |at, channel, faults| {
                match faults.choice(at, *channel)? {
                    wire::Channel::Email => Some(Channel::Email),
                    wire::Channel::Unspecified => None,
                }
            });
        Some(Self { language: language?.unwrap_or_default(), channels: channels?.into_iter().collect() })
    }

    pub(crate) fn to_proto(&self) -> wire::Preferences {
        wire::Preferences {
            language: self.language.to_proto().into(),
            channels: self.channels.iter().map(|channel| channel.to_proto().into()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proto::common::v1 as common;

    #[test]
    fn without_a_language_it_is_vietnamese_and_a_channel_counts_once() {
        let email = i32::from(wire::Channel::Email);
        let given = wire::Preferences { language: 0, channels: vec![email, email] };
        let mut faults = Faults::new();
        let parsed = Preferences::parse("preferences", &given, &mut faults);
        let parsed = faults.finish(parsed).expect("nothing is wrong");
        let shown = wire::Preferences { language: common::Language::Vi.into(), channels: vec![email] };
        assert_eq!(parsed.to_proto(), shown);
    }

    #[test]
    fn unknown_values_are_all_named() {
        let given = wire::Preferences { language: 7, channels: vec![0, 9] };
        let mut faults = Faults::new();
        let parsed = Preferences::parse("preferences", &given, &mut faults);
        let error = faults.finish(parsed).expect_err("refused");
        let fields: Vec<_> = error.violations().iter().map(|v| (v.field.as_str(), v.reason)).collect();
        let expected = [
            ("preferences.language", "INVALID_ARGUMENT"),
            ("preferences.channels[0]", "FIELD_REQUIRED"),
            ("preferences.channels[1]", "INVALID_ARGUMENT"),
        ];
        assert_eq!(fields, expected);
    }
}
