//! Telling who calls, before a handler starts: a subscription by its key, an application by its token, a person by a session's, a node by its
//! key. At the gateway the order is key, token, link, resource.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use uuid::Uuid;

use super::errors::Refusal;
use super::{from_fhir, operations, rates, store, usage};
use crate::core::Secret;
use crate::http::{arrival, bearer};
use crate::identity::gateway::applications::Admitted;
use crate::identity::gateway::{Node, Subscription};
use crate::identity::{Account, Caller, Identity, Surface, TenantId};
use crate::records::{Error, Records, Stored};

/// The header with the subscription's key.
pub const KEY: &str = "x-sub-key";
/// The longest key or token that is looked at.
const LONGEST: usize = 8_192;

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Refusal>>>>;

/// Whoever calls with the key of an active subscription.
#[derive(Clone, Debug)]
pub struct Subscribed {
    /// Its owner.
    pub caller: Caller,
    /// The subscription.
    pub subscription: Subscription,
    /// The key.
    pub key: Secret<String>,
}

/// An application with an access token, beside the key of a subscription.
#[derive(Clone, Debug)]
pub struct Application {
    /// It, in its own tenant.
    pub caller: Caller,
    /// The application, and what lets it in now.
    pub admitted: Admitted,
    /// The subscription's key.
    pub key: Secret<String>,
    /// From when on its token is good for nothing, in seconds since 1970.
    pub until: i64,
}

impl Application {
    /// The application's id.
    #[must_use]
    pub fn whose(&self) -> Uuid {
        self.admitted.application.id
    }
}

/// Who is at an organisation.
#[derive(Clone, Debug)]
pub enum Who {
    /// An application that the organisation lets in, at the gateway.
    Application(Box<Application>),
    /// A person of the organisation's tenant, at the dashboard.
    Person(Box<SignedIn>),
}

/// An application at an organisation that lets it in; below `/dashboard` a person who signed in, at an organisation of their tenant.
#[derive(Clone, Debug)]
pub struct AtOrganisation {
    /// The caller, in the organisation's tenant.
    pub caller: Caller,
    /// Who that is.
    pub who: Who,
    /// The Organization.
    pub organisation: Stored,
}

/// A person who signed in to the portal or the dashboard.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who calls.
    pub caller: Caller,
    /// The account.
    pub account: Account,
    /// The token.
    pub token: Secret<String>,
    /// From when on it is good for nothing, in seconds since 1970.
    pub until: i64,
}

/// A person who manages organisations.
#[derive(Clone, Debug)]
pub struct Admin(pub SignedIn);

/// A node, which sends what pods measure.
#[derive(Clone, Debug)]
pub struct NodeCaller {
    /// Who calls.
    pub caller: Caller,
    /// The node.
    pub node: Node,
}

impl AtOrganisation {
    /// A reference to the organisation.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("Organization/{}", self.organisation.id)
    }

    /// The id of the account that the caller is, or acts for.
    #[must_use]
    pub fn account(&self) -> Uuid {
        match &self.who {
            Who::Application(application) => application.admitted.application.account,
            Who::Person(person) => person.account.id,
        }
    }

    /// The id of the application or the person.
    #[must_use]
    pub fn whose(&self) -> Uuid {
        match &self.who {
            Who::Application(application) => application.whose(),
            Who::Person(person) => person.account.id,
        }
    }

    /// What the caller is called where nobody is named.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.who {
            Who::Application(application) => &application.admitted.application.name,
            Who::Person(person) => &person.account.email,
        }
    }

    /// From when on the caller's token is good for nothing, in seconds since 1970.
    #[must_use]
    pub fn until(&self) -> i64 {
        match &self.who {
            Who::Application(application) => application.until,
            Who::Person(person) => person.until,
        }
    }

    /// Whether all that let the caller in does so still: the subscription's key, the token, the link.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_still_let_in(&self, identity: &Identity, now_s: i64) -> Result<bool, Refusal> {
        if now_s >= self.until() {
            return Ok(false);
        }
        let application = match &self.who {
            Who::Application(application) => application,
            Who::Person(person) => {
                let found = identity.authenticate_session(Surface::Smartz, person.token.expose()).await?;
                return Ok(found.is_some_and(|(caller, _)| caller.tenant == self.caller.tenant));
            }
        };
        let stranger = Caller::anonymous(Surface::Smartz);
        if identity.subscription_of_key(stranger, application.key.expose()).await?.is_none() {
            return Ok(false);
        }
        let admitted = identity.admitted(&self.caller, application.admitted.application.id).await?;
        let links = admitted.map(|admitted| admitted.links).unwrap_or_default();
        Ok(links.iter().any(|link| {
            link.organization == self.organisation.id && link.tenant == self.caller.tenant.number()
        }))
    }
}

impl FromRequest for Subscribed {
    type Error = Refusal;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { subscribed(&request).await })
    }
}

async fn subscribed(request: &HttpRequest) -> Result<Subscribed, Refusal> {
    let (identity, records) = (shared::<Identity>(request)?, shared::<Records>(request)?);
    let since = records.now();
    let mut keys = request.headers().get_all(KEY);
    let key = keys.next().ok_or(Refusal::MissingKey)?.to_str().map_err(|_| Refusal::InvalidKey)?.trim();
    if key.is_empty() {
        return Err(Refusal::MissingKey);
    }
    // Two keys are none: which one was meant cannot be told.
    if keys.next().is_some() || key.len() > LONGEST {
        return Err(Refusal::InvalidKey);
    }
    let found = identity.subscription_of_key(stranger(request), key).await?;
    let (caller, subscription) = found.ok_or(Refusal::InvalidKey)?;
    let caller = known(request, caller);
    usage::know(request, &subscription, since);
    rates::count(request, &caller, &subscription).await?;
    Ok(Subscribed { caller, subscription, key: Secret::new(key.to_owned()) })
}

