//! JSON strings with escapes.

/// Reads the string whose content begins at `start` and has no escape before `*at`; leaves `*at` after its closing
/// quotation mark, or where it is wrong.
///
/// # Errors
/// What is wrong: an unknown escape, a lone surrogate, a control character, the end of the text.
pub(super) fn unescape(text: &str, start: usize, at: &mut usize) -> Result<Box<str>, String> {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let mut plain = start;
    loop {
        match bytes.get(*at) {
            Some(b'"') => {
                out.push_str(&text[plain..*at]);
                *at += 1;
                return Ok(out.into_boxed_str());
            }
            Some(b'\\') => {
                out.push_str(&text[plain..*at]);
                let (character, length) = escaped(&bytes[*at..])?;
                out.push(character);
                *at += length;
                plain = *at;
            }
            Some(0..0x20) => return Err("a control character stands in a string".to_owned()),
            Some(_) => *at += 1,
            None => return Err("the document ends in a string".to_owned()),
        }
    }
}

/// The character of the escape at the beginning of `bytes`, and how many bytes the escape has.
fn escaped(bytes: &[u8]) -> Result<(char, usize), String> {
    let character = match bytes.get(1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(bytes),
        _ => return Err("an unknown escape stands".to_owned()),
    };
    Ok((character, 2))
}

fn unicode(bytes: &[u8]) -> Result<(char, usize), String> {
    let first = unit(bytes)?;
    if let Some(character) = char::from_u32(first) {
        return Ok((character, 6));
    }
    // A surrogate: only a leading one with its trailing one after it makes a character.
    let second = bytes.get(6..).filter(|_| first < 0xdc00).and_then(|rest| unit(rest).ok());
    second
        .filter(|second| (0xdc00..0xe000).contains(second))
        .and_then(|second| char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)))
        .map(|character| (character, 12))
        .ok_or_else(|| "a lone surrogate stands".to_owned())
}

/// The number in `\uXXXX` at the beginning of `bytes`.
fn unit(bytes: &[u8]) -> Result<u32, String> {
    match bytes {
        [b'\\', b'u', digits @ ..] => digits
            .get(..4)
            .and_then(|digits| {
                digits.iter().try_fold(0, |sum, d| char::from(*d).to_digit(16).map(|d| sum * 16 + d))
            })
            .ok_or_else(|| "four hexadecimal digits are wanted after \\u".to_owned()),
        _ => Err("a lone surrogate stands".to_owned()),
    }
}
