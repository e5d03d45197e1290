//! What names a sheet.

use std::fmt;

use platform::input::{Faults, path};
use proto::common::v1::Reason;
use proto::scoring::v1 as wire;

use crate::domain::campaign::{CROSS, SELF};

/// What tells sheets of a tenant apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SheetKey {
    pub(crate) season: String,
    pub(crate) unit: String,
    pub(crate) layer: String,
    /// The code of the scoring unit in `cross`; else empty.
    pub(crate) peer: String,
}

impl SheetKey {
    /// The key and its scorer as it is shown: the unit itself in `self`, a unit's code in `cross`, else free text, which
    /// may be empty.
    pub(crate) fn parse(
        at: &str,
        key: Option<&wire::SheetKey>,
        faults: &mut Faults,
    ) -> Option<(Self, String)> {
        let key = faults.required(at, key)?;
        let season = faults.code(path(at, "season"), &key.season);
        let unit = faults.code(path(at, "unit"), &key.unit);
        let layer = faults.word(path(at, "layer"), &key.layer);
        let at = path(at, "scorer");
        let (peer, scorer) = match layer.as_deref() {
            Some(CROSS) => faults.code(at, &key.scorer).map(|peer| (peer.clone(), peer)),
            Some(SELF) if key.scorer.is_empty() || key.scorer == key.unit => {
                Some((String::new(), key.unit.clone()))
            }
            Some(SELF) => {
                let sentence = format!("{:?} scores in self, where only the unit itself does", key.scorer);
                faults.refuse(at, Reason::ScorerInvalid, sentence)
            }
            _ => faults.optional_name(at, &key.scorer).map(|scorer| (String::new(), scorer)),
        }?;
        Some((Self { season: season?, unit: unit?, layer: layer?, peer }, scorer))
    }

    pub(crate) fn to_proto(&self, scorer: &str) -> wire::SheetKey {
        wire::SheetKey {
            season: self.season.clone(),
            unit: self.unit.clone(),
            layer: self.layer.clone(),
            scorer: scorer.to_owned(),
        }
    }
}

/// As in "unit vl-01, layer cross, by vl-02".
impl fmt::Display for SheetKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unit {}, layer {}", self.unit, self.layer)?;
        if !self.peer.is_empty() {
            write!(f, ", by {}", self.peer)?;
        }
        write!(f, ", in season {}", self.season)
    }
}
