//! Bearer tokens in the `Authorization` header (RFC 6750).

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;

/// The token that the request carries; none when there is no such header, or it is of another kind.
#[must_use]
pub fn token(request: &HttpRequest) -> Option<&str> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}
