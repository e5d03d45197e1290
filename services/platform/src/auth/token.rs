//! Tokens: JWT signed with Ed25519, and what a verified one says about its bearer.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};
use tonic::Code;
use uuid::Uuid;

use super::keys::{self, Key, KeyError, SigningKeys};
use super::local::{LOCAL_OPERATOR, OPERATOR_FILE};
use crate::clock::{Clock, Timestamp};
use crate::config;
use crate::data_dir::DataDir;
use crate::error::{Error, Result};
use crate::ids::{AccountId, Ids, TenantId};
use crate::random::Random;
use crate::tenancy::{Grant, Member, Operator, Principal, ServiceIdentity};

/// Life of the token of a person.
pub const ACCESS_LIFE: Duration = Duration::from_secs(15 * 60);
/// Life of the token of a service that calls another.
pub const SERVICE_LIFE: Duration = Duration::from_secs(60);
/// No token is issued for longer.
pub const LONGEST_LIFE: Duration = Duration::from_secs(12 * 3600);
/// How far the clock of the issuer may be ahead of ours.
const SKEW: Duration = Duration::from_secs(60);
/// A token with an unknown key makes us look for new keys, at most this often.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// So long a key that was removed, or replaced by a new one, may still count.
const KEYS_HOLD: Duration = Duration::from_secs(60);

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    iss: String,
    /// The account's id, or the service's name.
    sub: String,
    kind: Kind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tenant: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    grants: Vec<Grant>,
    /// Seconds since 1970.
    iat: i64,
    exp: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Member,
    Operator,
    Service,
}

/// When a verified token was issued, and when it expires. The transport puts it beside the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Issued {
    /// Its `iat`: seconds since 1970.
    pub(crate) at: i64,
    exp: i64,
}

impl Issued {
    /// From then on it counts no more.
    pub(crate) fn until(self) -> Timestamp {
        Timestamp::from_micros(self.exp.saturating_mul(1_000_000))
    }
}

/// Issues and verifies the tokens of one installation. Clones share the keys.
#[derive(Clone)]
pub struct Tokens(Arc<Inner>);

struct Inner {
    clock: Clock,
    issuer: String,
    directory: PathBuf,
    ids: Ids,
    random: Random,
    operator_file: PathBuf,
    keys: RwLock<Keys>,
}

/// What the key files held when they were read last.
struct Keys {
    signing: SigningKeys,
    local_operator: Key,
    read_at: Timestamp,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tokens({})", self.0.issuer)
    }
}

/// Where the signing keys lie.
pub fn key_directory(settings: &config::Auth, data_dir: &DataDir) -> PathBuf {
    settings.keys.clone().unwrap_or_else(|| data_dir.path().join("keys"))
}

impl Tokens {
    /// Opens the key directory (and makes the first key in an empty one), and the local operator's key.
    pub fn open(
        settings: &config::Auth,
        data_dir: &DataDir,
        clock: Clock,
        random: Random,
    ) -> std::result::Result<Self, KeyError> {
        let directory = key_directory(settings, data_dir);
        let ids = Ids::new(clock.clone(), random.clone());
        let keys = SigningKeys::open(&directory, &ids, &random)?;
        let operator_file = data_dir.path().join(OPERATOR_FILE);
        Ok(Self(Arc::new(Inner {
            keys: RwLock::new(Keys {
                signing: keys,
                local_operator: keys::single(&operator_file, LOCAL_OPERATOR, &random)?,
                read_at: clock.now(),
            }),
            operator_file,
            issuer: settings.issuer.clone(),
            clock,
            directory,
            ids,
            random,
        })))
    }

    /// A token for an account of a tenant; `life` is cut to [`LONGEST_LIFE`].
    pub fn member(
        &self,
        tenant: TenantId,
        account: AccountId,
        grants: Vec<Grant>,
        life: Duration,
    ) -> Result<String> {
        self.issue(Kind::Member, account.to_string(), Some(tenant), grants, life)
    }

    pub fn operator(&self, account: AccountId, life: Duration) -> Result<String> {
        self.issue(Kind::Operator, account.to_string(), None, Vec::new(), life)
    }

    /// A token of [`SERVICE_LIFE`] with which the service `name` calls another, for a tenant or on its own behalf.
    pub fn service(&self, name: &str, tenant: Option<TenantId>) -> Result<String> {
        self.issue(Kind::Service, name.to_owned(), tenant, Vec::new(), SERVICE_LIFE)
    }

    /// The public keys, for `/.well-known/jwks.json`.
    pub fn public_keys(&self) -> JwkSet {
        self.keys(|keys| keys.signing.public())
    }

    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    fn issue(
        &self,
        kind: Kind,
        sub: String,
        tenant: Option<TenantId>,
        grants: Vec<Grant>,
        life: Duration,
    ) -> Result<String> {
        let now = self.0.clock.now();
        let claims = Claims::new(&self.0.issuer, kind, sub, tenant, grants, now, life.min(LONGEST_LIFE));
        let key = self.keys(|keys| keys.signing.signing(now).cloned());
        sign(&claims, &key.ok_or_else(|| Error::internal("no signing key"))?)
    }

    /// The bearer of `token`; `UNAUTHENTICATED` with `TOKEN_EXPIRED` or `TOKEN_INVALID` otherwise.
    pub fn verify(&self, token: &str) -> Result<Principal> {
        self.read(token).map(|(principal, _)| principal)
    }

