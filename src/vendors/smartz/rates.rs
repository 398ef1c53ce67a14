//! Holding the limits of a subscription, and telling of them: so many calls a second, and so many a month of the calendar, counted for all
//! replicas together. Too fast is a 429, too much a 403.
//!
//! What comes of a call does not matter: it counts as soon as its key is known.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};

use super::errors::Refusal;
use crate::core::config::smartz::SmartzSettings;
use crate::identity::gateway::Subscription;
use crate::identity::{Account, Caller};
use crate::platform::limits::{Bucket, Level, Limiter, Span, Window};
use crate::records;

/// How much a subscription has left.
#[derive(Clone, Copy)]
struct Left(i64);

/// How often somebody may be wrong about a link code.
const GUESSES: [Window; 1] = [Window { span: Span::Seconds(15 * 60), most: 10 }];

/// Counts a call with a subscription's key.
///
/// # Errors
/// [`Refusal::RateLimit`] or [`Refusal::Quota`].
pub async fn count(
    request: &HttpRequest,
    caller: &Caller,
    subscription: &Subscription,
) -> Result<(), Refusal> {
    let bucket = Bucket::new(caller.tenant, &format!("smartz:subscription:{}", subscription.id));
    let settings =
        request.app_data::<web::Data<SmartzSettings>>().map(|set| *set.get_ref()).unwrap_or_default();
    let limiter = limiter(request)?;
    let windows = [
        Window { span: Span::Seconds(1), most: settings.burst.get().into() },
        Window { span: Span::Month, most: settings.quota.get().into() },
    ];
    let standing = limiter.take(&bucket, &windows, 1).await?;
    request.extensions_mut().insert(Left(standing.left()));
    standing.full.map_or(Ok(()), |full| Err(refusal(&full, full.ends_in_s(limiter.now()))))
}

fn refusal(full: &Level, wait_s: i64) -> Refusal {
    match full.window.span {
        Span::Month => Refusal::Quota(wait_s),
        Span::Seconds(_) => Refusal::RateLimit(wait_s),
    }
}

/// Counts a guess of a link code: an account may be wrong so often.
///
/// # Errors
/// [`Refusal::TooManyAttempts`].
pub async fn count_guess(limiter: &Limiter, account: &Account, caller: &Caller) -> Result<(), Refusal> {
    let bucket = Bucket::new(caller.tenant, &format!("smartz:link-code:{}", account.id));
    let standing = limiter.take(&bucket, &GUESSES, 1).await?;
    let wait = standing.full.map(|full| full.ends_in_s(limiter.now()));
    wait.map_or(Ok(()), |seconds| Err(Refusal::TooManyAttempts(seconds)))
}

/// Adds the header to an answer.
///
/// # Errors
/// Those of the handler.
pub async fn told<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut response = next.call(request).await?;
    let left = response.request().extensions().get::<Left>().copied();
    if let Some(Left(left)) = left {
        let name = HeaderName::from_static("x-ratelimit-remaining");
        response.headers_mut().insert(name, HeaderValue::from(left));
    }
    Ok(response)
}

fn limiter(request: &HttpRequest) -> Result<&web::Data<Limiter>, Refusal> {
    let limiter = request.app_data::<web::Data<Limiter>>();
    limiter.ok_or_else(|| records::Error::internal("the server was built without limits").into())
}
