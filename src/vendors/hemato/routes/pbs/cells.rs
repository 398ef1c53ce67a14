//! `GET /pbs/:id/cells`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get, web};

use crate::records::Records;
use crate::vendors::hemato::caller::Member;
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::from_fhir::smear::{Cell, Spot};
use crate::vendors::hemato::query::{number, one};
use crate::vendors::hemato::review::kinds::Kind;
use crate::vendors::hemato::settings::Surroundings;
use crate::vendors::hemato::studies::chart::Chart;
use crate::vendors::hemato::{envelope, operations, studies, wire};

/// So many cells are told where nobody says how many; and at most.
const USUAL: usize = 1_000;
const MOST: usize = 20_000;

/// Reads the cells of a study as its report has them now: where each is, and of what kind.
#[utoipa::path(tag = "review", operation_id = "list_cells", params(("id" = String, Path, description = "The study's id"),
        ("file_id" = Option<String>, Query, description = "Only those in this file"),
        ("kind" = Option<String>, Query, description = "Only those that count as this kind"),
        ("from" = Option<u32>, Query, description = "The first that is told, from 1 on; else the first of all"),
        ("limit" = Option<u32>, Query, description = "So many at most: 1 to 20000, else 1000")),
    responses((status = 200, description = "The cells", body = wire::Envelope<wire::CellPage>),
        (status = 400, description = "A parameter is wrong, or the kind unknown", body = wire::Failure),
        (status = 404, description = "There is no such study in this region; `report_not_ready`: `results` says how far it is", body = wire::Failure)),
    security(("hemato_token" = [])))]
#[get("/pbs/{id}/cells")]
pub async fn list_cells(
    path: web::Path<String>,
    member: Member,
    request: HttpRequest,
    records: web::Data<Records>,
    surroundings: web::Data<Surroundings>,
) -> Result<HttpResponse, Refusal> {
    let known = |name: String| {
        Kind::parse(&name).ok_or_else(|| Refusal::field("kind", "must be one of the kinds of cells"))
    };
    let (file, kind) = (one(&request, "file_id")?, one(&request, "kind")?.map(known).transpose()?);
    let whole =
        |name| Ok::<_, Refusal>(number(&request, name)?.and_then(|number| usize::try_from(number).ok()));
    let (from, limit) = (whole("from")?.unwrap_or(1), whole("limit")?.unwrap_or(USUAL).min(MOST));
    let study = studies::find(&records, &member, &path).await?;
    let chart = Chart::of(&records, &surroundings.queue, &member.caller, &study).await?;
    let mut cells = chart.smear().map(|smear| smear.cells()).unwrap_or_default();
    cells.retain(|cell| {
        let is_one = |kind: Kind| cell.kinds.iter().any(|one| one.counts_as().contains(&kind));
        file.as_ref().is_none_or(|file| cell.spot.file == *file) && kind.is_none_or(is_one)
    });
    cells.sort_by(|one, other| one.spot.cmp(&other.spot));
    let total = cells.len();
    let cells = cells.into_iter().skip(from.saturating_sub(1)).take(limit).map(shown).collect();
    records.audit_answer(&member.caller, operations::LIST_CELLS, &chart.stored).await?;
    let page = wire::CellPage { report_version: chart.stored.version, total, cells };
    Ok(envelope::success(StatusCode::OK, page))
}

fn shown(cell: Cell) -> wire::CellView {
    let Spot { file, y, x, radius } = cell.spot;
    let kinds = cell.kinds.into_iter().map(Kind::name).collect();
    wire::CellView { file_id: file, center: [x, y], radius, kinds }
}
