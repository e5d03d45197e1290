//! The published schemas, which `schemas/` holds; `schemas/ORIGIN.md` says whence.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Value, json};

use super::documents::{entries, items, text};

/// What is wrong with the compose file, in the words of the validator.
pub fn faults_of_compose(document: &Value) -> Vec<String> {
    static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| validator(&read("compose-spec.json")));
    faults("docker-compose.yml", &VALIDATOR, document)
}

/// A validator for each kind that the schemas know.
static KINDS: LazyLock<Vec<(Value, Validator)>> = LazyLock::new(|| {
    let all = read("kubernetes-1.33.json");
    let mut kinds = Vec::new();
    for (name, definition) in entries(&all["$defs"]) {
        for kind in items(&definition["x-kubernetes-group-version-kind"]) {
            let reference = format!("#/$defs/{name}");
            let schema = json!({ "$schema": all["$schema"], "$ref": reference, "$defs": all["$defs"] });
            kinds.push((kind.clone(), validator(&schema)));
        }
    }
    kinds
});

/// What is wrong with an object of the cluster, which is of a kind that the schemas know.
pub fn faults_of_object(document: &Value) -> Vec<String> {
    let version = document["apiVersion"].as_str().unwrap_or_default();
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    let kind = json!({ "group": group, "kind": document["kind"], "version": version });
    let place = format!("{} {}", document["kind"], document["metadata"]["name"]);
    match KINDS.iter().find(|(known, _)| *known == kind) {
        Some((_, validator)) => faults(&place, validator, document),
        None => vec![format!("{place}: the schemas in tests/deployment/schemas/ do not know {kind}")],
    }
}

fn read(name: &str) -> Value {
    let text = text(&format!("tests/deployment/schemas/{name}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn validator(schema: &Value) -> Validator {
    jsonschema::validator_for(schema).expect("the schema is one")
}

fn faults(place: &str, validator: &Validator, document: &Value) -> Vec<String> {
    validator
        .iter_errors(document)
        .map(|error| format!("{place}: {}: {error}", error.instance_path()))
        .collect()
}

#[test]
fn a_misspelt_field_and_a_wrong_type_are_faults() {
    let service = |port: Value| {
        json!({
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": { "name": "x" },
            "spec": { "ports": [port] },
        })
    };
    assert_eq!(faults_of_object(&service(json!({ "port": 7400 }))), [""; 0]);
    assert!(faults_of_object(&service(json!({ "port": 7400, "targetprot": 1 })))[0].contains("targetprot"));
    assert!(faults_of_object(&service(json!({ "port": "grpc" })))[0].contains("/spec/ports/0/port"));
    let fault = &faults_of_object(&json!({ "apiVersion": "v1", "kind": "Servise" }))[0];
    assert!(fault.contains("do not know"), "{fault}");
    let misspelt = json!({ "services": { "a": { "image": "x", "comand": [] } } });
    assert!(faults_of_compose(&misspelt)[0].contains("comand"));
}
