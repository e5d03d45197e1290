//! A client that was built on a released contract goes on working: nothing of it is gone, and nothing means something else.

use std::collections::BTreeSet;

use prost::Message;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorSet, ServiceDescriptorProto,
};

const FILE: &str = "descriptors.bin";

fn present() -> FileDescriptorSet {
    let mut set = FileDescriptorSet::decode(proto::FILE_DESCRIPTOR_SET).expect("descriptors");
    // Comments may be mended.
    set.file.iter_mut().for_each(|file| file.source_code_info = None);
    set
}

/// Everything that programs rely on, each in one line. Compatible is what has all the lines.
fn lines(set: &FileDescriptorSet) -> BTreeSet<String> {
    let mut lines = Lines(BTreeSet::new());
    for file in set.file.iter().filter(|file| file.package().starts_with("thidua.")) {
        let package = file.package();
        file.message_type.iter().for_each(|message| lines.message(package, message));
        file.enum_type.iter().for_each(|numbers| lines.enumeration(package, numbers));
        file.service.iter().for_each(|service| lines.service(package, service));
    }
    assert!(lines.0.len() > 1000, "the descriptors hold only {} lines", lines.0.len());
    lines.0
}

struct Lines(BTreeSet<String>);

impl Lines {
    fn message(&mut self, parent: &str, message: &DescriptorProto) {
        let name = format!("{parent}.{}", message.name());
        self.0.insert(format!("message {name}"));
        for field in &message.field {
            self.field(&name, message, field);
        }
        message.nested_type.iter().for_each(|nested| self.message(&name, nested));
        message.enum_type.iter().for_each(|numbers| self.enumeration(&name, numbers));
    }

    fn field(&mut self, message: &str, within: &DescriptorProto, field: &FieldDescriptorProto) {
        let repeated = if field.label() == Label::Repeated { "repeated " } else { "" };
        let kind = match field.r#type() {
            Type::Message | Type::Enum => field.type_name().to_owned(),
            kind => format!("{kind:?}").to_lowercase(),
        };
        let choice = field.oneof_index.and_then(|index| within.oneof_decl.get(usize::try_from(index).ok()?));
        let choice = match choice {
            _ if field.proto3_optional() => " (optional)".to_owned(),
            Some(choice) => format!(" (one of {})", choice.name()),
            None => String::new(),
        };
        self.0.insert(format!("{message}.{} = {}: {repeated}{kind}{choice}", field.name(), field.number()));
    }

    fn enumeration(&mut self, parent: &str, numbers: &EnumDescriptorProto) {
        let name = format!("{parent}.{}", numbers.name());
        for value in &numbers.value {
            self.0.insert(format!("{name}: {} = {}", value.name(), value.number()));
        }
    }

    fn service(&mut self, package: &str, service: &ServiceDescriptorProto) {
        for method in &service.method {
            let stream = |streams: bool| if streams { "stream " } else { "" };
            self.0.insert(format!(
                "rpc {package}.{}/{}: {}{} gives {}{}",
                service.name(),
                method.name(),
                stream(method.client_streaming()),
                method.input_type(),
                stream(method.server_streaming()),
                method.output_type()
            ));
        }
    }
}

#[test]
fn the_contracts_are_compatible_with_every_release() {
    let present = present();
    super::keep(FILE, &present.encode_to_vec());
    let present = lines(&present);
    for release in super::releases() {
        let released = FileDescriptorSet::decode(&*super::read(&release, FILE)).expect("descriptors");
        let broken: Vec<_> = lines(&released).difference(&present).cloned().collect();
        assert!(broken.is_empty(), "since {}, gone or changed:\n{}", release.display(), broken.join("\n"));
    }
}

/// What is missing when `change` was made to the contracts.
fn after(change: impl FnOnce(&mut FileDescriptorSet)) -> Vec<String> {
    let mut changed = present();
    change(&mut changed);
    lines(&present()).difference(&lines(&changed)).cloned().collect()
}

fn file<'a>(set: &'a mut FileDescriptorSet, name: &str) -> &'a mut prost_types::FileDescriptorProto {
    set.file.iter_mut().find(|file| file.name().ends_with(name)).expect("the file")
}

fn field<'a>(set: &'a mut FileDescriptorSet, message: &str, field: &str) -> &'a mut FieldDescriptorProto {
    let messages = &mut file(set, "scoring/v1/sheets.proto").message_type;
    let message = messages.iter_mut().find(|found| found.name() == message).expect("the message");
    message.field.iter_mut().find(|found| found.name() == field).expect("the field")
}

#[test]
fn what_breaks_clients_is_found() {
    let unit = "thidua.scoring.v1.SheetKey.unit = 2: string";
    assert_eq!(after(|set| field(set, "SheetKey", "unit").name = Some("units".to_owned())), [unit]);
    assert_eq!(after(|set| field(set, "SheetKey", "unit").number = Some(9)), [unit]);
    assert_eq!(after(|set| field(set, "SheetKey", "unit").set_type(Type::Bytes)), [unit]);
    assert_eq!(after(|set| field(set, "SheetKey", "unit").set_label(Label::Repeated)), [unit]);
    assert_eq!(after(|set| field(set, "SheetKey", "unit").proto3_optional = Some(true)), [unit]);
    let put = "rpc thidua.scoring.v1.SheetService/PutSheet: .thidua.scoring.v1.PutSheetRequest gives \
               .thidua.scoring.v1.PutSheetResponse";
    let service = |set: &mut FileDescriptorSet| {
        file(set, "scoring/v1/sheets.proto").service[0].method.retain(|method| method.name() != "PutSheet");
    };
    assert_eq!(after(service), [put]);
    let reason = |set: &mut FileDescriptorSet| {
        file(set, "common/v1/reasons.proto").enum_type[0].value.retain(|value| value.number() != 9);
    };
    assert_eq!(after(reason), ["thidua.common.v1.Reason: REASON_SESSION_REVOKED = 9"]);
}

#[test]
fn what_is_added_breaks_nobody() {
    let more = |set: &mut FileDescriptorSet| {
        let mut added = field(set, "SheetKey", "unit").clone();
        (added.name, added.number) = (Some("part".to_owned()), Some(99));
        let messages = &mut file(set, "scoring/v1/sheets.proto").message_type;
        messages.iter_mut().for_each(|message| message.field.push(added.clone()));
    };
    assert_eq!(after(more), Vec::<String>::new());
}
