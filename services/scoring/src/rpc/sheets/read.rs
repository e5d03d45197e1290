use std::collections::BTreeSet;

use platform::input::Faults;
use platform::paging::Page;
use platform::tenancy::Member;
use platform::{Result, auth};
use proto::common::v1::{Reason, Role};
use proto::competition::v1::Season;
use proto::scoring::v1::list_sheets_request::Of;
use proto::scoring::v1::*;
use tonic::Request;

use super::Sheets;
use crate::domain::sheets::{Reader, SheetKey, cross_has_closed};
use crate::error;
use crate::store::sheets::{self, Filter};

pub(super) async fn get_sheet(
    service: &Sheets,
    request: Request<GetSheetRequest>,
) -> Result<GetSheetResponse> {
    let member = auth::member(&request)?;
    let mut faults = Faults::new();
    let key = SheetKey::parse("key", request.get_ref().key.as_ref(), &mut faults);
    let (key, _) = faults.finish(key)?;
    service.require_reader(member, &key).await?;

    let tx = service.db.read(member).await?;
    let sheet = sheets::get(&tx, &key).await?.ok_or_else(|| error::sheet_unknown(&key))?;
    Ok(GetSheetResponse { sheet: Some(sheet.to_proto()) })
}

pub(super) async fn list_sheets(
    service: &Sheets,
    request: Request<ListSheetsRequest>,
) -> Result<ListSheetsResponse> {
    let member = auth::member(&request)?;
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let season = faults.code("season", &asked.season);
    match &asked.of {
        Some(Of::Unit(unit)) => drop(faults.code("unit", unit)),
        Some(Of::Bloc(bloc)) => drop(faults.code("bloc", bloc)),
        None => {}
    }
    let layer = faults.optional_word("layer", &asked.layer);
    let submitted = match SheetState::try_from(asked.state) {
        Ok(SheetState::Unspecified) => Some(None),
        Ok(state) => Some(Some(state == SheetState::Submitted)),
        Err(_) => {
            let sentence = format!("{} is not one of the values", asked.state);
            faults.refuse("state", Reason::InvalidArgument, sentence)
        }
    };
    let (season, (layer, submitted)) = faults.finish(season.zip(layer.zip(submitted)))?;
    let page = page(asked)?;

    let tenant = member.tenant_id();
    let season = service.peers.season(tenant, &season).await?;
    let units = match &asked.of {
        Some(Of::Unit(unit)) => Some(vec![unit.clone()]),
        Some(Of::Bloc(bloc)) => Some(service.peers.members(tenant, &season, bloc).await?),
        None => None,
    };
    let reader = service.reader(member, &season).await?;

    let tx = service.db.read(member).await?;
    let filter = Filter { units: units.as_deref(), layer: layer.as_deref(), submitted };
    let mut keys = sheets::keys(&tx, &season.code, filter).await?;
    keys.retain(|key| reader.may_read(key));
    let placed = keys.into_iter().map(|key| (place(&key), key)).collect();
    let (keys, next_page_token) = page.cut(placed, |(place, _): &(String, SheetKey)| place);
    let units: BTreeSet<&str> = keys.iter().map(|(_, key)| key.unit.as_str()).collect();
    let heads = sheets::heads(&tx, &season.code, &units.into_iter().collect::<Vec<_>>()).await?;
    let sheets = keys.iter().filter_map(|(_, key)| heads.get(key)).map(|head| head.to_proto());
    Ok(ListSheetsResponse { sheets: sheets.collect(), next_page_token })
}

fn page(asked: &ListSheetsRequest) -> Result<Page> {
    let of = match &asked.of {
        Some(Of::Unit(unit)) => format!("unit {unit}"),
        Some(Of::Bloc(bloc)) => format!("bloc {bloc}"),
        None => String::new(),
    };
    let state = asked.state.to_string();
    let filters = [asked.season.as_str(), &of, &asked.layer, &state];
    Page::parse("ListSheets", &filters, asked.page_size, &asked.page_token)
}

/// Where a sheet stands in a list: by unit, layer and scorer. No code has a zero byte.
fn place(key: &SheetKey) -> String {
    [key.unit.as_str(), key.layer.as_str(), key.peer.as_str()].join("\0")
}

impl Sheets {
    /// Refuses a member who may not read this sheet.
    pub(super) async fn require_reader(&self, member: &Member, key: &SheetKey) -> Result<()> {
        let season = self.peers.season(member.tenant_id(), &key.season).await?;
        if self.reader(member, &season).await?.may_read(key) {
            return Ok(());
        }
        Err(error::out_of_scope(&format!("the sheet of {key}")))
    }

    async fn reader<'m>(&self, member: &'m Member, season: &Season) -> Result<Reader<'m>> {
        let mut led = BTreeSet::new();
        if !Reader::reads_all(member) {
            for bloc in member.blocs_of(Role::BlocLeader, &season.code) {
                led.extend(self.peers.members(member.tenant_id(), season, bloc).await?);
            }
        }
        Ok(Reader::new(member, led, cross_has_closed(season)))
    }
}
