//! `GET /pbs`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get, web};

use crate::records::Records;
use crate::vendors::hemato::caller::Member;
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::query::{all, number, one};
use crate::vendors::hemato::settings::Surroundings;
use crate::vendors::hemato::state::State;
use crate::vendors::hemato::studies::list::{self, Wanted};
use crate::vendors::hemato::{envelope, tags, time, wire};

/// Studies on a page, unless the client says how many, and at most.
const LIMIT: u32 = 20;
const MOST: u32 = 100;

/// Lists the organisation's studies in this region, the newest first.
#[utoipa::path(tag = "pbs", operation_id = "list_studies",
    params(("tag" = Option<Vec<String>>, Query, description = "`KEY:VALUE`: only studies with this tag; several must all be there"),
        ("report_status" = Option<String>, Query, description = "`created`, `processing`, `ready` or `failed`"),
        ("created_after" = Option<String>, Query, description = "Only studies made after this time (RFC 3339)"),
        ("created_before" = Option<String>, Query, description = "Only studies made before this time (RFC 3339)"),
        ("limit" = Option<u32>, Query, description = "So many studies at most: 1 to 100, else 20"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before")),
    responses((status = 200, description = "A page of studies", body = wire::Envelope<wire::StudyPage>),
        (status = 400, description = "A parameter is wrong", body = wire::Failure)),
    security(("hemato_token" = [])))]
#[get("/pbs")]
pub async fn list_studies(
    member: Member,
    request: HttpRequest,
    records: web::Data<Records>,
    surroundings: web::Data<Surroundings>,
) -> Result<HttpResponse, Refusal> {
    member.sees_all()?;
    let wanted = wanted(&request)?;
    let page = list::page(&records, &surroundings.queue, &member.caller, &wanted).await?;
    Ok(envelope::success(StatusCode::OK, page))
}

fn wanted(request: &HttpRequest) -> Result<Wanted, Refusal> {
    let instant = |name: &'static str| -> Result<Option<String>, Refusal> {
        let Some(text) = one(request, name)? else { return Ok(None) };
        let form = || Refusal::field(name, "must be a time with its offset (RFC 3339)");
        time::instant(&text).map(Some).ok_or_else(form)
    };
    let limit = number(request, "limit")?.unwrap_or(LIMIT);
    if limit > MOST {
        return Err(Refusal::field("limit", &format!("must be at most {MOST}")));
    }
    Ok(Wanted {
        tags: all(request, "tag")?.iter().map(|text| tag(text)).collect::<Result<_, _>>()?,
        state: one(request, "report_status")?.map(|word| State::parse(&word)).transpose()?,
        after: instant("created_after")?,
        before: instant("created_before")?,
        limit: u16::try_from(limit).unwrap_or(u16::MAX),
        cursor: one(request, "cursor")?,
    })
}

fn tag(text: &str) -> Result<(String, String), Refusal> {
    let parts = text.split_once(':').filter(|(key, _)| tags::is_key(key));
    let form = || {
        Refusal::field(
            "tag",
            "must be KEY:VALUE, with a key of letters, digits, hyphens, dots and underscores",
        )
    };
    parts.map(|(key, value)| (key.to_owned(), value.to_owned())).ok_or_else(form)
}
