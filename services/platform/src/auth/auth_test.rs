use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use uuid::Uuid;

use super::*;
use crate::clock::{Clock, ManualClock, Timestamp};
use crate::config;
use crate::data_dir::DataDir;
use crate::ids::{AccountId, Ids, TenantId};
use crate::random::Random;
use crate::tenancy::{Grant, Principal};

struct Place {
    directory: tempfile::TempDir,
    hand: ManualClock,
}

impl Place {
    fn new() -> Self {
        let hand = Clock::manual(Timestamp::from_micros(1_700_000_000_000_000));
        Self { directory: tempfile::tempdir().expect("a directory"), hand }
    }

    fn data_dir(&self) -> DataDir {
        DataDir::open(self.directory.path()).expect("opens")
    }

    fn tokens(&self, seed: u64) -> Tokens {
        let random = Random::seeded(seed);
        Tokens::open(&config::Auth::default(), &self.data_dir(), self.hand.clock(), random).expect("opens")
    }
}

const TENANT: TenantId = TenantId(Uuid::from_u128(7));
const ACCOUNT: AccountId = AccountId(Uuid::from_u128(9));

fn reason(result: crate::Result<Principal>) -> &'static str {
    result.expect_err("refused").reason()
}

#[test]
fn a_token_says_who_its_bearer_is_until_it_expires() {
    let place = Place::new();
    let tokens = place.tokens(1);
    let grants = vec![Grant::within("unit_officer", "unit", "vl-01")];
    let token = tokens.member(TENANT, ACCOUNT, grants.clone(), ACCESS_LIFE).expect("issued");
    place.hand.advance(ACCESS_LIFE - Duration::from_secs(1));
    match tokens.verify(&token).expect("valid") {
        Principal::Member(member) => {
            assert_eq!((member.tenant_id(), member.account()), (TENANT, ACCOUNT));
            assert_eq!(member.grants(), grants);
            assert!(member.require_for("unit_officer", "unit", "vl-01").is_ok());
            let refused = member.require_for("unit_officer", "unit", "vl-02").expect_err("another unit");
            assert_eq!(refused.reason(), "ROLE_REQUIRED");
        }
        other => panic!("{other:?}"),
    }
    place.hand.advance(Duration::from_secs(1));
    assert_eq!(reason(tokens.verify(&token)), "TOKEN_EXPIRED");

    let service = tokens.service("scoring", Some(TENANT)).expect("issued");
    place.hand.advance(Duration::from_secs(59));
    assert!(matches!(tokens.verify(&service), Ok(Principal::Service(_))));
    place.hand.advance(Duration::from_secs(1));
    assert_eq!(reason(tokens.verify(&service)), "TOKEN_EXPIRED");
}

#[test]
fn tokens_of_other_keys_other_issuers_and_changed_ones_are_refused() {
    let (here, elsewhere) = (Place::new(), Place::new());
    let tokens = here.tokens(1);
    let foreign = elsewhere.tokens(2).operator(ACCOUNT, ACCESS_LIFE).expect("issued");
    assert_eq!(reason(tokens.verify(&foreign)), "TOKEN_INVALID");

    let settings = config::Auth { issuer: "someone".to_owned(), keys: None };
    let random = Random::seeded(3);
    let renamed = Tokens::open(&settings, &here.data_dir(), here.hand.clock(), random).expect("opens");
    let token = renamed.operator(ACCOUNT, ACCESS_LIFE).expect("issued");
    assert_eq!(reason(tokens.verify(&token)), "TOKEN_INVALID");

    let token = tokens.operator(ACCOUNT, ACCESS_LIFE).expect("issued");
    let changed = token.replacen(".eyJ", ".eyK", 1);
    assert_ne!(token, changed);
    for wrong in [changed.as_str(), "", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
        assert_eq!(reason(tokens.verify(wrong)), "TOKEN_INVALID", "{wrong:?}");
    }
    // Signed by one whose clock is ahead.
    elsewhere.hand.advance(Duration::from_secs(3600));
    let ahead =
        Tokens::open(&config::Auth::default(), &here.data_dir(), elsewhere.hand.clock(), Random::seeded(4));
    let token = ahead.expect("opens").operator(ACCOUNT, ACCESS_LIFE).expect("issued");
    assert_eq!(reason(tokens.verify(&token)), "TOKEN_INVALID");
}

#[test]
fn the_local_operator_is_an_operator_by_the_key_in_the_directory() {
    let place = Place::new();
    let local = LocalOperator::new(place.data_dir(), place.hand.clock(), Random::seeded(5));
    let token = local.token().expect("issued");
    let tokens = place.tokens(6);
    match tokens.verify(&token).expect("valid") {
        Principal::Operator(operator) => assert_eq!(operator.account(), LOCAL_OPERATOR_ACCOUNT),
        other => panic!("{other:?}"),
    }
    let file = place.directory.path().join("operator.pem");
    assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("changed");
    let refused = local.token().expect_err("readable by others").to_string();
    assert!(refused.contains("mode 644") && refused.contains("operator.pem"), "{refused}");
}

