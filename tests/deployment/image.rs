//! The recipe of the image. No engine is here to follow it, so it is read.

use super::documents::{root, text};
use super::settings::{self, Environment};
use crate::architecture::METADATA;

/// The user of the image, by number.
pub const USER: u64 = 10001;

const FILE: &str = "services/Dockerfile";

/// The instructions of the recipe with their arguments, continued lines joined.
fn instructions() -> Vec<(String, String)> {
    let text = text(FILE);
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let joined = lines.collect::<Vec<_>>().join("\n").replace("\\\n", " ");
    let split = joined.lines().filter_map(|line| line.trim().split_once(char::is_whitespace));
    split.map(|(name, rest)| (name.to_owned(), rest.trim().to_owned())).collect()
}

/// The instructions of the stage that becomes the image.
fn last_stage() -> Vec<(String, String)> {
    let mut all = instructions();
    let from = all.iter().rposition(|(name, _)| name == "FROM").expect("a stage");
    all.split_off(from)
}

fn only<'a>(instructions: &'a [(String, String)], name: &str) -> &'a str {
    let found: Vec<_> = instructions.iter().filter(|(is, _)| is == name).collect();
    assert_eq!(found.len(), 1, "{FILE}: {name} stands once in this stage");
    &found[0].1
}

/// The variables that the image itself sets.
pub fn environment() -> Environment {
    let stage = last_stage();
    let pairs = only(&stage, "ENV").split_whitespace();
    let pairs = pairs.map(|pair| pair.split_once('=').expect("NAME=value"));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[test]
fn what_is_copied_is_there_and_all_that_cargo_reads() {
    let all = instructions();
    let from_here = all.iter().filter(|(name, rest)| name == "COPY" && !rest.starts_with("--from"));
    let sources: Vec<&str> = from_here
        .flat_map(|(_, rest)| {
            let mut paths: Vec<_> = rest.split_whitespace().collect();
            paths.pop();
            paths
        })
        .collect();
    let ignored = text(".dockerignore");
    for source in &sources {
        assert!(root().join(source).exists(), "{FILE} copies {source}, which is not there");
        assert!(ignored.lines().any(|line| line == format!("!{source}")), ".dockerignore hides {source}");
    }
    for package in METADATA.workspace_packages() {
        let path = package.manifest_path.as_std_path().strip_prefix(root()).expect("within the tree");
        assert!(sources.iter().any(|source| path.starts_with(source)), "{FILE} does not copy {path:?}");
    }
    for needed in ["Cargo.toml", "Cargo.lock"] {
        assert!(sources.contains(&needed), "{FILE} does not copy {needed}");
    }
}

#[test]
fn what_is_not_for_the_image_is_left_out_and_nothing_that_is_built() {
    let ignored = text(".dockerignore");
    let hidden = ignored.lines().filter(|line| !line.starts_with(['#', '!', '*']) && !line.is_empty());
    let targets = METADATA.workspace_packages().into_iter().flat_map(|package| &package.targets);
    let sources: Vec<_> = targets.map(|target| target.src_path.as_std_path()).collect();
    for path in hidden {
        assert!(root().join(path).exists(), ".dockerignore: {path} is not there");
        assert!(!sources.iter().any(|source| source.starts_with(root().join(path))), "cargo reads {path}");
    }
    assert!(ignored.lines().any(|line| line == "*"), "what is not named stays out");
}

#[test]
fn it_holds_the_executable_built_by_the_rust_of_the_workspace() {
    let all = instructions();
    let thidua = METADATA.workspace_packages().into_iter().find(|package| package.name.as_str() == "thidua");
    let thidua = thidua.expect("the executable");
    let rust = thidua.rust_version.as_ref().expect("a Rust version");
    let builder = &all[0].1;
    let expected = format!("rust:{}.{}-", rust.major, rust.minor);
    assert!(builder.starts_with(&expected), "{FILE} builds with {builder}, the workspace wants {expected}");
    let build = only(&all[..all.len() - last_stage().len()], "RUN");
    assert!(build.contains("--locked") && build.contains("--bin thidua"), "{build}");
    assert!(thidua.targets.iter().any(|target| target.is_bin() && target.name == "thidua"));

    let stage = last_stage();
    assert_eq!(only(&stage, "ENTRYPOINT"), "[\"thidua\"]");
    let copied = only(&stage, "COPY");
    assert!(copied.ends_with("/thidua /usr/local/bin/thidua"), "{copied}");
    for (_, image) in all.iter().filter(|(name, _)| name == "FROM") {
        assert!(image.contains("bookworm"), "{image}: what is built runs on the same system");
    }
}

#[test]
fn its_user_is_not_root_and_owns_the_data_directory() {
    let stage = last_stage();
    assert_eq!(only(&stage, "USER"), format!("{USER}:{USER}"));
    let environment = environment();
    let config = settings::load(FILE, &environment);
    let made = format!("install -d -m 0700 -o {USER} -g {USER} {}", config.data_dir.display());
    let run = only(&stage, "RUN");
    assert!(run.contains(&made), "{run}: no {made}");
    assert!(run.contains("ca-certificates"), "TLS needs certificates");
}
