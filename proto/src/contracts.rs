//! What every contract keeps: a rule for each RPC, a comment for everything, names that read alike.

use std::collections::HashSet;

use prost::Message;
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FileDescriptorProto, FileDescriptorSet, MethodDescriptorProto,
    ServiceDescriptorProto, field_descriptor_proto::Type,
};

// Field numbers of descriptor.proto, of which the paths of comments are made.
const FILE_MESSAGE: i32 = 4;
const FILE_ENUM: i32 = 5;
const FILE_SERVICE: i32 = 6;
const MESSAGE_FIELD: i32 = 2;
const MESSAGE_NESTED: i32 = 3;
const MESSAGE_ENUM: i32 = 4;
const MESSAGE_ONEOF: i32 = 8;
const MEMBER: i32 = 2;

/// Everything of our files that a contract consists of, by full name, with whether it has a comment.
#[derive(Default)]
struct Contracts {
    methods: Vec<(String, MethodDescriptorProto)>,
    messages: Vec<(String, DescriptorProto)>,
    enums: Vec<(String, EnumDescriptorProto)>,
    uncommented: Vec<String>,
}

fn our_files() -> Vec<FileDescriptorProto> {
    let all = FileDescriptorSet::decode(crate::FILE_DESCRIPTOR_SET).unwrap();
    all.file.into_iter().filter(|file| file.package().starts_with("thidua.")).collect()
}

fn contracts() -> Contracts {
    let mut found = Contracts::default();
    for file in our_files() {
        let comments: HashSet<Vec<i32>> = file
            .source_code_info
            .iter()
            .flat_map(|info| &info.location)
            .filter(|location| !location.leading_comments().trim().is_empty())
            .map(|location| location.path.clone())
            .collect();
        let mut walk = Walk { comments, found: &mut found };
        let package = file.package().to_owned();
        for (at, message) in file.message_type.iter().enumerate() {
            walk.message(&package, message, &[FILE_MESSAGE, index(at)]);
        }
        for (at, numbers) in file.enum_type.iter().enumerate() {
            walk.enumeration(&package, numbers, &[FILE_ENUM, index(at)]);
        }
        for (at, service) in file.service.iter().enumerate() {
            walk.service(&package, service, &[FILE_SERVICE, index(at)]);
        }
    }
    assert!(found.methods.len() > 50, "the descriptors hold only {} methods", found.methods.len());
    found
}

fn index(at: usize) -> i32 {
    i32::try_from(at).unwrap()
}

struct Walk<'a> {
    comments: HashSet<Vec<i32>>,
    found: &'a mut Contracts,
}

impl Walk<'_> {
    fn note(&mut self, name: &str, path: &[i32]) {
        if !self.comments.contains(path) {
            self.found.uncommented.push(name.to_owned());
        }
    }

    fn message(&mut self, parent: &str, message: &DescriptorProto, path: &[i32]) {
        if message.options.as_ref().is_some_and(|options| options.map_entry()) {
            return;
        }
        let name = format!("{parent}.{}", message.name());
        self.note(&name, path);
        for (at, field) in message.field.iter().enumerate() {
            self.note(&format!("{name}.{}", field.name()), &[path, &[MESSAGE_FIELD, index(at)]].concat());
        }
        for (at, choice) in message.oneof_decl.iter().enumerate() {
            let optional = message
                .field
                .iter()
                .any(|field| field.oneof_index == Some(index(at)) && field.proto3_optional());
            if !optional {
                self.note(
                    &format!("{name}.{}", choice.name()),
                    &[path, &[MESSAGE_ONEOF, index(at)]].concat(),
                );
            }
        }
        for (at, nested) in message.nested_type.iter().enumerate() {
            self.message(&name, nested, &[path, &[MESSAGE_NESTED, index(at)]].concat());
        }
        for (at, numbers) in message.enum_type.iter().enumerate() {
            self.enumeration(&name, numbers, &[path, &[MESSAGE_ENUM, index(at)]].concat());
        }
        self.found.messages.push((name, message.clone()));
    }

    fn enumeration(&mut self, parent: &str, numbers: &EnumDescriptorProto, path: &[i32]) {
        let name = format!("{parent}.{}", numbers.name());
        self.note(&name, path);
        for (at, value) in numbers.value.iter().enumerate() {
            self.note(&format!("{name}.{}", value.name()), &[path, &[MEMBER, index(at)]].concat());
        }
        self.found.enums.push((name, numbers.clone()));
    }

    fn service(&mut self, parent: &str, service: &ServiceDescriptorProto, path: &[i32]) {
        let name = format!("{parent}.{}", service.name());
        self.note(&name, path);
        for (at, method) in service.method.iter().enumerate() {
            let method_name = format!("/{name}/{}", method.name());
            self.note(&method_name, &[path, &[MEMBER, index(at)]].concat());
            self.found.methods.push((method_name, method.clone()));
        }
    }
}

fn upper_snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_uppercase());
    }
    snake
}

