//! Signing keys: Ed25519, one PKCS #8 PEM file each, named by the key's id (a UUIDv7, so that they sort by age).
//!
//! Rotation: a new key is published at once and signs when every verifier has had time to fetch it; an old one
//! leaves when the last token that it signed has long expired.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::files;
use crate::ids::{Ids, made_at};
use crate::random::Random;

/// A new key waits so long before it signs.
const SETTLES: Duration = Duration::from_secs(10 * 60);
/// A key that has been replaced for so long is removed at the next rotation.
const RETIRES: Duration = Duration::from_secs(24 * 3600);

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("key {}: {action}: {cause}", path.display())]
    Io { path: PathBuf, action: &'static str, cause: io::Error },
    #[error("key {}: is no Ed25519 private key in PKCS #8 PEM", path.display())]
    Damaged { path: PathBuf },
    #[error("key {}: the name is not KEY-ID.pem with a UUID", path.display())]
    Name { path: PathBuf },
    #[error("key {}: others than its owner can read it (mode {mode:o}); it must have mode 600", path.display())]
    Exposed { path: PathBuf, mode: u32 },
}

/// One private key with its public half.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) id: String,
    pub(super) private: EncodingKey,
    pub(super) public: DecodingKey,
    jwk: Jwk,
}

/// The keys of one directory, the oldest first; never none.
#[derive(Clone)]
pub struct SigningKeys(Vec<(Timestamp, Key)>);

impl SigningKeys {
    /// The keys of the directory, which are made with one key when there is none.
    pub fn open(directory: &Path, ids: &Ids, random: &Random) -> Result<Self, KeyError> {
        make_directory(directory)?;
        loop {
            let keys = Self::read(directory)?;
            if !keys.0.is_empty() {
                return Ok(keys);
            }
            write_key(&directory.join(format!("{}.pem", ids.next())), random)?;
        }
    }

    /// Adds a key, and removes those that were replaced long before `now`.
    pub fn rotate(directory: &Path, ids: &Ids, random: &Random, now: Timestamp) -> Result<Self, KeyError> {
        make_directory(directory)?;
        write_key(&directory.join(format!("{}.pem", ids.next())), random)?;
        let keys = Self::read(directory)?;
        for pair in keys.0.windows(2) {
            if let [(_, old), (replaced, _)] = pair
                && now.since(*replaced) > RETIRES
            {
                let path = directory.join(format!("{}.pem", old.id));
                fs::remove_file(&path).map_err(|cause| io_error(&path, "cannot be removed", cause))?;
            }
        }
        Self::read(directory)
    }

    fn read(directory: &Path) -> Result<Self, KeyError> {
        let mut keys = Vec::new();
        let listing =
            fs::read_dir(directory).map_err(|cause| io_error(directory, "cannot be listed", cause))?;
        for entry in listing {
            let path = entry.map_err(|cause| io_error(directory, "cannot be listed", cause))?.path();
            if path.extension().is_none_or(|extension| extension != "pem") {
                continue;
            }
            let id =
                path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse::<Uuid>().ok());
            let id = id.ok_or_else(|| KeyError::Name { path: path.clone() })?;
            keys.push((id, read_key(&path, &id.to_string())?));
        }
        keys.sort_by_key(|(id, _)| *id);
        Ok(Self(keys.into_iter().map(|(id, key)| (made_at(id).unwrap_or_default(), key)).collect()))
    }

    /// The key that signs at `now`: the newest that every verifier knows by then.
    pub(super) fn signing(&self, now: Timestamp) -> Option<&Key> {
        let settled = self.0.iter().rev().find(|(made, _)| now.since(*made) >= SETTLES);
        settled.or(self.0.first()).map(|(_, key)| key)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Key> {
        self.0.iter().map(|(_, key)| key)
    }

    /// The public keys as RFC 7517 has them.
    pub fn public(&self) -> JwkSet {
        JwkSet { keys: self.all().map(|key| key.jwk.clone()).collect() }
    }
}

/// The one key in the file at `path`, made when it is missing.
pub(super) fn single(path: &Path, id: &str, random: &Random) -> Result<Key, KeyError> {
    if !path.exists() {
        write_key(path, random)?;
    }
    read_key(path, id)
}

/// RFC 8410: this, then the 32 bytes of the private key, is an Ed25519 key in PKCS #8.
const PKCS8_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
const PEM_BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const PEM_END: &str = "-----END PRIVATE KEY-----";

/// Writes a new key; when another process writes it at the same time, the first one stays.
fn write_key(path: &Path, random: &Random) -> Result<(), KeyError> {
    let der = [PKCS8_PREFIX.as_slice(), &random.bytes::<32>()].concat();
    let pem = format!("{PEM_BEGIN}\n{}\n{PEM_END}\n", STANDARD.encode(der));
    match files::create(path, pem.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result.map_err(|cause| io_error(path, "cannot be written", cause)),
    }
}

fn read_key(path: &Path, id: &str) -> Result<Key, KeyError> {
    use std::os::unix::fs::PermissionsExt as _;
    let io = |cause| io_error(path, "cannot be read", cause);
    let mode = fs::metadata(path).map_err(io)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyError::Exposed { path: path.to_owned(), mode });
    }
    let pem = fs::read_to_string(path).map_err(io)?;
    decode(&pem, id).ok_or_else(|| KeyError::Damaged { path: path.to_owned() })
}

fn decode(pem: &str, id: &str) -> Option<Key> {
    let body = pem.trim().strip_prefix(PEM_BEGIN)?.strip_suffix(PEM_END)?;
    let der = STANDARD.decode(body.split_whitespace().collect::<String>()).ok()?;
    let private = EncodingKey::from_ed_der(&der);
    let mut jwk = Jwk::from_encoding_key(&private, Algorithm::EdDSA).ok()?;
    jwk.common.key_id = Some(id.to_owned());
    let public = DecodingKey::from_jwk(&jwk).ok()?;
    Some(Key { id: id.to_owned(), private, public, jwk })
}

fn make_directory(directory: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .map_err(|cause| io_error(directory, "the directory cannot be made", cause))
}

fn io_error(path: &Path, action: &'static str, cause: io::Error) -> KeyError {
    KeyError::Io { path: path.to_owned(), action, cause }
}