#[test]
fn a_new_key_is_published_at_once_and_signs_when_all_know_it() {
    let place = Place::new();
    let settings = config::Auth::default();
    let directory = key_directory(&settings, &place.data_dir());
    let verifier = place.tokens(1);
    let random = Random::seeded(2);
    let ids = Ids::new(place.hand.clock(), random.clone());

    place.hand.advance(Duration::from_secs(3600));
    SigningKeys::rotate(&directory, &ids, &random, place.hand.clock().now()).expect("rotated");
    let signer = place.tokens(3);
    assert_eq!(signer.public_keys().keys.len(), 2);
    let old = signer.operator(ACCOUNT, ACCESS_LIFE).expect("issued");
    place.hand.advance(Duration::from_secs(600));
    let new = signer.operator(ACCOUNT, ACCESS_LIFE).expect("issued");
    let kid = |token: &str| jsonwebtoken::decode_header(token).expect("a header").kid;
    assert_ne!(kid(&old), kid(&new));
    // The verifier read the directory before the second key was there.
    assert!(verifier.verify(&old).is_ok());
    assert!(verifier.verify(&new).is_ok());

    place.hand.advance(Duration::from_secs(25 * 3600));
    let keys = SigningKeys::rotate(&directory, &ids, &random, place.hand.clock().now()).expect("rotated");
    assert_eq!(keys.public().keys.len(), 2);
}

#[test]
fn a_key_that_was_removed_counts_for_a_minute_at_most() {
    let place = Place::new();
    let tokens = place.tokens(1);
    let directory = key_directory(&config::Auth::default(), &place.data_dir());
    let life = Duration::from_secs(3600);
    let token = tokens.operator(ACCOUNT, life).expect("issued");
    let local = LocalOperator::new(place.data_dir(), place.hand.clock(), Random::seeded(2));
    let local_token = local.token().expect("issued");
    for file in fs::read_dir(&directory).expect("listed") {
        fs::remove_file(file.expect("an entry").path()).expect("removed");
    }
    fs::remove_file(place.directory.path().join("operator.pem")).expect("removed");
    place.hand.advance(Duration::from_secs(59));
    assert!(tokens.verify(&token).is_ok(), "the files are not read for each token");
    place.hand.advance(Duration::from_secs(1));
    assert_eq!(reason(tokens.verify(&token)), "TOKEN_INVALID");
    assert_eq!(reason(tokens.verify(&local_token)), "TOKEN_INVALID");
    // What signs now is a key that is there.
    let token = tokens.operator(ACCOUNT, life).expect("issued");
    assert!(place.tokens(3).verify(&token).is_ok());
    assert!(tokens.verify(&local.token().expect("issued")).is_ok());
}

#[test]
fn a_damaged_key_is_named() {
    let place = Place::new();
    let directory = place.data_dir().path().join("keys");
    fs::create_dir(&directory).expect("made");
    let file = directory.join(format!("{}.pem", Uuid::from_u128(1)));
    fs::write(&file, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").expect("written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("changed");
    let random = Random::seeded(1);
    let opened = Tokens::open(&config::Auth::default(), &place.data_dir(), place.hand.clock(), random);
    let refused = opened.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(refused.contains("no Ed25519 private key") && refused.contains("00000001.pem"), "{refused}");
}

#[test]
fn rules_deny_by_default() {
    let place = Place::new();
    let tokens = place.tokens(1);
    let officer = Rule { roles: vec!["unit_officer".to_owned()], ..Rule::default() };
    let rules: Rules = [("/a.A/Score", officer), ("/a.A/Nobody", Rule::default())].into_iter().collect();
    let grants = vec![Grant::within("unit_officer", "unit", "vl-01")];
    let member = tokens.member(TENANT, ACCOUNT, grants, ACCESS_LIFE).and_then(|t| tokens.verify(&t));
    let (member, operator) = (
        member.expect("valid"),
        tokens.operator(ACCOUNT, ACCESS_LIFE).and_then(|t| tokens.verify(&t)).expect("valid"),
    );
    let reason = |path: &str, caller: Option<&Principal>| {
        rules.of(path).and_then(|rule| rule.check(caller)).err().map(|error| error.reason())
    };
    assert_eq!(reason("/a.A/Score", Some(&member)), None);
    assert_eq!(reason("/a.A/Score", Some(&operator)), Some("WRONG_KIND_OF_CALLER"));
    assert_eq!(reason("/a.A/Score", None), Some("UNAUTHENTICATED"));
    assert_eq!(reason("/a.A/Nobody", Some(&member)), Some("WRONG_KIND_OF_CALLER"));
    assert_eq!(reason("/a.A/Missing", Some(&member)), Some("NO_RULE"));
    assert_eq!(reason("/grpc.health.v1.Health/Check", None), None);
}
