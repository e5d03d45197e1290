//! What every pod is allowed and given.

use std::time::Duration;

use serde_json::Value;

use super::cluster::environment;
use super::documents::{items, texts};
use super::image;
use super::manifests::{container, everything, overlays, place};
use super::settings::{self, PORTS};

#[test]
fn every_pod_runs_without_rights_and_without_a_writable_disk() {
    for rendered in everything() {
        for object in rendered.objects.iter().filter(|object| object["spec"]["template"].is_object()) {
            let place = place(rendered, object);
            let spec = &object["spec"]["template"]["spec"];
            assert_eq!(spec["automountServiceAccountToken"], false, "{place}");
            let pod = &spec["securityContext"];
            assert_eq!(pod["runAsNonRoot"], true, "{place}");
            assert_eq!(pod["runAsUser"], image::USER, "{place}: the user of the image");
            assert_eq!(pod["seccompProfile"]["type"], "RuntimeDefault", "{place}");
            for forbidden in ["hostNetwork", "hostPID", "hostIPC"] {
                assert!(spec[forbidden].is_null(), "{place}: {forbidden}");
            }
            for container in items(&spec["containers"]).iter().chain(items(&spec["initContainers"])) {
                let own = &container["securityContext"];
                assert_eq!(own["allowPrivilegeEscalation"], false, "{place}");
                assert_eq!(own["readOnlyRootFilesystem"], true, "{place}");
                assert_eq!(texts(&own["capabilities"]["drop"]), ["ALL"], "{place}");
                let image = container["image"].as_str().expect("an image");
                assert!(
                    image.starts_with("thidua") || image.contains(':'),
                    "{place}: {image} has no version"
                );
                let resources = &container["resources"];
                for (kind, unit) in [("requests", "cpu"), ("requests", "memory"), ("limits", "memory")] {
                    assert!(resources[kind][unit].is_string(), "{place}: {kind} lack {unit}");
                }
            }
        }
    }
}

#[test]
fn every_process_is_probed_and_has_time_to_end() {
    for rendered in overlays() {
        for object in rendered.deployments() {
            let place = place(rendered, object);
            let container = container(object);
            let named = items(&container["ports"]).iter().find(|port| port["name"] == "management");
            assert_eq!(named.expect("a port for probes")["containerPort"], PORTS.1, "{place}");
            for (probe, path) in
                [("startupProbe", "/healthz"), ("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")]
            {
                let asked = &container[probe]["httpGet"];
                assert_eq!(asked["path"], path, "{place}: {probe}");
                assert_eq!(asked["port"], "management", "{place}: {probe}");
            }
            let config = settings::load(&place, &environment(rendered, object));
            let pause = texts(&container["lifecycle"]["preStop"]["exec"]["command"]);
            let ["sleep", pause] = pause[..] else { panic!("{place}: it stops while it is still called") };
            let needed = config.server.drain_limit + Duration::from_secs(pause.parse().expect("seconds"));
            let given = object["spec"]["template"]["spec"]["terminationGracePeriodSeconds"].as_u64();
            let given = Duration::from_secs(given.unwrap_or(30));
            assert!(
                given >= needed + Duration::from_secs(5),
                "{place}: {given:?} is too short for {needed:?}"
            );
        }
    }
}

#[test]
fn keys_come_from_a_secret_and_are_read_by_their_owner_alone() {
    for rendered in overlays() {
        for object in rendered.deployments() {
            let place = place(rendered, object);
            let spec = &object["spec"]["template"]["spec"];
            let config = settings::load(&place, &environment(rendered, object));
            let data_dir = config.data_dir.to_str().expect("text");
            let [copies] = items(&spec["initContainers"]) else { panic!("{place}: the keys are not copied") };
            let command = texts(&copies["command"]);
            assert_eq!(command.iter().filter(|word| **word == "0400").count(), 2, "{place}: {command:?}");
            assert!(command.contains(&data_dir), "{place}: {command:?}");
            assert!(command.contains(&format!("{data_dir}/keys").as_str()), "{place}: {command:?}");
            let mount = |container: &Value, path: &str| {
                let mounts = items(&container["volumeMounts"]);
                mounts.iter().find(|mount| mount["mountPath"] == path).cloned().unwrap_or_default()
            };
            let of_process = mount(container(object), data_dir);
            assert_eq!(of_process["readOnly"], true, "{place}: no process writes keys");
            assert_eq!(mount(copies, data_dir)["name"], of_process["name"], "{place}");
            let from = mount(copies, command[1]);
            let volume = |name: &Value| items(&spec["volumes"]).iter().find(|volume| volume["name"] == *name);
            assert!(volume(&from["name"]).expect("a volume")["secret"]["secretName"].is_string(), "{place}");
            let kept = &volume(&of_process["name"]).expect("a volume")["emptyDir"];
            assert_eq!(kept["medium"], "Memory", "{place}: no key is written to a disk");
        }
    }
}
