//! Telling who calls, before a handler starts: by a session's token, or by one that an organisation signed itself.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use serde_json::Value;

use super::codes::USER;
use super::errors::Refusal;
use super::store::current;
use super::to_fhir::set;
use super::{from_fhir, operations};
use crate::core::config::mounts::{Mounting, Region};
use crate::http::arrival::{self, Arrival};
use crate::http::request_id::is_made;
use crate::identity::organization_keys::token::Reason;
use crate::identity::regions::{Bearer, domain};
use crate::identity::{Account, Caller, Identity, Surface};
use crate::records::{Error, Records};

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Refusal>>>>;

/// In what role somebody calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// May do everything.
    Admin,
    /// A person.
    User,
    /// A machine that digitises samples.
    Device,
    /// Another program.
    Service,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Admin, Self::User, Self::Device, Self::Service];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::User => "user",
            Self::Device => "device",
            Self::Service => "service",
        }
    }

    /// The role with that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// Whether it may look for studies, see those of others, and have files fetched.
    #[must_use]
    pub fn sees_all(self) -> bool {
        match self {
            Self::Admin | Self::User | Self::Service => true,
            Self::Device => false,
        }
    }

    /// What stands for somebody in this role.
    #[must_use]
    pub fn resource_type(self) -> &'static str {
        match self {
            Self::Admin | Self::User => "Practitioner",
            Self::Device | Self::Service => "Device",
        }
    }
}

/// Somebody who may call a region.
#[derive(Clone, Debug)]
pub struct Member {
    /// Who calls. The tenant is the one that has the region's data.
    pub caller: Caller,
    /// Their account.
    pub account: Account,
    /// In what role they call.
    pub role: Role,
    /// Where.
    pub region: Region,
    /// What the token claims.
    pub claims: serde_json::Map<String, Value>,
    /// From when on the token is good for nothing, in seconds since 1970.
    pub until: i64,
    /// Whether the token is a session's, which the person signed in for.
    pub is_of_session: bool,
}

impl Member {
    /// A reference to what stands for the caller. It is in another tenant where the organisation has several regions.
    #[must_use]
    pub fn reference(&self) -> Value {
        serde_json::json!({
            "type": self.role.resource_type(),
            "identifier": { "system": USER, "value": self.account.id.to_string() },
        })
    }

    /// The same, with the caller's name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn named(&self, records: &Records) -> Result<Value, Error> {
        let mut reference = self.reference();
        let of_account = Caller::of_account(Surface::Hemato, &self.account).quietly();
        let who = current(records, &of_account, "Practitioner", &self.account.practitioner).await?;
        let name = who.map(|who| who.json()).transpose()?.as_ref().and_then(from_fhir::name);
        set(&mut reference, "display", Some(name.unwrap_or_else(|| self.account.email.clone()).into()));
        Ok(reference)
    }

    /// Whether a person calls, who may correct what models say, and answer for a report.
    #[must_use]
    pub fn is_person(&self) -> bool {
        match self.role {
            Role::Admin | Role::User => true,
            Role::Device | Role::Service => false,
        }
    }

    /// Holds that a person calls.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for machines and programs.
    pub fn person(&self) -> Result<(), Refusal> {
        if self.is_person() { Ok(()) } else { Err(Refusal::Forbidden) }
    }

    /// Holds that the caller may look for studies and have files fetched.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for a device.
    pub fn sees_all(&self) -> Result<(), Refusal> {
        if self.role.sees_all() { Ok(()) } else { Err(Refusal::Forbidden) }
    }
}

/// The names by which tokens may call a region their audience.
#[must_use]
pub fn audiences(mounting: &Mounting, region: Region) -> Vec<String> {
    let own = (mounting.regions.default == region).then(|| "api.hemato.ai".to_owned());
    std::iter::once(domain(region)).chain(own).collect()
}

