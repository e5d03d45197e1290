//! Which crate may depend on which, and what the product's tree holds once.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Package, PackageId};

use super::SERVICES;
use super::tree::METADATA;

/// The names of our crates on which `package` depends, as the kinds say.
fn ours<'a>(package: &'a Package, names: &BTreeSet<&str>, tests: bool) -> Vec<&'a str> {
    let dependencies = package.dependencies.iter();
    dependencies
        .filter(|dependency| tests || dependency.kind != DependencyKind::Development)
        .map(|dependency| dependency.name.as_str())
        .filter(|name| names.contains(name))
        .collect()
}

#[test]
fn each_crate_depends_on_what_it_may() {
    let packages = METADATA.workspace_packages();
    let names: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let mut faults = Vec::new();
    for package in packages {
        let name = package.name.as_str();
        let allowed: &[&str] = match name {
            "proto" | "migrations" => &[],
            "platform" => &["proto"],
            "console" => &["proto", "platform"],
            _ if SERVICES.contains(&name) => &["proto", "platform"],
            // The executable wires everything, and tests drive it.
            "thidua" | "tests" => continue,
            _ => {
                faults.push(format!("crate {name} is new: say here on what it may depend"));
                continue;
            }
        };
        for dependency in ours(package, &names, false) {
            if !allowed.contains(&dependency) {
                faults.push(format!("{name} depends on {dependency}"));
            }
        }
        for dependency in ours(package, &names, true) {
            if matches!(dependency, "thidua" | "tests")
                || SERVICES.contains(&dependency) && dependency != name
            {
                faults.push(format!("{name} is tested with {dependency}: such tests stand in tests/"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn only_tests_make_principals_without_a_token() {
    let mut faults = Vec::new();
    for package in METADATA.workspace_packages() {
        for dependency in &package.dependencies {
            let testing = dependency.features.iter().any(|feature| feature == "testing");
            if dependency.name == "platform" && testing && dependency.kind != DependencyKind::Development {
                faults.push(format!("{} enables platform/testing outside of dev-dependencies", package.name));
            }
        }
        let default = package.features.get("default").cloned().unwrap_or_default();
        assert!(!default.iter().any(|feature| feature.contains("testing")), "{}: {default:?}", package.name);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Libraries that one crate alone may name.
#[test]
fn each_seam_stands_in_one_crate() {
    let owners = [("rand", "platform"), ("lapin", "platform"), ("redis", "platform"), ("sqlx", "platform")];
    let mut faults = Vec::new();
    // The benchmarks have baselines of their own.
    let packages =
        METADATA.workspace_packages().into_iter().filter(|package| package.name.as_str() != "tests");
    for package in packages {
        for dependency in package.dependencies.iter().filter(|dep| dep.kind != DependencyKind::Development) {
            for (library, owner) in owners {
                if dependency.name == library && package.name.as_str() != owner {
                    faults.push(format!("{} names {library}, which is {owner}'s alone", package.name));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What the executable is built of: packages by name, with their versions.
fn product() -> BTreeMap<&'static str, BTreeSet<String>> {
    let graph = METADATA.resolve.as_ref().expect("a dependency graph");
    let root =
        METADATA.packages.iter().find(|package| package.name.as_str() == "thidua").expect("the executable");
    let mut seen: BTreeSet<&PackageId> = BTreeSet::new();
    let mut next = vec![&root.id];
    while let Some(id) = next.pop() {
        if seen.insert(id) {
            let node = graph.nodes.iter().find(|node| node.id == *id).expect("a node");
            let linked = node
                .deps
                .iter()
                .filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal));
            next.extend(linked.map(|dep| &dep.pkg));
        }
    }
    let mut packages: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for package in METADATA.packages.iter().filter(|package| seen.contains(&package.id)) {
        packages.entry(package.name.as_str()).or_default().insert(package.version.to_string());
    }
    packages
}

#[test]
fn there_is_one_stack_of_each_kind() {
    let packages = product();
    let mut faults = Vec::new();
    for name in ["openssl", "openssl-sys", "native-tls", "aws-lc-rs", "aws-lc-sys", "async-std", "smol"] {
        if let Some(versions) = packages.get(name) {
            faults.push(format!("{name} {versions:?}: TLS is rustls with ring, the runtime is tokio"));
        }
    }
    for name in [
        "ring",
        "rustls",
        "hyper",
        "http",
        "tokio",
        "tonic",
        "prost",
        "axum",
        "tower",
        "sqlx-core",
        "sea-orm",
    ] {
        if packages.get(name).is_some_and(|versions| versions.len() > 1) {
            faults.push(format!("{name} is there more than once: {:?}", packages[name]));
        }
    }
    if packages.get("hyper").is_some_and(|versions| !versions.iter().all(|version| version.starts_with("1.")))
    {
        faults.push(format!("the HTTP stack is hyper 1, not {:?}", packages["hyper"]));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
