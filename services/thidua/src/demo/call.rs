//! One call to the platform, under one account: with a key, so that a call that is sent again happens once.

use std::fmt;
use std::fmt::Write as _;
use std::time::Duration;

use platform::clock::Clock;
use platform::idempotency::METADATA;
use platform::transport::Connection;
use prost::{Message, Name};
use sha2::{Digest as _, Sha256};
use tonic::metadata::MetadataValue;
use tonic::{Code, Request, Response, Status};

/// How often a call is sent that meets another change or finds a service busy, and the pause before the next time.
const TRIES: u32 = 6;
const PAUSE: Duration = Duration::from_millis(100);

pub(super) type Result<T, E = Failure> = std::result::Result<T, E>;

/// What stopped a campaign, in words for who runs the demo.
#[derive(Clone, Debug)]
pub struct Failure {
    what: String,
    code: Option<Code>,
}

impl Failure {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), code: None }
    }

    /// The same, with what was being done.
    pub(super) fn during(mut self, doing: &str) -> Self {
        self.what = format!("{doing}: {}", self.what);
        self
    }

    /// What was to be made is there.
    pub(super) fn is_already_there(&self) -> bool {
        self.code == Some(Code::AlreadyExists)
    }

    /// The thing that was asked for does not exist.
    pub(super) fn is_not_found(&self) -> bool {
        self.code == Some(Code::NotFound)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Failure {}

impl From<platform::Error> for Failure {
    fn from(error: platform::Error) -> Self {
        Self::new(error.to_string())
    }
}

/// An account's way to the platform.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) login: String,
    pub(super) connection: Connection,
    pub(super) clock: Clock,
}

/// Whether the call carries an idempotency key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A change: its key is made of the request, so that the same request is the same change.
    Change,
    /// A question, or a ballot, which has no key.
    Plain,
}

impl Caller {
    pub(super) async fn send<Q, R, F>(
        &self,
        kind: Kind,
        message: Q,
        rpc: impl Fn(Connection, Request<Q>) -> F,
    ) -> Result<R>
    where
        Q: Message + Name + Clone,
        F: Future<Output = Result<Response<R>, Status>>,
    {
        let mut tries = 1;
        loop {
            let mut request = Request::new(message.clone());
            if kind == Kind::Change {
                request.metadata_mut().insert(METADATA, key(&message)?);
            }
            match rpc(self.connection.clone(), request).await {
                Ok(answer) => return Ok(answer.into_inner()),
                Err(status) if tries < TRIES && passes(&status) => {
                    self.clock.sleep(PAUSE * tries).await;
                    tries += 1;
                }
                Err(status) => return Err(self.refused::<Q>(&status)),
            }
        }
    }

    pub(super) fn refused<Q: Name>(&self, status: &Status) -> Failure {
        let asked = Q::NAME.trim_end_matches("Request");
        let what = match status.code() {
            Code::Unauthenticated => format!(
                "{asked} as {}: {} (is --data-dir the directory whose keys the server knows?)",
                self.login,
                status.message()
            ),
            _ => format!("{asked} as {}: {}", self.login, status.message()),
        };
        Failure { what, code: Some(status.code()) }
    }
}

/// Whether the same call may succeed a moment later.
fn passes(status: &Status) -> bool {
    matches!(status.code(), Code::Unavailable | Code::Aborted | Code::ResourceExhausted)
}

fn key<Q: Message + Name>(message: &Q) -> Result<MetadataValue<tonic::metadata::Ascii>> {
    let mut hash = Sha256::new();
    hash.update(Q::NAME.as_bytes());
    hash.update([0]);
    hash.update(message.encode_to_vec());
    let mut text = "demo-".to_owned();
    for byte in hash.finalize().iter().take(24) {
        // Writing into a text does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text.parse().map_err(|_| Failure::new("an idempotency key is no header"))
}

/// Everything of a list that comes in pages.
pub(super) async fn pages<T, F>(mut page: impl FnMut(String) -> F) -> Result<Vec<T>>
where
    F: Future<Output = Result<(Vec<T>, String)>>,
{
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let (items, next) = page(token).await?;
        all.extend(items);
        if next.is_empty() {
            return Ok(all);
        }
        token = next;
    }
}

/// As many entries as a page of a list may have.
pub(super) const PAGE: u32 = 1000;