impl FromRequest for Application {
    type Error = Refusal;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { application(&request).await })
    }
}

async fn application(request: &HttpRequest) -> Result<Application, Refusal> {
    let Subscribed { caller, key, .. } = subscribed(request).await?;
    let identity = shared::<Identity>(request)?;
    let token = bearer::token(request).filter(|token| token.len() <= LONGEST).ok_or(Refusal::InvalidToken)?;
    let bearer = identity.bearer_of_application_token(token).ok_or(Refusal::InvalidToken)?;
    let admitted = identity.admitted(&caller, bearer.application).await?.ok_or(Refusal::InvalidToken)?;
    let caller = known(request, admitted.caller(&caller));
    Ok(Application { caller, admitted, key, until: bearer.until })
}

impl FromRequest for AtOrganisation {
    type Error = Refusal;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let path = request.path();
            if path.strip_prefix(super::MOUNT).unwrap_or(path).starts_with("/dashboard/") {
                at_own(&request, signed_in(&request).await?).await
            } else {
                at(&request, application(&request).await?).await
            }
        })
    }
}

async fn at(request: &HttpRequest, application: Application) -> Result<AtOrganisation, Refusal> {
    let id = request.match_info().get("org").unwrap_or_default();
    let link =
        application.admitted.links.iter().find(|link| link.organization == id).ok_or(Refusal::NotFound)?;
    let actors = vec![format!("Organization/{id}")];
    let caller = Caller { tenant: TenantId::from_row(link.tenant), actors, ..application.caller.clone() };
    let organisation = organisation(request, &caller, id).await?;
    let who = Who::Application(Box::new(application));
    Ok(AtOrganisation { caller: known(request, caller), who, organisation })
}

async fn at_own(request: &HttpRequest, person: SignedIn) -> Result<AtOrganisation, Refusal> {
    let id = request.match_info().get("org").unwrap_or_default();
    let organisation = organisation(request, &person.caller, id).await?;
    Ok(AtOrganisation { caller: person.caller.clone(), who: Who::Person(Box::new(person)), organisation })
}

/// The organisation of the caller's tenant with this id.
async fn organisation(request: &HttpRequest, caller: &Caller, id: &str) -> Result<Stored, Refusal> {
    let records = shared::<Records>(request)?;
    let found = store::current(records, caller, "Organization", id).await?.ok_or(Refusal::NotFound)?;
    if from_fhir::organisation::is_one(&found.json()?) { Ok(found) } else { Err(Refusal::NotFound) }
}

impl FromRequest for SignedIn {
    type Error = Refusal;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { signed_in(&request).await })
    }
}

async fn signed_in(request: &HttpRequest) -> Result<SignedIn, Refusal> {
    let identity = shared::<Identity>(request)?;
    let token = bearer::token(request).filter(|token| token.len() <= LONGEST).ok_or(Refusal::NotSignedIn)?;
    let until = identity.session_until(Surface::Smartz, token).ok_or(Refusal::NotSignedIn)?;
    let found = identity.authenticate_session(Surface::Smartz, token).await?;
    let (caller, account) = found.ok_or(Refusal::NotSignedIn)?;
    let token = Secret::new(token.to_owned());
    Ok(SignedIn { caller: known(request, caller), account, token, until })
}

impl FromRequest for Admin {
    type Error = Refusal;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let signed_in = signed_in(&request).await?;
            if signed_in.account.role == "admin" { Ok(Self(signed_in)) } else { Err(Refusal::Forbidden) }
        })
    }
}

impl FromRequest for NodeCaller {
    type Error = Refusal;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let identity = shared::<Identity>(&request)?;
            let key =
                bearer::token(&request).filter(|key| key.len() <= LONGEST).ok_or(Refusal::InvalidNodeKey)?;
            let found = identity.authenticate_node(&stranger(&request), key).await?;
            let (caller, node) = found.ok_or(Refusal::InvalidNodeKey)?;
            let caller = known(&request, caller);
            rates::count_node(&request, &caller, &node).await?;
            Ok(Self { caller, node })
        })
    }
}

/// A part of the server.
///
/// # Errors
/// When it was built without.
pub fn shared<T: 'static>(request: &HttpRequest) -> Result<&web::Data<T>, Refusal> {
    let shared = request.app_data::<web::Data<T>>();
    shared.ok_or_else(|| Error::internal("the server was built without a part of it").into())
}

fn stranger(request: &HttpRequest) -> Caller {
    doing(request, Caller::anonymous(Surface::Smartz))
}

fn doing(request: &HttpRequest, caller: Caller) -> Caller {
    let operation = operations::name(request.method(), request.path());
    caller.doing(operation).calling_from(arrival::client(request))
}

/// The caller, doing what the request asks for; a refusal later on is audited under it.
fn known(request: &HttpRequest, caller: Caller) -> Caller {
    let caller = doing(request, caller);
    request.extensions_mut().insert(caller.clone());
    caller
}
