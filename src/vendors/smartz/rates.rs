//! Holding the limits of a subscription, and telling of them: so many calls a second, and so many a month of the calendar, counted for all
//! replicas together. Too fast is a 429, too much a 403. Nodes, guesses and newcomers have limits of their own.
//!
//! What comes of a call does not matter: it counts as soon as its key is known.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};

use super::errors::Refusal;
use crate::core::config::smartz::SmartzSettings;
use crate::http::arrival;
use crate::identity::gateway::{Node, Subscription};
use crate::identity::{Account, Caller};
use crate::platform::limits::{Bucket, Level, Limiter, Span, Window};
use crate::records;

/// How much a subscription has left.
#[derive(Clone, Copy)]
struct Left(i64);

/// How often somebody may be wrong about a link code.
const GUESSES: [Window; 1] = [Window { span: Span::Seconds(15 * 60), most: 10 }];
/// How many accounts may be opened from one address.
const NEWCOMERS: [Window; 1] = [Window { span: Span::Seconds(60 * 60), most: 20 }];

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
    let settings = settings(request);
    let limiter = limiter(request)?;
    let windows = [
        Window { span: Span::Seconds(1), most: settings.burst.get().into() },
        Window { span: Span::Month, most: settings.quota.get().into() },
    ];
    let standing = limiter.take(&bucket, &windows, 1).await?;
    request.extensions_mut().insert(Left(standing.left()));
    standing.full.map_or(Ok(()), |full| Err(refusal(&full, full.ends_in_s(limiter.now()))))
}

/// Counts a batch of a node.
///
/// # Errors
/// [`Refusal::RateLimit`].
pub async fn count_node(request: &HttpRequest, caller: &Caller, node: &Node) -> Result<(), Refusal> {
    let bucket = Bucket::new(caller.tenant, &format!("smartz:node:{}", node.device));
    let window = Window { span: Span::Seconds(1), most: settings(request).node_burst.get().into() };
    full(limiter(request)?, &bucket, &[window]).await?.map_or(Ok(()), |wait| Err(Refusal::RateLimit(wait)))
}

/// Counts somebody who opens an account, by the address that it comes from.
///
/// # Errors
/// [`Refusal::TooManyAttempts`].
pub async fn count_newcomer(request: &HttpRequest) -> Result<(), Refusal> {
    let bucket = Bucket::of_address("smartz-newcomer", arrival::client(request).address);
    let wait = full(limiter(request)?, &bucket, &NEWCOMERS).await?;
    wait.map_or(Ok(()), |seconds| Err(Refusal::TooManyAttempts(seconds)))
}

/// Takes from a bucket; where that is empty, for how many seconds.
async fn full(limiter: &Limiter, bucket: &Bucket, windows: &[Window]) -> Result<Option<i64>, Refusal> {
    let standing = limiter.take(bucket, windows, 1).await?;
    Ok(standing.full.map(|full| full.ends_in_s(limiter.now())))
}

fn settings(request: &HttpRequest) -> SmartzSettings {
    request.app_data::<web::Data<SmartzSettings>>().map(|set| *set.get_ref()).unwrap_or_default()
}

fn refusal(full: &Level, wait_s: i64) -> Refusal {
    match full.window.span {
        Span::Month => Refusal::Quota(wait_s),
        Span::Seconds(_) => Refusal::RateLimit(wait_s),
    }
}

/// The guesses of link codes of an account: it may be wrong so often.
pub struct Guesses(Bucket);

impl Guesses {
    /// Those of this account.
    #[must_use]
    pub fn of(account: &Account, caller: &Caller) -> Self {
        Self(Bucket::new(caller.tenant, &format!("smartz:link-code:{}", account.id)))
    }

    /// Holds that it was not wrong so often.
    ///
    /// # Errors
    /// [`Refusal::TooManyAttempts`].
    pub async fn may_go_on(&self, limiter: &Limiter) -> Result<(), Refusal> {
        let standing = limiter.look(&self.0, &GUESSES).await?;
        let used_up = standing.levels.iter().find(|level| level.left() <= 0);
        used_up.map_or(Ok(()), |level| Err(Refusal::TooManyAttempts(level.ends_in_s(limiter.now()))))
    }

    /// Counts one that was wrong.
    ///
    /// # Errors
    /// [`Refusal::TooManyAttempts`].
    pub async fn count(&self, limiter: &Limiter) -> Result<(), Refusal> {
        full(limiter, &self.0, &GUESSES).await?.map_or(Ok(()), |wait| Err(Refusal::TooManyAttempts(wait)))
    }
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
