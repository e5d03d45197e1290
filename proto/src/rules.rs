//! Who may call what: the option `thidua.common.v1.rule` of every RPC, as a table made at build time.

use crate::common::v1::Role;

/// The rule of one RPC; the fields are those of the message `thidua.common.v1.Rule`, whose comments define them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The full method path, such as `/thidua.competition.v1.BallotService/CastBallot`.
    pub path: &'static str,
    /// Members with one of these roles may call, within the scope of the role.
    pub roles: &'static [Role],
    /// Every signed-in member may call.
    pub any_member: bool,
    /// Operators may call.
    pub operator: bool,
    /// Other services may call, in the name of the tenant of their token.
    pub service: bool,
    /// Everyone may call, without a token.
    pub public: bool,
    /// The RPC changes something: it accepts idempotency keys and is audited.
    pub mutates: bool,
    /// Neither the request nor a hash of it may be logged or stored.
    pub secret: bool,
    /// The RPC also works while the tenant is suspended.
    pub while_suspended: bool,
}

static RULES: &[Rule] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The rules of all RPCs, ordered by path.
pub fn rules() -> &'static [Rule] {
    RULES
}

/// The rule of the RPC with this full method path (that of the HTTP/2 request). None: nobody may call it.
pub fn rule(path: &str) -> Option<&'static Rule> {
    RULES.binary_search_by(|rule| rule.path.cmp(path)).ok().and_then(|at| RULES.get(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn casting_a_ballot_is_for_delegates_alone_and_secret() {
        let rule = rule("/thidua.competition.v1.BallotService/CastBallot").unwrap();
        assert_eq!(rule.roles, [Role::Delegate]);
        assert!(rule.mutates && rule.secret);
        assert!(!(rule.any_member || rule.operator || rule.service || rule.public || rule.while_suspended));
    }

    #[test]
    fn only_the_key_set_is_public() {
        let public: Vec<_> = rules().iter().filter(|rule| rule.public).map(|rule| rule.path).collect();
        assert_eq!(public, ["/thidua.organizations.v1.KeyService/GetKeySet"]);
    }

    #[test]
    fn an_unknown_method_has_no_rule() {
        assert_eq!(rule("/thidua.competition.v1.BallotService/CastBallots"), None);
        assert_eq!(rule(""), None);
    }
}
