//! The RPCs, by gRPC service: request → domain input → use case → response.

pub(crate) mod inbox;
pub(crate) mod preferences;
