//! Compiles the `.proto` files (without `protoc`) and writes, beside the generated code, the encoded descriptors
//! and the table of the RPCs' rules.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use protox::prost_reflect::{DescriptorPool, DynamicMessage, ReflectMessage, Value};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=thidua");
    println!("cargo:rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let mut files = Vec::new();
    find_protos(Path::new("thidua"), &mut files)?;
    files.sort();
    let mut compiler = protox::Compiler::new(["."])?;
    compiler.include_source_info(true).include_imports(true).open_files(&files)?;

    fs::write(out.join("descriptors.bin"), compiler.encode_file_descriptor_set())?;
    fs::write(out.join("rules.rs"), rule_table(&compiler.descriptor_pool())?)?;
    let mut config = tonic_prost_build::Config::new();
    // An event's topic is the name of its message.
    config.enable_type_names();
    tonic_prost_build::configure()
        .emit_rerun_if_changed(false)
        // One message has one encoding, whose hash can be compared: maps in the order of their keys.
        .btree_map(".")
        .compile_fds_with_config(compiler.file_descriptor_set(), config)?;
    Ok(())
}

fn find_protos(directory: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            find_protos(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            found.push(path);
        }
    }
    Ok(())
}

/// The option `thidua.common.v1.rule` of every method as a Rust array of `Rule`, ordered by method path.
/// A method without the option gets no entry: it is denied.
fn rule_table(pool: &DescriptorPool) -> Result<String, Box<dyn Error>> {
    let extension =
        pool.get_extension_by_name("thidua.common.v1.rule").ok_or("no extension thidua.common.v1.rule")?;
    let mut entries = Vec::new();
    for method in pool.services().flat_map(|service| service.methods().collect::<Vec<_>>()) {
        let options = method.options();
        if !options.has_extension(&extension) {
            continue;
        }
        let option = options.get_extension(&extension);
        let rule = option.as_message().ok_or("the extension thidua.common.v1.rule is no message")?;
        let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
        entries.push((path.clone(), rule_entry(&path, rule)?));
    }
    entries.sort();
    let mut table = String::from("&[\n");
    for (_, entry) in entries {
        writeln!(table, "    {entry},")?;
    }
    table.push(']');
    Ok(table)
}

fn rule_entry(path: &str, rule: &DynamicMessage) -> Result<String, Box<dyn Error>> {
    let flag =
        |name: &str| rule.get_field_by_name(name).and_then(|value| value.as_bool()).unwrap_or_default();
    let roles = rule.get_field_by_name("roles").ok_or("Rule has no field roles")?;
    let role =
        rule.descriptor().parent_pool().get_enum_by_name("thidua.common.v1.Role").ok_or("no enum Role")?;
    let mut names = Vec::new();
    for number in roles.as_list().unwrap_or_default().iter().filter_map(Value::as_enum_number) {
        let value =
            role.get_value(number).ok_or_else(|| format!("{path}: no role has the number {number}"))?;
        names.push(format!("Role::{}", camel_case(value.name().trim_start_matches("ROLE_"))));
    }
    Ok(format!(
        "Rule {{ path: {path:?}, roles: &[{}], any_member: {}, operator: {}, service: {}, public: {}, mutates: {}, \
         secret: {}, while_suspended: {} }}",
        names.join(", "),
        flag("any_member"),
        flag("operator"),
        flag("service"),
        flag("public"),
        flag("mutates"),
        flag("secret"),
        flag("while_suspended"),
    ))
}

/// `UNIT_OFFICER` → `UnitOfficer`, as the generated enum has it.
fn camel_case(name: &str) -> String {
    let mut camel = String::new();
    for word in name.split('_') {
        let (first, rest) = word.split_at(word.len().min(1));
        camel.push_str(first);
        camel.push_str(&rest.to_ascii_lowercase());
    }
    camel
}
