//! The manifests of the cluster, put together: by the small part of kustomize that they use, and by `kubectl kustomize`
//! where it is installed.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::documents::{documents, entries, items, parsed, root, text, texts};

/// Objects of the cluster, as one way of putting them together gives them.
pub struct Rendered {
    /// Which overlay, and by whom.
    pub origin: String,
    pub objects: Vec<Value>,
}

/// The overlay that scales by waiting jobs.
pub const JOBS_WAITING: &str = "k8s/overlays/jobs-waiting";
/// The overlay that scales by processor time.
pub const CPU: &str = "k8s/overlays/cpu";
pub const DATABASES: &str = "k8s/databases";

/// Every folder that is applied, in every way. Rendering takes a while, so it is done once.
static ALL: LazyLock<Vec<(&'static str, Rendered)>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for folder in [JOBS_WAITING, CPU, DATABASES] {
        let own = Rendered { origin: folder.to_owned(), objects: composed(Path::new(folder)) };
        all.extend(std::iter::once(own).chain(by_kubectl(folder)).map(|rendered| (folder, rendered)));
    }
    all
});

/// The objects of a folder: once as read here, and once as kubectl gives them, where it is there.
pub fn rendered(folder: &str) -> impl Iterator<Item = &'static Rendered> {
    ALL.iter().filter(move |(of, _)| *of == folder).map(|(_, rendered)| rendered)
}

/// Both overlays, each in every way.
pub fn overlays() -> impl Iterator<Item = &'static Rendered> {
    [JOBS_WAITING, CPU].into_iter().flat_map(rendered)
}

/// Everything that is applied.
pub fn everything() -> impl Iterator<Item = &'static Rendered> {
    ALL.iter().map(|(_, rendered)| rendered)
}

impl Rendered {
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Value> {
        self.objects.iter().filter(move |object| object["kind"] == kind)
    }

    /// The objects whose pods stay.
    pub fn deployments(&self) -> impl Iterator<Item = &Value> {
        self.of_kind("Deployment")
    }

    pub fn named(&self, kind: &str, name: &str) -> &Value {
        let found = self.of_kind(kind).find(|object| object["metadata"]["name"] == name);
        found.unwrap_or_else(|| panic!("{}: there is no {kind} {name}", self.origin))
    }
}

/// Where an object stands, for messages.
pub fn place(rendered: &Rendered, object: &Value) -> String {
    format!("{}: {} {}", rendered.origin, object["kind"], object["metadata"]["name"])
}

/// The one container of a pod that is ours, in an object with a template of pods.
pub fn container(object: &Value) -> &Value {
    let containers = items(&object["spec"]["template"]["spec"]["containers"]);
    assert_eq!(containers.len(), 1, "{} has one container", object["metadata"]["name"]);
    &containers[0]
}

/// Whether the selector picks what has these labels.
pub fn picks(selector: &Value, labels: &Value) -> bool {
    entries(&selector["matchLabels"]).all(|(key, value)| labels[key] == *value)
}

fn by_kubectl(folder: &str) -> Option<Rendered> {
    let output = match Command::new("kubectl").arg("kustomize").arg(root().join(folder)).output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            // Past the test runner, which would keep it to itself.
            let _ = writeln!(std::io::stderr(), "there is no kubectl: {folder} is not rendered by it");
            return None;
        }
        output => output.expect("kubectl runs"),
    };
    assert!(
        output.status.success(),
        "kubectl kustomize {folder}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let origin = format!("kubectl kustomize {folder}");
    let objects = parsed(&origin, &String::from_utf8(output.stdout).expect("text"));
    Some(Rendered { origin, objects })
}

/// The objects of a folder with a `kustomization.yaml`.
fn composed(folder: &Path) -> Vec<Value> {
    let kustomization = kustomization(folder);
    let mut objects = Vec::new();
    for resource in texts(&kustomization["resources"]) {
        let path = normal(&folder.join(resource));
        match root().join(&path).is_dir() {
            true => objects.extend(composed(&path)),
            false => objects.extend(documents(&path.to_string_lossy())),
        }
    }
    for made in items(&kustomization["configMapGenerator"]) {
        objects.push(config_map(folder, made));
    }
    for patch in items(&kustomization["patches"]) {
        let path = folder.join(patch["path"].as_str().expect("a path"));
        let [patched] = &documents(&path.to_string_lossy())[..] else { panic!("{path:?} is one document") };
        let kinds = patch["target"]["kind"].as_str().expect("a kind");
        for object in &mut objects {
            if kinds.split('|').any(|kind| object["kind"] == kind) {
                merge(&mut object["spec"], &patched["spec"]);
            }
        }
    }
    for object in &mut objects {
        if object["kind"] != "Namespace" {
            object["metadata"]["namespace"] = kustomization["namespace"].clone();
        }
    }
    objects
}

/// The file of a folder, in which nothing stands that is not followed above or by [`super::cluster`].
pub fn kustomization(folder: &Path) -> Value {
    let path = folder.join("kustomization.yaml");
    let [file] = &documents(&path.to_string_lossy())[..] else { panic!("{path:?} is one document") };
    for (key, _) in entries(file) {
        let known = [
            "apiVersion",
            "kind",
            "namespace",
            "resources",
            "configMapGenerator",
            "generatorOptions",
            "patches",
            "images",
        ];
        assert!(known.contains(&key.as_str()), "{path:?}: this test does not know {key}");
    }
    assert_eq!(file["apiVersion"], "kustomize.config.k8s.io/v1beta1", "{path:?}");
    assert_eq!(file["kind"], "Kustomization", "{path:?}");
    file.clone()
}

fn config_map(folder: &Path, made: &Value) -> Value {
    let mut data = Map::new();
    for file in texts(&made["envs"]) {
        for line in text(&folder.join(file).to_string_lossy()).lines() {
            let (name, value) =
                line.split_once('=').unwrap_or_else(|| panic!("{file}: {line:?} sets nothing"));
            data.insert(name.to_owned(), value.into());
        }
    }
    for file in texts(&made["files"]) {
        data.insert(file.to_owned(), text(&folder.join(file).to_string_lossy()).into());
    }
    json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": { "name": made["name"] },
        "data": data,
    })
}

/// A strategic merge: maps by key, lists of named things by name, everything else in place of what was there.
fn merge(into: &mut Value, patch: &Value) {
    match (into, patch) {
        (Value::Object(into), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (Value::Array(into), Value::Array(patch)) if patch.iter().all(|item| item["name"].is_string()) => {
            for item in patch {
                match into.iter_mut().find(|there| there["name"] == item["name"]) {
                    Some(there) => merge(there, item),
                    None => into.push(item.clone()),
                }
            }
        }
        (into, patch) => *into = patch.clone(),
    }
}

/// `k8s/overlays/cpu/../../base` → `k8s/base`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part.as_os_str() == ".." {
            true => drop(normal.pop()),
            false => normal.push(part),
        }
    }
    normal
}
