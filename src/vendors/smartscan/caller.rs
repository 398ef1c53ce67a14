//! Telling who calls, before a handler starts: a project by its API key, or a person by a session token.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use super::errors::Refusal;
use super::{operations, rates, routes, usage};
use crate::http::{arrival, bearer};
use crate::identity::api_keys::{PREFIX, Project};
use crate::identity::{Account, Caller, Identity, Surface};
use crate::records::{Error, Records};

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Refusal>>>>;

/// A project with an API key that holds (contract SS-01 to SS-04). A key holds no longer than its project is there and active.
#[derive(Clone, Debug)]
pub struct ApiKeyCaller {
    /// Who calls.
    pub caller: Caller,
    /// The project that the key belongs to.
    pub project: Project,
}

/// A person who signed in.
#[derive(Clone, Debug)]
pub struct SessionCaller {
    /// Who calls.
    pub caller: Caller,
    /// The person's account.
    pub account: Account,
}

/// Whoever asks for what needs no credential. Nobody is known by it; the request is counted by client address.
#[derive(Clone, Copy, Debug)]
pub struct Stranger;

impl FromRequest for ApiKeyCaller {
    type Error = Refusal;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let (identity, records) = (shared::<Identity>(&request)?, shared::<Records>(&request)?);
            let since = records.now();
            let Some(key) = presented_key(&request) else {
                return Err(unknown(&request, Refusal::MissingApiKey).await);
            };
            let Some((mut caller, project)) = identity.authenticate_api_key(Surface::SmartScan, &key).await?
            else {
                return Err(unknown(&request, Refusal::InvalidApiKey).await);
            };
            // A refusal from here on is its owner's, and is shown to him.
            known(&request, caller.clone());
            usage::know(&request, &caller, &project, since);
            rates::count_key(&request, &caller, &project).await?;
            // The key authorises; a token beside it only says for whom. One that does not hold, or is another tenant's, says
            // nothing.
            if let Some(token) = bearer::token(&request)
                && let Some((person, account)) =
                    identity.authenticate_session(Surface::SmartScan, token).await?
                && person.tenant == caller.tenant
            {
                caller.on_behalf_of = Some(account.id);
            }
            let caller = known(&request, caller);
            if !routes::projects::is_active(records, &caller, &project.organization).await? {
                return Err(Refusal::InvalidApiKey);
            }
            Ok(Self { caller, project })
        })
    }
}

impl FromRequest for SessionCaller {
    type Error = Refusal;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let identity = shared::<Identity>(&request)?;
            let Some(token) = bearer::token(&request) else {
                return Err(unknown(&request, Refusal::MissingToken).await);
            };
            let Some((caller, account)) = identity.authenticate_session(Surface::SmartScan, token).await?
            else {
                return Err(unknown(&request, Refusal::InvalidToken).await);
            };
            let caller = known(&request, caller);
            rates::count_person(&request, &caller, &account, identity).await?;
            Ok(Self { caller, account })
        })
    }
}

impl FromRequest for Stranger {
    type Error = Refusal;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { rates::count_stranger(&request).await.map(|()| Self) })
    }
}

/// Counts a request whose credential is missing or does not hold, so that nobody can try one after another for ever.
async fn unknown(request: &HttpRequest, refusal: Refusal) -> Refusal {
    rates::count_stranger(request).await.err().unwrap_or(refusal)
}

fn shared<T: 'static>(request: &HttpRequest) -> Result<&web::Data<T>, Refusal> {
    let shared = request.app_data::<web::Data<T>>();
    shared.ok_or_else(|| Error::internal("the server was built without a part of it").into())
}

/// The caller, doing what the request asks for; a refusal later on is audited under it.
fn known(request: &HttpRequest, caller: Caller) -> Caller {
    let operation = operations::name(request.method(), request.path());
    let caller = caller.doing(operation).calling_from(arrival::client(request));
    request.extensions_mut().insert(caller.clone());
    caller
}

/// The key of the header `X-API-Key`, else of the query's `api_key`, else a bearer token that is a key.
fn presented_key(request: &HttpRequest) -> Option<String> {
    let header =
        request.headers().get("x-api-key").map(|value| value.to_str().unwrap_or_default().trim().to_owned());
    let query = || {
        form_urlencoded::parse(request.query_string().as_bytes())
            .find(|(name, _)| name == "api_key")
            .map(|(_, value)| value.into_owned())
    };
    let bearer = || bearer::token(request).filter(|token| token.starts_with(PREFIX)).map(str::to_owned);
    header.or_else(query).or_else(bearer).filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::presented_key;

    #[test]
    fn a_session_token_or_nothing_is_no_key() {
        assert_eq!(presented_key(&TestRequest::default().to_http_request()), None);
        let session = TestRequest::default().insert_header(("Authorization", "Bearer a.b.c"));
        assert_eq!(presented_key(&session.to_http_request()), None);
        let empty = TestRequest::default().insert_header(("X-API-Key", " "));
        assert_eq!(presented_key(&empty.to_http_request()), None);
    }

    #[test]
    fn the_header_wins_over_the_query_and_that_over_the_bearer() {
        let bearer = || TestRequest::default().insert_header(("Authorization", "bearer dk_bearer"));
        assert_eq!(presented_key(&bearer().to_http_request()).as_deref(), Some("dk_bearer"));
        let query = || bearer().uri("/x?api_key=dk_que%72y");
        assert_eq!(presented_key(&query().to_http_request()).as_deref(), Some("dk_query"));
        let header = query().insert_header(("X-API-Key", "dk_header"));
        assert_eq!(presented_key(&header.to_http_request()).as_deref(), Some("dk_header"));
    }
}
