use std::io::{self, Write};

/// The space between a name and its value.
const WIDTH: usize = 18;

/// What is known of one thing: a name and a value a line. What has no value is left out.
pub(crate) fn facts<'a>(
    out: &mut impl Write,
    facts: impl IntoIterator<Item = (&'a str, String)>,
) -> io::Result<()> {
    for (name, value) in facts {
        if !value.is_empty() {
            writeln!(out, "{name:<WIDTH$}{value}")?;
        }
    }
    Ok(())
}

/// The value of an enumeration without the enumeration's name in front: `JOB_STATE_RUNNING` is `running`.
pub(crate) fn word(value: &str, enumeration: &str) -> String {
    value.strip_prefix(enumeration).unwrap_or(value).to_lowercase()
}

/// Who did something, and when.
pub(crate) fn act(act: Option<&proto::common::v1::Act>) -> String {
    let Some(act) = act else { return String::new() };
    let name = match (act.name.as_str(), act.account_id.as_str()) {
        ("", "") => "the platform".to_owned(),
        ("", account) => format!("account {account}"),
        (name, _) => name.to_owned(),
    };
    format!("{name}, {}", super::moment(act.at.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_left_out() {
        let mut out = Vec::new();
        let known = [("kind", "classify".to_owned()), ("error", String::new())];
        facts(&mut out, known).expect("written");
        assert_eq!(out, b"kind              classify\n");
        assert_eq!(word("JOB_STATE_RUNNING", "JOB_STATE_"), "running");
    }
}