/// The token that the request carries, raw as the documents show it or as a bearer token.
#[must_use]
pub fn token(request: &HttpRequest) -> Option<&str> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?.trim();
    let token = match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        Some(_) | None => header,
    };
    Some(token).filter(|token| !token.is_empty() && !token.eq_ignore_ascii_case("bearer"))
}

/// Who calls with this token; or why it does not hold.
///
/// # Errors
/// When the database fails.
pub async fn authenticated(
    request: &HttpRequest,
    token: &str,
) -> Result<Result<(Bearer, Region), Vec<Reason>>, Refusal> {
    let missing = || Error::internal("the server was built without identity");
    let identity = request.app_data::<web::Data<Identity>>().ok_or_else(missing)?;
    let mounting = request.app_data::<web::Data<Mounting>>().ok_or_else(missing)?;
    let region = Arrival::of(request).and_then(|arrival| arrival.region());
    let region = region.unwrap_or(mounting.regions.default);
    let found = identity.authenticate_in_region(region, &audiences(mounting, region), token).await;
    Ok(found.map_err(Error::from)?.map(|bearer| (bearer, region)))
}

/// Makes a member of whoever has shown a token that holds.
///
/// # Errors
/// When the database fails, or this version does not know the role.
pub async fn member(request: &HttpRequest, bearer: Bearer, region: Region) -> Result<Member, Refusal> {
    let role = Role::parse(&bearer.role).ok_or(Refusal::Forbidden)?;
    let records = request.app_data::<web::Data<Records>>();
    let records = records.ok_or_else(|| Error::internal("the server was built without records"))?;
    let caller = Caller::of_account(Surface::Hemato, &bearer.account);
    let tenant = records.part_of_region(&caller, region).await?;
    let operation = operations::name(request.method(), request.path());
    let mut caller = Caller { tenant, ..caller }.doing(operation).calling_from(arrival::client(request));
    // Whoever investigates finds the token in the log, and in the audit trail where the request itself has no name.
    let named = |claim: &str| bearer.claims.get(claim).and_then(Value::as_str).filter(|name| is_made(name));
    if let Some(jti) = named("jti") {
        tracing::info!(jti, kid = named("kid").unwrap_or_default(), operation, "a token was used");
        caller.request.get_or_insert_with(|| jti.into());
    }
    // A refusal later on is audited under it.
    request.extensions_mut().insert(caller.clone());
    let Bearer { account, claims, until, is_of_session, .. } = bearer;
    Ok(Member { caller, account, role, region, claims, until, is_of_session })
}

impl FromRequest for Member {
    type Error = Refusal;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let token = token(&request).ok_or(Refusal::MissingToken)?;
            match authenticated(&request, token).await? {
                Ok((bearer, region)) => member(&request, bearer, region).await,
                Err(reasons) if reasons.contains(&Reason::Region) => Err(Refusal::RegionNotPermitted),
                Err(reasons) if reasons.iter().all(|reason| reason.is_of_permission()) => {
                    Err(Refusal::Forbidden)
                }
                Err(_) => Err(Refusal::InvalidToken),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn carried(header: &str) -> Option<String> {
        let request = TestRequest::default().insert_header((AUTHORIZATION, header)).to_http_request();
        token(&request).map(str::to_owned)
    }

    #[test]
    fn a_token_comes_raw_or_as_a_bearer_token() {
        for (header, found) in [
            ("", None),
            ("Bearer", None),
            ("Bearer ", None),
            ("a.b.c", Some("a.b.c")),
            ("bearer  a.b.c ", Some("a.b.c")),
            ("Basic YTpi", Some("Basic YTpi")),
        ] {
            assert_eq!(carried(header).as_deref(), found, "{header}");
        }
    }

    #[test]
    fn every_role_has_a_word_and_only_devices_are_limited() {
        assert_eq!(Role::ALL.map(|role| Role::parse(role.as_str())), Role::ALL.map(Some));
        assert_eq!(Role::parse("Admin"), None);
        assert_eq!(Role::ALL.map(Role::sees_all), [true, true, false, true]);
    }
}
