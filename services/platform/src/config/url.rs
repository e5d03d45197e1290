//! URLs of servers, fit for messages.

/// `postgres://role:***@host/database`.
pub(crate) fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return "***".to_owned() };
    // A query may carry a password too.
    let rest = rest.split('?').next().unwrap_or_default();
    let Some(at) = rest.rfind('@') else { return format!("{scheme}://{rest}") };
    let role = rest[..at].split(':').next().unwrap_or_default();
    let hidden = if rest[..at].contains(':') { ":***" } else { "" };
    format!("{scheme}://{role}{hidden}{}", &rest[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_show_where_but_no_password() {
        let shown = without_password("postgres://runtime:s3:c/ret@db:5432/x?password=y");
        assert_eq!(shown, "postgres://runtime:***@db:5432/x");
        assert_eq!(without_password("postgres://runtime@db/x"), "postgres://runtime@db/x");
        assert_eq!(without_password("postgres:///x?password=y"), "postgres:///x");
        assert_eq!(without_password("secret"), "***");
    }
}
