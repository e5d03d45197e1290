//! A message in an inbox.

use platform::Timestamp;
use proto::notifications::v1 as wire;

use super::language::Language;
use super::notices::Notice;
use super::texts;

platform::typed_ids! {
    /// A message to one account.
    MessageId,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) id: MessageId,
    /// Its place among the messages of the federation: later messages have higher numbers.
    pub(crate) number: i64,
    pub(crate) notice: Notice,
    pub(crate) created_at: Timestamp,
    pub(crate) read_at: Option<Timestamp>,
}

impl Message {
    pub(crate) fn to_proto(&self, language: Language) -> wire::Message {
        let texts::Text { title, body } = texts::text(&self.notice, language);
        wire::Message {
            id: self.id.to_string(),
            kind: self.notice.facts.kind().to_proto().into(),
            created_at: Some(self.created_at.into()),
            read_at: self.read_at.map(Into::into),
            title,
            body,
            language: language.to_proto().into(),
            season: self.notice.season.clone(),
            run_id: self.notice.run_id.clone(),
        }
    }
}
