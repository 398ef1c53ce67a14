//! Holding the limits, and telling of them in every answer (contract SS-11 to SS-14).
//!
//! Who calls is counted as soon as that is known, before anything is done: the extractors of `caller` do it. What a request comes to does
//! not matter. Of requests that nobody counted (`/api/health`, `/api/device-types`, the pages), so that a probe or a browser does not use
//! up what its address may ask for, the answer tells how the address stands.
//!
//! A full hour or day is a 429; a full month is a 403, as trying again later does not help (contract G-SS-4).

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};
use chrono::{DateTime, Utc};

use super::assets;
use super::errors::Refusal;
use super::plans::{self, FREE};
use crate::core::config::plans::Enterprise;
use crate::http::arrival::Arrival;
use crate::identity::api_keys::Project;
use crate::identity::{Account, Caller, Identity, Surface};
use crate::platform::limits::{Bucket, Level, Limiter, Span, Standing, Window};
use crate::records;

/// The headers by which a client learns of its limits.
pub const HEADERS: [&str; 4] =
    ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-window"];

/// A window without room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full {
    /// How much it has room for.
    pub limit: i64,
    /// How long it is.
    pub window_s: i64,
    /// When there is room again.
    pub reset: DateTime<Utc>,
    /// In how many seconds that is.
    pub retry_after_s: i64,
    /// Whether it is the month's.
    pub is_month: bool,
}

/// What the headers of an answer tell: of the hour, with what is left where another window has less; of the window that is used up, where
/// one is, for nothing goes through before that one ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Told {
    limit: i64,
    left: i64,
    reset: DateTime<Utc>,
    window_s: i64,
}

impl Told {
    fn of(standing: &Standing) -> Option<Self> {
        let used_up =
            || standing.levels.iter().filter(|level| level.left() == 0).max_by_key(|level| level.ends);
        let level = standing.full.as_ref().or_else(used_up).or_else(|| standing.levels.first())?;
        Some(Self {
            limit: level.window.most,
            left: standing.left(),
            reset: level.ends,
            window_s: level.length_s(),
        })
    }

    fn headers(self) -> [(HeaderName, HeaderValue); 4] {
        let values = [self.limit, self.left, self.reset.timestamp(), self.window_s].map(HeaderValue::from);
        let [limit, left, reset, window] = HEADERS.map(HeaderName::from_static);
        let [of_limit, of_left, of_reset, of_window] = values;
        [(limit, of_limit), (left, of_left), (reset, of_reset), (window, of_window)]
    }
}

/// Counts a call with an API key.
///
/// # Errors
/// [`Refusal::RateLimit`] where the plan allows no more.
pub async fn count_key(request: &HttpRequest, caller: &Caller, project: &Project) -> Result<(), Refusal> {
    let limits = plans::largest(&project.allowances, enterprise(request));
    let bucket = Bucket::new(caller.tenant, "smartscan:keys");
    count(request, &bucket, &plans::of_keys(limits)).await
}

/// Counts a request of a person who signed in.
///
/// # Errors
/// [`Refusal::RateLimit`] where the person's plan allows no more.
pub async fn count_person(
    request: &HttpRequest,
    caller: &Caller,
    account: &Account,
    identity: &Identity,
) -> Result<(), Refusal> {
    let limits = plans::limits(&identity.allowance(account).await?, enterprise(request));
    let bucket = Bucket::new(caller.tenant, &format!("smartscan:account:{}", account.id));
    count(request, &bucket, &plans::of_hour(limits)).await
}

/// Counts a request of somebody whom we do not know.
///
/// # Errors
/// [`Refusal::RateLimit`] where the address may ask for no more.
pub async fn count_stranger(request: &HttpRequest) -> Result<(), Refusal> {
    count(request, &address(request), &plans::of_hour(FREE)).await
}

async fn count(request: &HttpRequest, bucket: &Bucket, windows: &[Window]) -> Result<(), Refusal> {
    let limiter = limiter(request)?;
    let standing = limiter.take(bucket, windows, 1).await?;
    if let Some(told) = Told::of(&standing) {
        request.extensions_mut().insert(told);
    }
    match standing.full {
        None => Ok(()),
        Some(level) => Err(Refusal::RateLimit(full(&level, limiter.now()))),
    }
}

fn full(level: &Level, now: DateTime<Utc>) -> Full {
    Full {
        limit: level.window.most,
        window_s: level.length_s(),
        reset: level.ends,
        retry_after_s: level.ends_in_s(now),
        is_month: level.window.span == Span::Month,
    }
}

