//! Officials: persons in an office at the federation or at a unit.

use ::proto::common::v1::Reason;
use ::proto::organizations::v1 as proto;
use platform::input::{Date, Faults, path};

use super::units::text;

platform::typed_ids! {
    /// A person in one office.
    OfficialId,
}

/// Characters of an e-mail address (RFC 5321, the path without its brackets).
const EMAIL: usize = 254;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Official {
    pub(crate) name: String,
    pub(crate) title: String,
    /// None is the federation.
    pub(crate) unit: Option<String>,
    pub(crate) from: Date,
    /// None while the office goes on.
    pub(crate) to: Option<Date>,
    /// May be empty.
    pub(crate) email: String,
}

impl Official {
    /// Whose first day is not said begins `today`.
    pub(crate) fn parse(
        at: &str,
        official: &proto::Official,
        today: Date,
        faults: &mut Faults,
    ) -> Option<Self> {
        let name = faults.name(path(at, "name"), &official.name);
        let title = faults.name(path(at, "title"), &official.title);
        let unit = faults.optional_code(path(at, "unit"), &official.unit);
        let from = faults.optional_date(path(at, "from"), &official.from);
        let to = faults.optional_date(path(at, "to"), &official.to);
        let email = email(path(at, "email"), &official.email, faults);
        let official = Self {
            name: name?,
            title: title?,
            unit: unit?,
            from: from?.unwrap_or(today),
            to: to?,
            email: email?,
        };
        official.check_dates(at, faults)?;
        Some(official)
    }

    fn check_dates(&self, at: &str, faults: &mut Faults) -> Option<()> {
        match self.to {
            Some(to) if to < self.from => {
                let sentence = format!("{to} is before the first day in office, {}", self.from);
                faults.refuse(path(at, "to"), Reason::DateInvalid, sentence)
            }
            _ => Some(()),
        }
    }

    pub(crate) fn in_office(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    pub(crate) fn to_proto(&self, id: OfficialId) -> proto::Official {
        proto::Official {
            id: id.to_string(),
            name: self.name.clone(),
            title: self.title.clone(),
            unit: self.unit.clone().unwrap_or_default(),
            from: self.from.to_string(),
            to: text(self.to),
            email: self.email.clone(),
        }
    }
}

/// What an UpdateOfficial changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OfficialChange {
    pub(crate) id: OfficialId,
    name: Option<String>,
    title: Option<String>,
    from: Option<Date>,
    to: Option<Option<Date>>,
    email: Option<String>,
}

impl OfficialChange {
    pub(crate) fn parse(request: &proto::UpdateOfficialRequest, faults: &mut Faults) -> Option<Self> {
        let id = faults.id("official_id", &request.official_id);
        let name = request.name.as_deref().map(|name| faults.name("name", name));
        let title = request.title.as_deref().map(|title| faults.name("title", title));
        let from = request.from.as_deref().map(|from| faults.date("from", from));
        let to = request.to.as_deref().map(|to| faults.optional_date("to", to));
        let email = request.email.as_deref().map(|address| email("email", address, faults));
        // What is not in the request is none; what is wrong has been noted, and the change is not made.
        Some(Self {
            id: id?,
            name: name.flatten(),
            title: title.flatten(),
            from: from.flatten(),
            to: to.flatten(),
            email: email.flatten(),
        })
    }

    /// The official after the change.
    pub(crate) fn apply(self, now: Official, faults: &mut Faults) -> Option<Official> {
        let changed = Official {
            name: self.name.unwrap_or(now.name),
            title: self.title.unwrap_or(now.title),
            unit: now.unit,
            from: self.from.unwrap_or(now.from),
            to: self.to.unwrap_or(now.to),
            email: self.email.unwrap_or(now.email),
        };
        changed.check_dates("", faults)?;
        Some(changed)
    }
}

/// An address that messages can be sent to, or empty. Whether someone reads there only sending can tell.
pub(crate) fn email(field: impl Into<String>, address: &str, faults: &mut Faults) -> Option<String> {
    let blank = |c: char| c.is_whitespace() || c.is_control() || c == '<' || c == '>' || c == ',';
    let fine = match address.rsplit_once('@') {
        None => address.is_empty(),
        Some((mailbox, host)) => {
            !mailbox.is_empty() && !host.is_empty() && address.len() <= EMAIL && !address.contains(blank)
        }
    };
    if fine {
        return Some(address.to_owned());
    }
    faults.refuse(
        field,
        Reason::InvalidArgument,
        format!("is no e-mail address of at most {EMAIL} characters"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn official() -> proto::Official {
        proto::Official {
            name: "Nguyễn Thị A".to_owned(),
            title: "Chủ tịch".to_owned(),
            from: "2023-03-01".to_owned(),
            to: "2023-06-30".to_owned(),
            ..Default::default()
        }
    }

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn parse(official: &proto::Official) -> platform::Result<Official> {
        let mut faults = Faults::new();
        let parsed = Official::parse("official", official, day("2023-01-15"), &mut faults);
        faults.finish(parsed)
    }

    #[test]
    fn an_office_has_a_first_and_a_last_day() {
        let chair = parse(&official()).expect("fine");
        assert!(chair.in_office(day("2023-03-01")) && chair.in_office(day("2023-06-30")));
        assert!(!chair.in_office(day("2023-02-28")) && !chair.in_office(day("2023-07-01")));
        let new = parse(&proto::Official { from: String::new(), to: String::new(), ..official() });
        assert_eq!(new.expect("fine").from, day("2023-01-15"));
        let ended = parse(&proto::Official { to: "2023-02-28".to_owned(), ..official() });
        assert_eq!(ended.expect_err("refused").violations()[0].field, "official.to");
    }

    #[test]
    fn a_change_is_checked_with_what_stays() {
        let chair = parse(&official()).expect("fine");
        let change = |to: &str| {
            let request = proto::UpdateOfficialRequest {
                official_id: "00000000-0000-0000-0000-000000000001".to_owned(),
                to: Some(to.to_owned()),
                ..Default::default()
            };
            let mut faults = Faults::new();
            let changed = OfficialChange::parse(&request, &mut faults)
                .and_then(|change| change.apply(chair.clone(), &mut faults));
            faults.finish(changed)
        };
        assert_eq!(change("").expect("fine").to, None);
        assert_eq!(change("2023-01-01").expect_err("refused").reason(), "DATE_INVALID");
    }

    #[test]
    fn addresses_have_a_mailbox_and_a_host() {
        let fine = |address: &str| email("email", address, &mut Faults::new()).is_some();
        assert!(fine("") && fine("a@b.vn") && fine("a.b+c@lđlđ.vn"));
        assert!(!fine("a") && !fine("@b") && !fine("a@") && !fine("a b@c") && !fine("a@b\r\nBcc: x@y"));
        assert!(!fine(&format!("a@{}", "b".repeat(254))));
    }
}
