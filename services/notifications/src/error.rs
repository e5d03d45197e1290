//! What notifications refuses, each with its stable reason.

use platform::Error;
use proto::common::v1::Reason;

use crate::domain::messages::MessageId;

/// The caller's inbox has no such message.
pub(crate) fn message_unknown(id: MessageId) -> Error {
    Error::not_found(Reason::MessageUnknown.code(), message_unknown_sentence(id))
}

pub(crate) fn message_unknown_sentence(id: MessageId) -> String {
    format!("your inbox has no message {id}")
}