/// Adds the headers to an answer.
///
/// # Errors
/// Those of the handler.
pub async fn told<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut response = next.call(request).await?;
    let told = response.request().extensions().get::<Told>().copied();
    let told = match told {
        Some(told) => Some(told),
        None => looked_up(response.request(), response.status().is_server_error()).await,
    };
    for (name, value) in told.into_iter().flat_map(Told::headers) {
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

/// How the address stands. Where the server fails anyway, and where the count cannot be read, all of it is left: an answer is not to
/// fail by its headers. So it is with files: they need no database, and are kept by caches, which give them to others.
async fn looked_up(request: &HttpRequest, failed: bool) -> Option<Told> {
    let limiter = limiter(request).ok()?;
    let windows = plans::of_hour(FREE);
    let untouched = || limiter.untouched(&windows);
    let path = request.path();
    let is_file = assets::has(path.strip_prefix(super::MOUNT).unwrap_or(path));
    let standing = if failed || is_file {
        untouched()
    } else {
        limiter.look(&address(request), &windows).await.unwrap_or_else(|_| untouched())
    };
    Told::of(&standing)
}

fn address(request: &HttpRequest) -> Bucket {
    let client = Arrival::of(request).and_then(|arrival| arrival.client);
    Bucket::of_address(Surface::SmartScan.as_str(), client)
}

fn limiter(request: &HttpRequest) -> Result<&web::Data<Limiter>, Refusal> {
    let limiter = request.app_data::<web::Data<Limiter>>();
    limiter.ok_or_else(|| records::Error::internal("the server was built without limits").into())
}

fn enterprise(request: &HttpRequest) -> Enterprise {
    request.app_data::<web::Data<Enterprise>>().map_or_else(Enterprise::default, |set| *set.get_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_tell_of_the_hour_and_of_what_is_left_everywhere() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let level = |window: Window, taken| {
            let begins = window.span.begin(at("2022-01-15T11:30:00Z"));
            Level { window, begins, ends: window.span.end(begins), taken }
        };
        let [hour, day, month] = plans::of_keys(FREE);
        let standing =
            Standing { levels: vec![level(hour, 20), level(day, 995), level(month, 995)], full: None };
        let headers = Told::of(&standing).unwrap().headers();
        let texts = headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()));
        assert_eq!(
            texts,
            [
                "x-ratelimit-limit: 100",
                "x-ratelimit-remaining: 5",
                "x-ratelimit-reset: 1642248000",
                "x-ratelimit-window: 3600",
            ]
        );
    }

    #[test]
    fn headers_tell_of_the_window_that_is_used_up() {
        let now = "2026-11-21T12:30:00Z".parse().unwrap();
        let levels = |taken: [i64; 3]| -> Vec<Level> {
            let windows = plans::of_keys(FREE).into_iter().zip(taken);
            let level = |(window, taken): (Window, i64)| {
                let begins = window.span.begin(now);
                Level { window, begins, ends: window.span.end(begins), taken }
            };
            windows.map(level).collect()
        };
        let told = |taken: [i64; 3]| {
            let standing = Standing { levels: levels(taken), full: None };
            let Told { limit, left, window_s, .. } = Told::of(&standing).unwrap();
            (limit, left, window_s)
        };
        assert_eq!(told([100, 500, 500]), (100, 0, 3600));
        assert_eq!(told([100, 1_000, 1_000]), (1_000, 0, 86_400));
        assert_eq!(told([7, 70, 10_000]), (10_000, 0, 30 * 86_400));
        let refused =
            Standing { full: levels([0, 1_000, 0]).get(1).copied(), levels: levels([7, 1_000, 1_000]) };
        assert_eq!(Told::of(&refused).unwrap().reset.to_rfc3339(), "2026-11-22T00:00:00+00:00");
    }

    #[test]
    fn a_full_month_is_told_apart() {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let [hour, _, month] = plans::of_keys(FREE).map(|window| {
            let begins = window.span.begin(now);
            full(&Level { window, begins, ends: window.span.end(begins), taken: window.most }, now)
        });
        assert_eq!((hour.is_month, hour.window_s, hour.retry_after_s), (false, 3600, 3600));
        assert_eq!((month.is_month, month.window_s, month.limit), (true, 30 * 86_400, 10_000));
        assert_eq!(month.reset.to_rfc3339(), "2026-12-01T00:00:00+00:00");
    }
}
