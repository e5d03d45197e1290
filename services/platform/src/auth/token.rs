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

/// Issues and verifies the tokens of one installation. Clones share the keys.
#[derive(Clone)]
pub struct Tokens(Arc<Inner>);

struct Inner {
    clock: Clock,
    issuer: String,
    directory: PathBuf,
    ids: Ids,
    random: Random,
    keys: RwLock<(SigningKeys, Timestamp)>,
    local_operator: Key,
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
            keys: RwLock::new((keys, clock.now())),
            local_operator: keys::single(&operator_file, LOCAL_OPERATOR, &random)?,
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
        self.0.keys.read().unwrap_or_else(PoisonError::into_inner).0.public()
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
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
        let key = keys.0.signing(now).ok_or_else(|| Error::internal("no signing key"))?;
        sign(&claims, key)
    }

    /// The bearer of `token`; `UNAUTHENTICATED` with `TOKEN_EXPIRED` or `TOKEN_INVALID` otherwise.
    pub fn verify(&self, token: &str) -> Result<Principal> {
        let header =
            jsonwebtoken::decode_header(token).map_err(|error| invalid("is no JWT").because(error))?;
        let id = header.kid.ok_or_else(|| invalid("does not name its key"))?;
        let local = id == LOCAL_OPERATOR;
        let key = if local { Some(self.0.local_operator.clone()) } else { self.key(&id) };
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
        claims.principal()
    }

    /// The key with this id, if need be after another look at the directory.
    fn key(&self, id: &str) -> Option<Key> {
        let find = |keys: &SigningKeys| keys.all().find(|key| key.id == id).cloned();
        let now = self.0.clock.now();
        {
            let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
            let found = find(&keys.0);
            if found.is_some() || now.since(keys.1) < LOOK_AGAIN {
                return found;
            }
        }
        let mut keys = self.0.keys.write().unwrap_or_else(PoisonError::into_inner);
        match SigningKeys::open(&self.0.directory, &self.0.ids, &self.0.random) {
            Ok(read) => *keys = (read, now),
            Err(error) => {
                tracing::warn!(%error, "the signing keys cannot be read again");
                keys.1 = now;
            }
        }
        find(&keys.0)
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
            return Err(Error::new(Code::Unauthenticated, "TOKEN_EXPIRED", "the token has expired"));
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

fn invalid(what: &str) -> Error {
    Error::new(Code::Unauthenticated, "TOKEN_INVALID", format!("the token {what}"))
}

/// Whole seconds since 1970.
fn seconds(time: Timestamp) -> i64 {
    time.micros().div_euclid(1_000_000)
}
