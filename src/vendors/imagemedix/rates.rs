//! Holding the limit of an address, and telling of it in every answer of the API (contract IM-04, IM-05): 100 requests in 15 minutes, counted for
//! all replicas together. A window begins on the quarter of the hour.
//!
//! What comes of a request does not matter. Only a probe of `/api/health`, a browser's preflight, what a page needs before anybody signs
//! in, and files are not counted: a page that shows a list of scans fetches as many pictures as it lists.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, ResponseError, web};

use super::errors::Refusal;
use super::{assets, operations};
use crate::http::arrival::Arrival;
use crate::identity::Surface;
use crate::platform::limits::{Bucket, Limiter, Span, Standing, Window};
use crate::records;

/// What an address may ask for.
const WINDOW: [Window; 1] = [Window { span: Span::Seconds(15 * 60), most: 100 }];
/// What costs nothing.
const FREE: [&str; 4] =
    [operations::HEALTH, operations::SIGN_IN_METHODS, operations::READ_PICTURE, operations::READ_REPORT];
/// The headers by which a client learns of it.
const HEADERS: [&str; 3] = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];

/// Counts a request, and adds the headers to its answer. One above the limit gets no further.
///
/// # Errors
/// Those of the handler.
pub async fn counted<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let standing = standing(&request).await;
    let refusal = match &standing {
        Err(refusal) => Some(refusal.error_response()),
        Ok(Some((standing, wait_s))) => {
            standing.full.map(|_| Refusal::TooManyRequests(*wait_s).error_response())
        }
        Ok(None) => None,
    };
    let mut response = match refusal {
        Some(refusal) => request.into_response(refusal).map_into_right_body(),
        None => next.call(request).await?.map_into_left_body(),
    };
    for (name, value) in standing.iter().flatten().flat_map(|(standing, reset)| told(standing, *reset)) {
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

/// How the address stands after the request, and when its window ends; none where that was not looked up.
async fn standing(request: &ServiceRequest) -> Result<Option<(Standing, i64)>, Refusal> {
    let limiter = request.app_data::<web::Data<Limiter>>();
    let limiter = limiter.ok_or_else(|| records::Error::internal("the server was built without limits"))?;
    let bucket = address(request.request());
    let operation = operations::name(request.method(), request.path());
    let is_file = assets::has(request.path().strip_prefix(super::MOUNT).unwrap_or(request.path()));
    if is_file {
        // They need no database, and what is not known is not told.
        return Ok(None);
    }
    let standing = if FREE.contains(&operation) || request.method() == Method::OPTIONS {
        // A probe is to work while the database does not.
        let Ok(standing) = limiter.look(&bucket, &WINDOW).await else { return Ok(None) };
        standing
    } else {
        limiter.take(&bucket, &WINDOW, 1).await?
    };
    let ends_in_s = standing.levels.first().map(|level| level.ends_in_s(limiter.now()));
    Ok(Some((standing, ends_in_s.unwrap_or_default())))
}

fn told(standing: &Standing, reset: i64) -> Vec<(HeaderName, HeaderValue)> {
    let limit = standing.levels.first().map(|level| level.window.most).unwrap_or_default();
    let values = [limit, standing.left(), reset].map(HeaderValue::from);
    HEADERS.map(HeaderName::from_static).into_iter().zip(values).collect()
}

fn address(request: &HttpRequest) -> Bucket {
    let client = Arrival::of(request).and_then(|arrival| arrival.client);
    Bucket::of_address(Surface::ImageMedix.as_str(), client)
}
