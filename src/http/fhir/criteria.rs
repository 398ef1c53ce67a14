//! The search of a conditional interaction, from the address or from `If-None-Exist`.

use actix_web::HttpRequest;

use super::BaseUrl;
use super::format::PARAMETERS;
use crate::records::conditional::Criteria;

/// What `If-None-Exist` asks for; none without the header. <https://hl7.org/fhir/R4/http.html#ccreate>
#[must_use]
pub fn if_none_exist(request: &HttpRequest, base: &BaseUrl) -> Option<Criteria> {
    let header = request.headers().get("if-none-exist")?.as_bytes().trim_ascii();
    // Some clients send the question mark too.
    Some(read(header.strip_prefix(b"?").unwrap_or(header), base))
}

/// What the address asks for.
#[must_use]
pub fn of_address(request: &HttpRequest, base: &BaseUrl) -> Criteria {
    let mut criteria = read(request.query_string().as_bytes(), base);
    // How the answer is printed is no criterion.
    criteria.parameters.retain(|(name, _)| !PARAMETERS.contains(&name.as_str()));
    criteria
}

fn read(query: &[u8], base: &BaseUrl) -> Criteria {
    let parameters = form_urlencoded::parse(query);
    let parameters = parameters.map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    Criteria { parameters, base_url: base.0.clone() }
}
