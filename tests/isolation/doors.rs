//! Who gets in: as the rule beside each RPC says, and nobody else.

use platform::auth::role_name;
use platform::ids::{AccountId, TenantId};
use platform::tenancy::Grant;
use platform::transport::Connection;
use prost::Message;
use prost::bytes::Bytes;
use proto::common::v1::Role;
use tonic::{Code, Status};

use super::raw::call;
use crate::journeys::federation::found;
use crate::support::refusal::reason;
use crate::support::world::{World, journeys};

journeys!(
    every_rpc_has_a_rule_and_without_a_token_none_but_the_public_ones_answers,
    whom_the_rule_does_not_name_is_denied,
);

/// The paths of all RPCs of our contracts.
pub(super) fn every_rpc() -> Vec<String> {
    let set = prost_types::FileDescriptorSet::decode(proto::FILE_DESCRIPTOR_SET).expect("descriptors");
    let mut paths = Vec::new();
    for file in set.file.iter().filter(|file| file.package().starts_with("thidua.")) {
        for service in &file.service {
            let path = |method: &str| format!("/{}.{}/{method}", file.package(), service.name());
            paths.extend(service.method.iter().map(|method| path(method.name())));
        }
    }
    assert!(paths.len() > 100, "the descriptors hold only {} RPCs", paths.len());
    paths
}

/// Every role there is, for the whole federation.
pub(super) fn all_roles() -> impl Iterator<Item = Role> {
    (1..).map_while(|number| Role::try_from(number).ok())
}

async fn refused(world: &World, caller: Connection, path: &str) -> (Code, String) {
    match call(world, caller, path, Bytes::new()).await {
        Ok(_) => (Code::Ok, String::new()),
        Err(status) => (status.code(), reason(&status)),
    }
}

async fn every_rpc_has_a_rule_and_without_a_token_none_but_the_public_ones_answers(world: &World) {
    for path in every_rpc() {
        let rule = proto::rule(&path).unwrap_or_else(|| panic!("{path} has no rule"));
        let told = refused(world, world.nobody(), &path).await;
        if rule.public {
            assert_ne!(told.0, Code::Unauthenticated, "{path}");
        } else {
            assert_eq!(told, (Code::Unauthenticated, "UNAUTHENTICATED".to_owned()), "{path}");
        }
    }
    let unknown =
        call(world, world.operator(), "/thidua.scoring.v1.SheetService/Nothing", Bytes::new()).await;
    assert_eq!(unknown.map_err(|status: Status| reason(&status)), Err("NO_RULE".to_owned()));
}

async fn whom_the_rule_does_not_name_is_denied(world: &World) {
    let federation = found(world, "vinh-long").await;
    let account: AccountId = federation.admin.id.parse().expect("an id");
    let tenant: TenantId = federation.id;
    for path in every_rpc() {
        let rule = proto::rule(&path).expect("a rule");
        if rule.public {
            continue;
        }
        let mut strangers = Vec::new();
        if !rule.any_member {
            let others = all_roles().filter(|role| !rule.roles.contains(role));
            let others = others.map(|role| Grant::everywhere(role_name(role))).collect();
            strangers.push(("a member with the other roles", world.member(tenant, account, others)));
            strangers.push(("a member without roles", world.member(tenant, account, Vec::new())));
        }
        if !rule.operator {
            strangers.push(("an operator", world.operator()));
        }
        if !rule.service {
            strangers.push(("a service", world.service("scoring", Some(tenant))));
        }
        for (who, caller) in strangers {
            let (code, reason) = refused(world, caller, &path).await;
            assert_eq!(code, Code::PermissionDenied, "{path} for {who}: {reason}");
        }
    }
}
