//! Calls of any RPC by its path, in bytes: what walks over all of them knows no types.

use std::time::Duration;

use platform::transport::Connection;
use prost::bytes::{Buf, BufMut, Bytes};
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::{Code, Request, Status};

use crate::support::world::World;

struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        into.put(message);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        let rest = from.remaining();
        Ok(Some(from.copy_to_bytes(rest)))
    }
}

/// Calls `path` and gives all messages of the answer. What is watched without an end ends with its deadline.
pub(super) async fn call(
    world: &World,
    caller: Connection,
    path: &str,
    message: Bytes,
) -> Result<Vec<Bytes>, Status> {
    let mut request = Request::new(tokio_stream::iter([message]));
    let watches = path.rsplit('/').next().is_some_and(|method| method.starts_with("Watch"));
    if watches {
        request.set_timeout(Duration::from_secs(2));
    }
    let path = path.parse().expect("a path");
    let answer = async move {
        let mut client = Grpc::new(caller);
        client.ready().await.expect("a local connection is ready");
        let mut messages = client.streaming(request, path, Raw).await?.into_inner();
        let mut all = Vec::new();
        loop {
            match messages.message().await {
                Ok(Some(message)) => all.push(message),
                Ok(None) => return Ok(all),
                Err(over) if watches && over.code() == Code::DeadlineExceeded => return Ok(all),
                Err(refused) => return Err(refused),
            }
        }
    };
    tokio::pin!(answer);
    loop {
        match tokio::time::timeout(Duration::from_millis(50), &mut answer).await {
            Ok(answer) => return answer,
            Err(_) if watches => world.time.advance(Duration::from_secs(1)),
            Err(_) => {}
        }
    }
}
