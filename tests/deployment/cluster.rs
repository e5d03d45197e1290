//! What stands in the cluster as a whole.

use std::path::Path;

use serde_json::Value;
use thidua::app::ServiceName;

use super::documents::{all_texts, entries, items, root, text, texts};
use super::image;
use super::manifests::{
    CPU, DATABASES, JOBS_WAITING, Rendered, container, everything, kustomization, overlays, place,
};
use super::schemas::faults_of_object;
use super::settings::{self, Environment, PORTS, assert_fits_a_role};

#[test]
fn every_object_is_as_the_published_schema_wants_it() {
    let mut faults = Vec::new();
    for rendered in everything() {
        for object in &rendered.objects {
            faults
                .extend(faults_of_object(object).into_iter().map(|it| format!("{}: {it}", rendered.origin)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_file_is_used_and_every_used_file_is_there() {
    for folder in ["k8s/base", JOBS_WAITING, CPU, DATABASES] {
        let kustomization = kustomization(Path::new(folder));
        let mut used = vec!["kustomization.yaml", "prometheus-adapter.yaml"];
        used.extend(texts(&kustomization["resources"]));
        used.extend(items(&kustomization["patches"]).iter().filter_map(|patch| patch["path"].as_str()));
        for made in items(&kustomization["configMapGenerator"]) {
            used.extend(texts(&made["envs"]).into_iter().chain(texts(&made["files"])));
        }
        for entry in std::fs::read_dir(root().join(folder)).expect("the folder") {
            let name = entry.expect("an entry").file_name();
            let name = name.to_str().expect("text");
            assert!(used.contains(&name), "{folder}/{name} is in no kustomization");
        }
    }
}

#[test]
fn every_role_has_its_deployment_and_every_service_its_address() {
    for rendered in overlays() {
        for service in ServiceName::ALL {
            let name = service.as_str();
            let deployment = rendered.named("Deployment", name);
            assert_eq!(texts(&container(deployment)["args"]), ["start", name], "{}", rendered.origin);
            // Peers find it by this name.
            let address = rendered.named("Service", name);
            let labels = &deployment["spec"]["template"]["metadata"]["labels"];
            let picked = entries(&address["spec"]["selector"]).all(|(key, value)| labels[key] == *value);
            assert!(picked && !address["spec"]["selector"].is_null(), "{name} leads to no pod");
            let [port] = items(&address["spec"]["ports"]) else { panic!("{name} has one port") };
            assert_eq!(port["port"], PORTS.0, "{name}");
            let ports = items(&container(deployment)["ports"]);
            let target = ports.iter().find(|there| there["name"] == port["targetPort"]);
            assert_eq!(target.expect("a port of that name")["containerPort"], PORTS.0, "{name}");
        }
        let migrate = rendered.named("Job", "thidua-migrate");
        assert_eq!(texts(&container(migrate)["args"]), ["migrate"]);
        for object in rendered.of_kind("Deployment").chain([migrate]) {
            let (selector, labels) = (
                &object["spec"]["selector"]["matchLabels"],
                &object["spec"]["template"]["metadata"]["labels"],
            );
            assert!(selector.is_null() || selector == labels, "{}", place(rendered, object));
        }
    }
}

/// What stands in for the secrets of the cluster.
fn secret(reference: &Value) -> &'static str {
    match (reference["name"].as_str(), reference["key"].as_str()) {
        (Some("thidua-urls"), Some("runtime" | "system")) | (Some("thidua-owner"), Some("url")) => {
            "postgres://role:secret@database/thidua_{service}"
        }
        (Some("thidua-urls"), Some("broker")) => "amqps://thidua:secret@broker/%2f",
        (Some("thidua-urls"), Some("cache")) => "rediss://:secret@cache/0",
        _ => panic!("the README knows no Secret {reference}"),
    }
}

/// The variables of an object's container: the image's, those of its ConfigMap, and its own.
pub fn environment(rendered: &Rendered, object: &Value) -> Environment {
    let mut environment = image::environment();
    let container = container(object);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    for source in items(&container["envFrom"]) {
        let map = rendered.named("ConfigMap", source["configMapRef"]["name"].as_str().expect("a name"));
        environment.extend(entries(&map["data"]).map(|(name, value)| (name.clone(), text(value))));
    }
    for variable in items(&container["env"]) {
        let from = &variable["valueFrom"]["secretKeyRef"];
        assert!(variable["value"].is_null(), "{variable}: what is no secret stands in thidua.env");
        environment.insert(text(&variable["name"]), secret(from).to_owned());
    }
    environment
}

#[test]
fn every_process_gets_settings_that_the_configuration_takes() {
    for rendered in overlays() {
        let migrate = rendered.named("Job", "thidua-migrate");
        for object in rendered.deployments().chain([migrate]) {
            let place = place(rendered, object);
            let config = settings::load(&place, &environment(rendered, object));
            assert_fits_a_role(&place, &config);
            let owns = object["kind"] == "Job";
            assert_eq!(config.database.owner_url.is_some(), owns, "{place}: only migrate owns the schemas");
        }
    }
}

#[test]
fn secrets_are_only_referred_to() {
    for rendered in everything() {
        for object in &rendered.objects {
            let place = place(rendered, object);
            assert_ne!(object["kind"], "Secret", "{place}");
            for text in all_texts(object).into_iter().flat_map(str::lines) {
                let login = text.split_once("://").is_some_and(|(_, rest)| rest.contains('@'));
                assert!(!login, "{place} holds a URL with a login: {text}");
            }
            let spec = &object["spec"]["template"]["spec"];
            for variable in items(&spec["containers"]).iter().flat_map(|container| items(&container["env"])) {
                let name = variable["name"].as_str().expect("a name");
                let secret = ["URL", "PASSWORD", "USER"].iter().any(|part| name.contains(part));
                let literal = !variable["value"].is_null();
                assert!(!(secret && literal), "{place}: {name} is written down");
            }
        }
    }
}

#[test]
fn the_readme_says_how_every_secret_is_made() {
    let readme = text("README.md");
    let mut names = Vec::new();
    for rendered in everything() {
        for object in &rendered.objects {
            let spec = &object["spec"]["template"]["spec"];
            let variables = items(&spec["containers"]).iter().flat_map(|container| items(&container["env"]));
            names.extend(
                variables
                    .filter_map(|it| it["valueFrom"]["secretKeyRef"]["name"].as_str().map(str::to_owned)),
            );
            names.extend(
                items(&spec["volumes"])
                    .iter()
                    .filter_map(|it| it["secret"]["secretName"].as_str().map(str::to_owned)),
            );
        }
    }
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        let command = format!("create secret generic {name}");
        assert!(readme.contains(&command), "the README has no \"{command}\"");
    }
}
