use std::io::{self, Write};

use proto::scoring::v1::ResultOrigin;

use crate::show::{Language, moment};

/// The season, and where the results come from.
pub(super) fn head(
    out: &mut impl Write,
    federation: &str,
    season: &str,
    origin: &ResultOrigin,
    language: Language,
) -> io::Result<()> {
    writeln!(out, "{federation}")?;
    write!(out, "{} {season}, ", language.of("Năm thi đua", "Season"))?;
    let at = moment(origin.computed_at.as_ref());
    match (origin.run_number, origin.published) {
        (0, _) => writeln!(out, "{} {at}", language.of("điểm hiện tại, tính lúc", "live, computed at"))?,
        (number, published) => {
            let state = match published {
                true => language.of("đã công bố", "published"),
                false => language.of("chưa công bố", "not published"),
            };
            writeln!(out, "{} {number} ({state}), {at}", language.of("lần xếp loại", "run"))?;
        }
    }
    if origin.stale_since.is_some() {
        let text = language.of("Dữ liệu đã thay đổi từ", "What it rests on has changed since");
        writeln!(out, "{text} {}", moment(origin.stale_since.as_ref()))?;
    }
    writeln!(out)
}

/// The hashes that prove the results.
pub(super) fn hashes(out: &mut impl Write, origin: &ResultOrigin, language: Language) -> io::Result<()> {
    if origin.results_sha256.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(out, "{}  {}", language.of("SHA-256 hồ sơ   ", "campaign SHA-256"), origin.campaign_sha256)?;
    writeln!(out, "{}  {}", language.of("SHA-256 kết quả ", "results SHA-256 "), origin.results_sha256)
}
