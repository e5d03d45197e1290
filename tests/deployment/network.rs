//! Who may speak to whom in the cluster.

use serde_json::{Value, json};

use super::documents::{items, texts};
use super::manifests::{Rendered, overlays, picks, place};
use super::settings::PORTS;

/// The policies that concern pods with these labels, in that direction.
fn policies<'a>(rendered: &'a Rendered, direction: &str, labels: &Value) -> Vec<&'a Value> {
    rendered
        .of_kind("NetworkPolicy")
        .filter(|policy| texts(&policy["spec"]["policyTypes"]).contains(&direction))
        .filter(|policy| picks(&policy["spec"]["podSelector"], labels))
        .collect()
}

#[test]
fn nothing_is_open_that_is_not_named() {
    for rendered in overlays() {
        let closed = rendered.of_kind("NetworkPolicy").any(|policy| {
            let spec = &policy["spec"];
            spec["podSelector"] == json!({})
                && texts(&spec["policyTypes"]) == ["Ingress", "Egress"]
                && spec["ingress"].is_null()
                && spec["egress"].is_null()
        });
        assert!(closed, "{}: no policy closes everything first", rendered.origin);
        for policy in rendered.of_kind("NetworkPolicy") {
            let rules = items(&policy["spec"]["ingress"]).iter().chain(items(&policy["spec"]["egress"]));
            for rule in rules {
                assert!(
                    !items(&rule["ports"]).is_empty(),
                    "{}: a rule for all ports",
                    place(rendered, policy)
                );
            }
            for rule in items(&policy["spec"]["ingress"]) {
                assert!(
                    !items(&rule["from"]).is_empty(),
                    "{}: a rule for everybody",
                    place(rendered, policy)
                );
            }
        }
    }
}

#[test]
fn every_pod_reaches_what_it_needs_and_is_reached_by_its_peers() {
    let servers = [("TCP", 5432), ("TCP", 5671), ("TCP", 5672), ("TCP", 6379), ("TCP", 4317), ("UDP", 53)];
    for rendered in overlays() {
        for object in rendered.objects.iter().filter(|object| object["spec"]["template"].is_object()) {
            let place = place(rendered, object);
            let labels = &object["spec"]["template"]["metadata"]["labels"];
            let out = policies(rendered, "Egress", labels);
            let rules: Vec<_> = out.iter().flat_map(|policy| items(&policy["spec"]["egress"])).collect();
            for (protocol, port) in servers {
                let wanted = json!({ "protocol": protocol, "port": port });
                let open = rules.iter().any(|rule| items(&rule["ports"]).contains(&wanted));
                assert!(open, "{place}: {protocol} {port} is closed");
            }
            let calls = json!({ "protocol": "TCP", "port": PORTS.0 });
            let peers = |rule: &Value, side: &str| {
                let peers = items(&rule[side]);
                items(&rule["ports"]).contains(&calls)
                    && peers
                        .iter()
                        .any(|peer| peer["podSelector"].is_object() && picks(&peer["podSelector"], labels))
            };
            assert!(rules.iter().any(|rule| peers(rule, "to")), "{place}: it cannot call its peers");
            let inwards = policies(rendered, "Ingress", labels);
            let mut rules = inwards.iter().flat_map(|policy| items(&policy["spec"]["ingress"]));
            assert!(rules.any(|rule| peers(rule, "from")), "{place}: its peers cannot call it");
        }
    }
}
