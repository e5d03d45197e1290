//! No single message of a request may be larger than the limit, however long the stream.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tonic::{Code, Status, body::Body};

use crate::error::Error;

/// A request body in which the length of each gRPC message is checked before its bytes are let through.
pub(super) struct Messages {
    inner: Body,
    limit: u32,
    /// What is known of the five-byte prefix of the next message: compression flag, length.
    prefix: Vec<u8>,
    /// Bytes still to come of the present message.
    remaining: usize,
}

const PREFIX: usize = 5;

impl Messages {
    pub(super) fn new(inner: Body, limit: u32) -> Self {
        Self { inner, limit, prefix: Vec::with_capacity(PREFIX), remaining: 0 }
    }

    fn check(&mut self, mut data: &[u8]) -> Result<(), Status> {
        while !data.is_empty() {
            if self.remaining > 0 {
                let taken = self.remaining.min(data.len());
                self.remaining -= taken;
                data = &data[taken..];
                continue;
            }
            let taken = (PREFIX - self.prefix.len()).min(data.len());
            self.prefix.extend_from_slice(&data[..taken]);
            data = &data[taken..];
            if let [_, a, b, c, d] = self.prefix[..] {
                let length = u32::from_be_bytes([a, b, c, d]);
                if length > self.limit {
                    return Err(too_large(length, self.limit));
                }
                self.remaining = usize::try_from(length).unwrap_or(usize::MAX);
                self.prefix.clear();
            }
        }
        Ok(())
    }
}

fn too_large(length: u32, limit: u32) -> Status {
    let message = format!("a message has {length} bytes, at most {limit} are accepted");
    Error::new(Code::ResourceExhausted, "MESSAGE_TOO_LARGE", message).into()
}

impl HttpBody for Messages {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let polled = std::task::ready!(Pin::new(&mut self.inner).poll_frame(context));
        Poll::Ready(polled.map(|frame| {
            let frame = frame?;
            if let Some(data) = frame.data_ref() {
                self.check(data)?;
            }
            Ok(frame)
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_message_is_measured_wherever_the_frames_break() {
        let mut two = Vec::new();
        for length in [3_u32, 10] {
            two.push(0);
            two.extend(length.to_be_bytes());
            two.extend(vec![9; usize::try_from(length).expect("small")]);
        }
        for piece in 1..two.len() {
            let mut wide = Messages::new(Body::empty(), 10);
            assert!(two.chunks(piece).all(|chunk| wide.check(chunk).is_ok()), "pieces of {piece}");
            let mut narrow = Messages::new(Body::empty(), 9);
            let refused = two.chunks(piece).find_map(|chunk| narrow.check(chunk).err());
            assert_eq!(
                refused.map(|status| status.code()),
                Some(Code::ResourceExhausted),
                "pieces of {piece}"
            );
        }
    }
}
