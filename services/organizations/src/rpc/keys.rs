//! KeyService: the public keys of tokens.

use platform::auth::Tokens;
use platform::{Error, Result};
use proto::organizations::v1::key_service_server::KeyService;
use proto::organizations::v1::{GetKeySetRequest, GetKeySetResponse, Key};
use serde::Deserialize;
use tonic::{Request, Response, Status};

pub(crate) struct Keys {
    pub(crate) tokens: Tokens,
}

#[tonic::async_trait]
impl KeyService for Keys {
    async fn get_key_set(&self, _: Request<GetKeySetRequest>) -> Result<Response<GetKeySetResponse>, Status> {
        Ok(Response::new(GetKeySetResponse { keys: keys(&self.tokens)? }))
    }
}

/// A public key as RFC 7517 and RFC 8037 write it.
#[derive(Deserialize)]
struct Jwk {
    kid: String,
    kty: String,
    crv: String,
    alg: String,
    x: String,
}

fn keys(tokens: &Tokens) -> Result<Vec<Key>> {
    // The newest last there, first here.
    let keys = tokens.public_keys().keys.into_iter().rev();
    keys.map(|key| {
        let written = serde_json::to_value(key).map_err(Error::internal)?;
        let Jwk { kid, kty, crv, alg, x } = serde_json::from_value(written).map_err(Error::internal)?;
        Ok(Key { kid, kty, crv, alg, x })
    })
    .collect()
}
