//! A share from nothing to all, as a decimal text: `"0"`, `"0.05"`, `"1"`.

use serde::{Deserialize, Serialize};

/// Decimals of a share.
const DECIMALS: usize = 6;

/// All, in millionths.
const ALL: u32 = 1_000_000;

/// See the [module](self).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Share(u32);

impl Share {
    pub const ALL: Self = Self(ALL);

    /// Whether a number that is as likely to be any other is within the share.
    pub fn has(self, chance: u64) -> bool {
        (u128::from(chance) * u128::from(ALL)) >> u64::BITS < u128::from(self.0)
    }
}

impl TryFrom<String> for Share {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let share = (digits(whole) && digits(part) && part.len() <= DECIMALS)
            .then(|| format!("{whole}{part:0<DECIMALS$}").parse().ok())
            .flatten()
            .filter(|share| *share <= ALL);
        share.map(Self).ok_or_else(|| {
            format!(
                "{text:?} is no share from \"0\" to \"1\" with at most {DECIMALS} decimals, such as \"0.05\""
            )
        })
    }
}

impl From<Share> for String {
    fn from(Share(share): Share) -> Self {
        let text = format!("{}.{:06}", share / ALL, share % ALL);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(text: &str) -> Result<Share, String> {
        Share::try_from(text.to_owned())
    }

    #[test]
    fn shares_are_read_and_written() {
        for (text, written) in
            [("0", "0"), ("1", "1"), ("1.0", "1"), ("0.05", "0.05"), ("0.000001", "0.000001")]
        {
            assert_eq!(share(text).map(String::from), Ok(written.to_owned()));
        }
        for wrong in ["", "1.1", "2", "-0", ".5", "0.", "0.0000001", "5%", "1e-3", "0,5"] {
            assert!(share(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_share_has_so_many_of_all() {
        let (all, none, half) = (Share::ALL, share("0"), share("0.5"));
        assert!(all.has(0) && all.has(u64::MAX));
        assert_eq!(none.map(|none| none.has(0)), Ok(false));
        assert_eq!(half.clone().map(|half| half.has(u64::MAX / 2 - 1)), Ok(true));
        assert_eq!(half.map(|half| half.has(u64::MAX / 2 + 1)), Ok(false));
    }
}
