//! A federation's own people, whatever their roles, ask for what is another's: it is not found, or not in the answer, and
//! nothing of it changes.
//!
//! There is a case for every RPC that members, or services for a tenant, may call. A new RPC needs one too.

mod competition;
mod organizations;
mod others;
mod scoring;

use std::collections::BTreeMap;

use platform::auth::role_name;
use platform::ids::{AccountId, TenantId};
use platform::tenancy::Grant;
use platform::transport::Connection;
use prost::bytes::Bytes;
use prost::{Message, Name};
use proto::Rule;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::doors::{all_roles, every_rpc};
use super::raw::call;
use crate::journeys::everything::{Everything, neighbour};
use crate::support::world::{World, journeys};

journeys!(nothing_of_another_federation_is_seen_or_touched);

/// One call of the neighbour, and what must come of it.
pub(super) struct Case {
    rule: &'static Rule,
    request: Bytes,
    expected: Expected,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// What the request names is not there.
    Gone,
    /// An answer about the neighbour's own, in which nothing is the other's.
    Own,
}

/// The request names something of the other federation.
fn gone<M: Message + Name>(request: M) -> Case {
    case(request, Expected::Gone)
}

/// The request names nothing, or what both have by the same name.
fn own<M: Message + Name>(request: M) -> Case {
    case(request, Expected::Own)
}

/// The RPC is found by the name of its request.
fn case<M: Message + Name>(request: M, expected: Expected) -> Case {
    let method = format!("/{}", M::NAME.strip_suffix("Request").expect("a request"));
    let package = format!("/{}.", M::PACKAGE);
    let mut rules = proto::rules().iter();
    let rule = rules.find(|rule| rule.path.starts_with(&package) && rule.path.ends_with(&method));
    Case { rule: rule.expect("an RPC of that name"), request: request.encode_to_vec().into(), expected }
}

/// All cases, in an order in which the neighbour's own come after what they must not find.
fn cases(theirs: &Everything) -> Vec<Case> {
    let mut cases = organizations::cases(theirs);
    cases.extend(competition::cases(theirs));
    cases.extend(scoring::cases(theirs));
    cases.extend(others::cases(theirs));
    cases.sort_by_key(|case| case.expected == Expected::Own && case.rule.mutates);
    cases
}

/// The services as one calls them who may everything in a federation: a member, or a service where only services may.
fn almighty(world: &World, rule: &Rule, tenant: TenantId, account: AccountId) -> Connection {
    if rule.any_member || !rule.roles.is_empty() {
        let grants = all_roles().map(|role| Grant::everywhere(role_name(role))).collect();
        world.member(tenant, account, grants)
    } else {
        world.service("scoring", Some(tenant))
    }
}

/// Whether a refusal says that what was named is not there: by its code, or field by field.
fn says_gone(refused: &Status) -> bool {
    let details = refused.get_error_details();
    let fields = details.bad_request().map(|bad| bad.field_violations.clone()).unwrap_or_default();
    let unknown = |description: &str| {
        description
            .split(':')
            .next()
            .is_some_and(|reason| reason.ends_with("_UNKNOWN") || reason == "NOT_A_MEMBER")
    };
    refused.code() == Code::NotFound || fields.iter().any(|field| unknown(&field.description))
}

/// What the other federation reads of its own, by path and request: whatever happens next door, it stays.
async fn seen(
    world: &World,
    theirs: &Everything,
    cases: &[Case],
) -> BTreeMap<(&'static str, Bytes), Vec<Bytes>> {
    let mut seen = BTreeMap::new();
    for case in cases.iter().filter(|case| !case.rule.mutates) {
        let caller = almighty(world, case.rule, theirs.tenant, theirs.account);
        let answer = call(world, caller, case.rule.path, case.request.clone()).await;
        let answer = answer.unwrap_or_else(|refused| panic!("{} finds its own: {refused}", case.rule.path));
        seen.insert((case.rule.path, case.request.clone()), answer);
    }
    seen
}

async fn nothing_of_another_federation_is_seen_or_touched(world: &World) {
    let theirs = Everything::of(world).await;
    let (tenant, account) = neighbour(world, "ben-tre").await;
    let cases = cases(&theirs);
    for path in every_rpc() {
        let rule = proto::rule(&path).expect("a rule");
        let needs = !rule.public && (rule.any_member || !rule.roles.is_empty() || rule.service);
        let has = cases.iter().any(|case| case.rule.path == path);
        assert_eq!(
            has,
            needs && !ABOVE_TENANTS.contains(&path.as_str()),
            "{path}: a case for it in this suite"
        );
    }

    let before = seen(world, &theirs, &cases).await;
    let mut faults = Vec::new();
    for case in &cases {
        let path = case.rule.path;
        let caller = almighty(world, case.rule, tenant, account);
        let answer = call(world, caller, path, case.request.clone()).await;
        let text = match &answer {
            Ok(messages) => {
                messages.iter().map(|message| String::from_utf8_lossy(message)).collect::<String>()
            }
            Err(refused) => {
                format!("{refused} {}", String::from_utf8_lossy(refused.details()))
            }
        };
        if let Some(word) = theirs.words().iter().find(|word| text.contains(**word)) {
            faults.push(format!("{path} tells {word:?}: {text}"));
        }
        let fine = match (&answer, case.expected) {
            (Err(refused), Expected::Gone) => says_gone(refused),
            (answer, Expected::Own) => answer.is_ok(),
            (Ok(_), Expected::Gone) => false,
        };
        if !fine {
            faults.push(format!("{path} shall be {:?}: {text}", case.expected));
        }
    }
    for (place, answer) in seen(world, &theirs, &cases).await {
        if before.get(&place) != Some(&answer) {
            faults.push(format!("{} gives the other federation another answer than before", place.0));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// What services ask about the platform as a whole, in nobody's name.
const ABOVE_TENANTS: [&str; 1] = ["/thidua.organizations.v1.TenantService/StreamTenants"];
