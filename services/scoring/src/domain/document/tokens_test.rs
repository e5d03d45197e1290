use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn message(json: &[u8]) -> String {
    let fault = Document::read(json).map(|_| ()).unwrap_err();
    assert_eq!(fault.pointer, "");
    fault.message
}

/// The document as `serde_json` would have read it.
fn value(node: Node<'_>) -> Value {
    if let Some(text) = node.text() {
        Value::from(text)
    } else if let Some(elements) = node.elements() {
        elements.map(value).collect()
    } else if let Some(members) = node.members() {
        members.map(|(name, node)| (name.to_owned(), value(node))).collect()
    } else {
        // A number beyond the range of a double, which only we read.
        serde_json::from_str(&node.describe()).unwrap_or_else(|_| Value::from(node.describe()))
    }
}

#[test]
fn what_is_not_i_json_is_told_with_its_place() {
    for (json, wanted) in [
        (&b""[..], "the document ends too early at line 1, column 1"),
        (b"{\"a\":1,\n \"b\":01}", "\",\" or \"}\" is wanted at line 2, column 7"),
        (b"\xef\xbb\xbf{}", "a byte order mark stands at line 1, column 1"),
        (b"{\"\xff\":1}", "byte 2 is not UTF-8"),
        (b"{} x", "something follows the document at line 1, column 4"),
        (b"{\"a\":1,\"a\":2}", "the name \"a\" stands twice"),
        (b"{\"a\":1,\"\\u0061\":2}", "the name \"a\" stands twice"),
        (b"[\"\\ud800\"]", "a lone surrogate"),
        (b"[\"\\udc00\\ud800\"]", "a lone surrogate"),
        (b"[\"\\ud800\\u0041\"]", "a lone surrogate"),
        (b"[\"\\ud800x\"]", "a lone surrogate"),
        (b"[\"\\x\"]", "an unknown escape"),
        (b"[\"\\u12g4\"]", "four hexadecimal digits"),
        (b"[\"\\u+123\"]", "four hexadecimal digits"),
        (b"[\"a\tb\"]", "a control character"),
        (b"[\"\\n\tb\"]", "a control character"),
        (b"[\"abc", "the document ends in a string"),
        (b"[\"\\n", "the document ends in a string"),
        (b"[\"\\", "an unknown escape"),
        (b"[1,]", "a value is wanted"),
        (b"[1 2]", "\",\" or \"]\" is wanted"),
        (b"{\"a\" 1}", "\":\" is wanted"),
        (b"{\"a\":1,}", "a name in quotes is wanted"),
        (b"{a:1}", "a name in quotes is wanted"),
        (b"[nul]", "a value is wanted"),
        (b"[+1]", "a value is wanted"),
        (b"[.5]", "a value is wanted"),
        (b"[1.]", "a digit is wanted"),
        (b"[1e]", "a digit is wanted"),
        (b"[-]", "a digit is wanted"),
        (b"[NaN]", "a value is wanted"),
        (b"[1", "the document ends too early"),
        (b"\xc2\xa0[]", "a value is wanted"),
    ] {
        let told = message(json);
        assert!(told.starts_with(wanted), "{}: {told}", String::from_utf8_lossy(json));
    }
}

#[test]
fn sixty_four_levels_are_allowed_and_no_more() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(Document::read(nested(DEPTH).as_bytes()).is_ok());
    assert!(message(nested(DEPTH + 1).as_bytes()).starts_with("more than 64 levels"));
    let objects = |levels: usize| format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
    assert!(Document::read(objects(DEPTH).as_bytes()).is_ok());
    assert!(message(objects(DEPTH + 1).as_bytes()).starts_with("more than 64 levels"));
    assert!(message("[".repeat(5_000_000).as_bytes()).starts_with("more than 64 levels"));
}

#[test]
fn numbers_that_fit_nowhere_are_still_readable() {
    let text = b"[0, -0, 1.0, 1e400, -1e-400, 123456789012345678901234567890, 7]";
    let document = Document::read(text).unwrap();
    let integers: Vec<_> = document.root().elements().unwrap().map(|n| n.integer().is_some()).collect();
    assert_eq!(integers, [true, false, false, false, false, true, true]);
    assert_eq!(document.root().elements().unwrap().nth(3).unwrap().describe(), "1e400");
}

#[test]
fn names_of_large_objects_are_compared_too() {
    let object = |last: &str| {
        let names: Vec<String> = (0..40).map(|i| format!("\"n{i}\":{{\"n1\":0}}")).collect();
        format!("{{{},\"{last}\":1}}", names.join(","))
    };
    assert!(Document::read(object("n40").as_bytes()).is_ok());
    assert!(message(object("n7").as_bytes()).starts_with("the name \"n7\" stands twice"));
}

/// JSON values without duplicate names.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 20, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..20).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..20)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn documents_read_as_serde_json_reads_them(wanted in any_value()) {
        for text in [wanted.to_string(), format!("{wanted:#}")] {
            let document = Document::read(text.as_bytes()).unwrap();
            prop_assert_eq!(value(document.root()), wanted.clone());
        }
    }

    #[test]
    fn damaged_documents_are_refused_where_serde_json_refuses_them(
        wanted in any_value(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>(),
    ) {
        let mut bytes = wanted.to_string().into_bytes();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        let ours = Document::read(&bytes).map(|document| value(document.root()));
        match (ours, serde_json::from_slice::<Value>(&bytes)) {
            (Ok(ours), Ok(theirs)) => prop_assert_eq!(ours, theirs),
            // Only we refuse a name that stands twice.
            (Err(fault), Ok(_)) => prop_assert!(fault.message.contains("stands twice"), "{}", fault.message),
            (Ok(_), Err(error)) => prop_assert!(error.to_string().contains("number out of range"), "{error}"),
            (Err(_), Err(_)) => {}
        }
    }
}
