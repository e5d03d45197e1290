//! Pages of lists: how many entries, and where the next page begins.
//!
//! A token says behind which key the next page begins, and of which list with which filters it is: with other filters
//! it is refused, because its place would mean something else there.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proto::common::v1::Reason;
use sha2::{Digest as _, Sha256};
use tonic::Code;

use crate::error::{Error, Result};

const USUAL: usize = 100;
const MOST: usize = 1000;
/// Bytes of the token that say of which list it is.
const MARK: usize = 8;

/// Which page of a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Entries at most.
    pub size: usize,
    /// The key behind which it begins; none for the first page.
    pub after: Option<String>,
    mark: [u8; MARK],
}

impl Page {
    /// The page that a request asks for. `list` is the RPC's name, `filters` are all fields that narrow or order the
    /// list, as they stand in the request.
    pub fn parse(list: &str, filters: &[&str], page_size: u32, page_token: &str) -> Result<Self> {
        let size = match usize::try_from(page_size) {
            Ok(0) => USUAL,
            Ok(size) => size.min(MOST),
            Err(_) => MOST,
        };
        let mark = mark(list, filters);
        let after = match page_token {
            "" => None,
            token => Some(key(token, mark).ok_or_else(|| token_invalid(list))?),
        };
        Ok(Self { size, after, mark })
    }

    /// Takes this page out of all entries, which are put in order by their keys (UTF-8 bytes). Returns it with the
    /// token of the next one, which is empty after the last.
    pub fn cut<T>(&self, mut all: Vec<T>, key: impl Fn(&T) -> &str) -> (Vec<T>, String) {
        if let Some(after) = &self.after {
            all.retain(|entry| key(entry) > after.as_str());
        }
        all.sort_unstable_by(|one, other| key(one).cmp(key(other)));
        let more = all.len() > self.size;
        all.truncate(self.size);
        let token = if more { all.last().map(|last| self.token(key(last))) } else { None };
        (all, token.unwrap_or_default())
    }

    /// The token of the page behind `key`.
    pub fn token(&self, key: &str) -> String {
        URL_SAFE_NO_PAD.encode([&self.mark, key.as_bytes()].concat())
    }
}

fn key(token: &str, mark: [u8; MARK]) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (found, key) = bytes.split_first_chunk::<MARK>()?;
    (*found == mark).then(|| String::from_utf8(key.to_vec()).ok()).flatten()
}

fn mark(list: &str, filters: &[&str]) -> [u8; MARK] {
    let mut hash = Sha256::new();
    for part in std::iter::once(&list).chain(filters) {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    let mut mark = [0; MARK];
    for (to, from) in mark.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    mark
}

fn token_invalid(list: &str) -> Error {
    let message = format!("page_token: it is not one of {list} with these filters; begin with an empty one");
    Error::new(Code::InvalidArgument, Reason::PageTokenInvalid.code(), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_one_another_in_the_order_of_bytes() {
        let all = || ["b", "Z", "ă", "a", "-"].map(str::to_owned).to_vec();
        let mut token = String::new();
        let mut seen = Vec::new();
        loop {
            let page = Page::parse("ListUnits", &["kind"], 2, &token).expect("a page");
            let (entries, next) = page.cut(all(), String::as_str);
            assert!(entries.len() <= 2);
            seen.extend(entries);
            if next.is_empty() {
                break;
            }
            token = next;
        }
        assert_eq!(seen, ["-", "Z", "a", "b", "ă"]);
    }

    #[test]
    fn a_token_is_for_one_list_with_one_set_of_filters() {
        let token = Page::parse("ListUnits", &["a", ""], 0, "").expect("a page").token("vl-01");
        let after = |list, filters: &[&str], token: &str| {
            Page::parse(list, filters, 0, token).map(|page| page.after).map_err(|error| error.reason())
        };
        assert_eq!(after("ListUnits", &["a", ""], &token), Ok(Some("vl-01".to_owned())));
        for (list, filters) in [("ListUnits", ["", "a"]), ("ListUnits", ["b", ""]), ("ListFacts", ["a", ""])]
        {
            assert_eq!(after(list, &filters, &token), Err("PAGE_TOKEN_INVALID"));
        }
        for wrong in ["x", "AAAA", "AAAAAAAAAAAAAAAA", "ä"] {
            assert_eq!(after("ListUnits", &["a", ""], wrong), Err("PAGE_TOKEN_INVALID"), "{wrong}");
        }
    }

    #[test]
    fn sizes_have_a_usual_value_and_a_bound() {
        let size = |asked| Page::parse("ListUnits", &[], asked, "").expect("a page").size;
        assert_eq!([size(0), size(7), size(5000)], [100, 7, 1000]);
    }
}
