//! Telling who calls, before a handler starts: somebody who signed in, as doctor or administrator.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use super::errors::Refusal;
use super::{object_id, operations};
use crate::http::{arrival, bearer};
use crate::identity::{Account, Caller, Identity, Surface};
use crate::records::Error;

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Refusal>>>>;

/// What somebody may do (contract IM-07). The store says so, not the token (IM-08).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Sees the patients who are assigned to them.
    Doctor,
    /// Sees the tenant, and looks after its users.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 2] = [Self::Doctor, Self::Admin];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Doctor => "doctor",
            Self::Admin => "admin",
        }
    }

    /// The role with that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// Somebody who signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who calls.
    pub caller: Caller,
    /// The person's account.
    pub account: Account,
    /// What the person may do.
    pub role: Role,
}

/// Somebody who signed in and is an administrator.
#[derive(Clone, Debug)]
pub struct Admin(pub SignedIn);

impl SignedIn {
    /// The person with this account, in the role that it has.
    ///
    /// # Errors
    /// A role that this version does not know gives no rights.
    pub fn of(caller: Caller, account: Account) -> Result<Self, Refusal> {
        let role = Role::parse(&account.role).ok_or(Refusal::Forbidden)?;
        Ok(Self { caller, account, role })
    }

    /// The vendor's id of the person.
    #[must_use]
    pub fn id(&self) -> String {
        object_id::of(&self.account.practitioner)
    }

    /// A reference to the person's Practitioner.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("Practitioner/{}", self.account.practitioner)
    }
}

impl FromRequest for SignedIn {
    type Error = Refusal;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let identity = request.app_data::<web::Data<Identity>>();
            let identity =
                identity.ok_or_else(|| Error::internal("the server was built without identity"))?;
            let token = bearer::token(&request).ok_or(Refusal::MissingToken)?;
            let found = identity.authenticate_session(Surface::ImageMedix, token).await?;
            let (caller, account) = found.ok_or(Refusal::InvalidToken)?;
            let operation = operations::name(request.method(), request.path());
            let caller = caller.doing(operation).calling_from(arrival::client(&request));
            // A refusal later on is audited under it.
            request.extensions_mut().insert(caller.clone());
            Self::of(caller, account)
        })
    }
}

impl FromRequest for Admin {
    type Error = Refusal;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let signed_in = SignedIn::from_request(request, payload);
        Box::pin(async move {
            let signed_in = signed_in.await?;
            match signed_in.role {
                Role::Admin => Ok(Self(signed_in)),
                Role::Doctor => Err(Refusal::Forbidden),
            }
        })
    }
}