    /// The bearer of `token`, and when it was issued.
    pub(crate) fn read(&self, token: &str) -> Result<(Principal, Issued)> {
        let header =
            jsonwebtoken::decode_header(token).map_err(|error| invalid("is no JWT").because(error))?;
        let id = header.kid.ok_or_else(|| invalid("does not name its key"))?;
        let local = id == LOCAL_OPERATOR;
        let key = if local { Some(self.keys(|keys| keys.local_operator.clone())) } else { self.key(&id) };
        let key = key.ok_or_else(|| invalid("is signed with a key that is not ours"))?;

        let mut rules = Validation::new(Algorithm::EdDSA);
        // The times are checked below, by our clock.
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.required_spec_claims.clear();
        let claims = jsonwebtoken::decode::<Claims>(token, &key.public, &rules)
            .map_err(|error| invalid("has a wrong signature or wrong claims").because(error))?
            .claims;
        let issuer = if local { LOCAL_OPERATOR } else { &self.0.issuer };
        if claims.iss != issuer {
            return Err(invalid("is of another issuer"));
        }
        if local && claims.kind != Kind::Operator {
            return Err(invalid("is signed with a key that is for operators alone"));
        }
        claims.check_times(self.0.clock.now())?;
        let issued = Issued { at: claims.iat, exp: claims.exp };
        Ok((claims.principal()?, issued))
    }

    /// The key with this id, if need be after another look at the directory.
    fn key(&self, id: &str) -> Option<Key> {
        let find = |keys: &Keys| keys.signing.all().find(|key| key.id == id).cloned();
        self.keys(find).or_else(|| {
            self.read_again_after(LOOK_AGAIN);
            self.keys(find)
        })
    }

    /// What `look` finds in the keys, which are never older than [`KEYS_HOLD`].
    fn keys<T>(&self, look: impl FnOnce(&Keys) -> T) -> T {
        self.read_again_after(KEYS_HOLD);
        look(&self.0.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the key files again when they were read so long ago.
    fn read_again_after(&self, age: Duration) {
        let inner = &self.0;
        let now = inner.clock.now();
        let old = |keys: &Keys| now.since(keys.read_at) >= age;
        if !old(&inner.keys.read().unwrap_or_else(PoisonError::into_inner)) {
            return;
        }
        let mut keys = inner.keys.write().unwrap_or_else(PoisonError::into_inner);
        if !old(&keys) {
            return;
        }
        keys.read_at = now;
        let signing = SigningKeys::open(&inner.directory, &inner.ids, &inner.random);
        let local = keys::single(&inner.operator_file, LOCAL_OPERATOR, &inner.random);
        match signing.and_then(|signing| Ok((signing, local?))) {
            Ok((signing, local_operator)) => *keys = Keys { signing, local_operator, read_at: now },
            Err(error) => tracing::warn!(%error, "the keys cannot be read again; the old ones hold"),
        }
    }
}

impl Claims {
    fn new(
        issuer: &str,
        kind: Kind,
        sub: String,
        tenant: Option<TenantId>,
        grants: Vec<Grant>,
        now: Timestamp,
        life: Duration,
    ) -> Self {
        Self {
            iss: issuer.to_owned(),
            sub,
            kind,
            tenant: tenant.map(Uuid::from),
            grants,
            iat: seconds(now),
            exp: seconds(now.plus(life)),
        }
    }

    fn check_times(&self, now: Timestamp) -> Result<()> {
        if seconds(now) >= self.exp {
            return Err(expired());
        }
        if self.iat > seconds(now.plus(SKEW)) {
            return Err(invalid("is from the future: the clock of its issuer or ours is wrong"));
        }
        Ok(())
    }

    fn principal(self) -> Result<Principal> {
        let account = |sub: &str| sub.parse().map_err(|_| invalid("has a subject that is no account"));
        let tenant = self.tenant.map(TenantId);
        match self.kind {
            Kind::Member => {
                let tenant = tenant.ok_or_else(|| invalid("is a member's without a tenant"))?;
                Ok(Principal::Member(Member::new(tenant, account(&self.sub)?, self.grants)))
            }
            Kind::Operator => Ok(Principal::Operator(Operator::new(account(&self.sub)?))),
            Kind::Service => Ok(Principal::Service(ServiceIdentity::new(self.sub, tenant))),
        }
    }
}

/// The token with which who can read the operator key in `data_dir` acts as local operator.
pub(super) fn local_operator_token(
    data_dir: &Path,
    clock: &Clock,
    random: &Random,
) -> Result<String, KeyError> {
    let path = data_dir.join(OPERATOR_FILE);
    let key = keys::single(&path, LOCAL_OPERATOR, random)?;
    let account = Uuid::nil().to_string();
    let claims =
        Claims::new(LOCAL_OPERATOR, Kind::Operator, account, None, Vec::new(), clock.now(), ACCESS_LIFE);
    sign(&claims, &key).map_err(|_| KeyError::Damaged { path })
}

fn sign(claims: &Claims, key: &Key) -> Result<String> {
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = Some(key.id.clone());
    jsonwebtoken::encode(&header, claims, &key.private).map_err(Error::internal)
}

/// What the bearer of a token that counts no more is told.
pub(crate) fn expired() -> Error {
    Error::new(Code::Unauthenticated, "TOKEN_EXPIRED", "the token has expired")
}

fn invalid(what: &str) -> Error {
    Error::new(Code::Unauthenticated, "TOKEN_INVALID", format!("the token {what}"))
}

/// Whole seconds since 1970.
fn seconds(time: Timestamp) -> i64 {
    time.micros().div_euclid(1_000_000)
}