#[test]
fn every_rpc_has_a_rule_that_lets_someone_in() {
    let methods = contracts().methods;
    for (path, _) in &methods {
        let rule = crate::rule(path).unwrap_or_else(|| panic!("{path} has no option thidua.common.v1.rule"));
        let callers =
            !rule.roles.is_empty() || rule.any_member || rule.operator || rule.service || rule.public;
        assert!(callers, "{path} is open to nobody");
        assert!(rule.roles.is_empty() || !rule.any_member, "{path}: any_member makes its roles idle");
        assert!(!rule.roles.contains(&crate::common::v1::Role::Unspecified), "{path} names ROLE_UNSPECIFIED");
        assert!(!(rule.public && rule.mutates), "{path} lets everyone change something");
    }
    assert_eq!(methods.len(), crate::rules().len(), "the table has rules for RPCs that are not there");
}

#[test]
fn what_only_reads_is_not_declared_to_change_and_the_other_way_round() {
    let reading = [
        "Get",
        "List",
        "Count",
        "Watch",
        "Search",
        "Find",
        "Stream",
        "Gather",
        "Summarize",
        "Compare",
        "Export",
    ];
    for rule in crate::rules() {
        let method = rule.path.rsplit('/').next().unwrap();
        let reads = reading.iter().any(|verb| method.starts_with(verb));
        assert_ne!(reads, rule.mutates, "{}: name and `mutates` disagree", rule.path);
    }
}

/// A server may then run a handler again whose transaction was undone.
#[test]
fn no_rpc_streams_its_request() {
    let streams: Vec<_> = contracts()
        .methods
        .into_iter()
        .filter(|(_, method)| method.client_streaming())
        .map(|(name, _)| name)
        .collect();
    assert_eq!(streams, [""; 0]);
}

#[test]
fn observers_change_nothing() {
    for rule in crate::rules().iter().filter(|rule| rule.mutates) {
        assert!(
            !rule.roles.contains(&crate::common::v1::Role::Observer),
            "{} lets observers change",
            rule.path
        );
    }
}

#[test]
fn everything_has_a_comment() {
    let uncommented = contracts().uncommented;
    assert!(uncommented.is_empty(), "no comment:\n{}", uncommented.join("\n"));
}

#[test]
fn fields_are_in_lower_snake_case() {
    for (message, descriptor) in contracts().messages {
        for field in &descriptor.field {
            let fine = field.name().starts_with(|first: char| first.is_ascii_lowercase())
                && field.name().chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            assert!(fine, "{message}.{} is not in lower_snake_case", field.name());
        }
    }
}

#[test]
fn enum_values_carry_the_enums_name_and_begin_with_unspecified() {
    for (name, numbers) in contracts().enums {
        let prefix = format!("{}_", upper_snake_case(numbers.name()));
        assert_eq!(numbers.value[0].number(), 0, "{name} does not begin with 0");
        assert_eq!(numbers.value[0].name(), format!("{prefix}UNSPECIFIED"), "zero value of {name}");
        for value in &numbers.value {
            assert!(value.name().starts_with(&prefix), "{name}.{} has not the prefix {prefix}", value.name());
        }
    }
}

#[test]
fn requests_and_responses_are_named_after_their_rpc_and_used_once() {
    for (path, method) in contracts().methods {
        let name = method.name();
        assert!(
            method.input_type().ends_with(&format!(".{name}Request")),
            "{path} takes {}",
            method.input_type()
        );
        assert!(
            method.output_type().ends_with(&format!(".{name}Response")),
            "{path} gives {}",
            method.output_type()
        );
    }
}

#[test]
fn no_number_is_a_binary_float() {
    for (message, descriptor) in contracts().messages {
        for field in &descriptor.field {
            let float = matches!(field.r#type(), Type::Float | Type::Double);
            assert!(!float, "{message}.{} is a float", field.name());
        }
    }
}

#[test]
fn paged_lists_have_both_ends() {
    let contracts = contracts();
    let has = |message: &str, field: &str| {
        let name = message.trim_start_matches('.');
        let (_, found) = contracts.messages.iter().find(|(full, _)| full == name).unwrap();
        found.field.iter().any(|candidate| candidate.name() == field)
    };
    for (path, method) in &contracts.methods {
        let asks = has(method.input_type(), "page_token");
        assert_eq!(
            asks,
            has(method.input_type(), "page_size"),
            "{path}: page_size and page_token go together"
        );
        assert_eq!(asks, has(method.output_type(), "next_page_token"), "{path}: half of a paged list");
        assert!(asks || !method.name().starts_with("List"), "{path} lists without pages");
    }
}

#[test]
fn only_operators_name_a_tenant() {
    let contracts = contracts();
    for (path, method) in &contracts.methods {
        let name = method.input_type().trim_start_matches('.');
        let (_, request) = contracts.messages.iter().find(|(full, _)| full == name).unwrap();
        let names_tenant = request.field.iter().any(|field| field.name() == "tenant");
        let operator = crate::rule(path).is_some_and(|rule| rule.operator);
        assert!(operator || !names_tenant, "{path} takes the tenant from the request");
    }
}
