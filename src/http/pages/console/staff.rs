//! Who may see the console: people of the tenant who are no patients. Administrators see more.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::{Method, StatusCode};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use serde_json::{Value, json};

use super::frame::Frame;
use crate::fhir::ResourceType;
use crate::http::oauth::audit;
use crate::http::pages::onward::Onward;
use crate::http::pages::opening::{Turned, Visit};
use crate::http::pages::{fault, go_on, shown, visitor};
use crate::identity::oauth::web_session::SignedInBrowser;
use crate::identity::{Account, Caller};
use crate::records::{Error, Records};

/// A visit of somebody who works here. A form of theirs came from this browser.
pub struct Staff {
    /// What came with the request.
    pub visit: Visit,
    /// Who it is.
    pub browser: SignedInBrowser,
    /// What the forms of the pages carry.
    pub proof: String,
    /// The same person, as a caller.
    pub caller: Caller,
}

/// The same, of an administrator.
pub struct Administration(pub Staff);

/// The trail, which administrators alone see.
const AUDIT_EVENT: &str = "AuditEvent";

impl Staff {
    /// Whether the person may see records of a type at all: who read what is for administrators.
    pub fn may_see(&self, of: &str) -> bool {
        of != AUDIT_EVENT || is_administrator(&self.browser.account)
    }

    /// Whether the person may search by what this says: nobody is to learn of the trail by what leads from or to it.
    pub fn may_ask(&self, words: &str) -> bool {
        !words.contains(AUDIT_EVENT) || is_administrator(&self.browser.account)
    }

    /// The door to resources.
    pub fn records(&self) -> &Records {
        &self.visit.records
    }

    /// What all pages have around them; this one is at that address.
    pub fn frame(&self, at: &'static str) -> Frame<'_> {
        Frame::new(at, &self.browser.account.email, &self.proof, is_administrator(&self.browser.account))
    }

    /// Adds the row that says what was done, which read or changed no resource by itself.
    ///
    /// # Errors
    /// When the row cannot be committed.
    pub async fn note(&self, operation: &'static str) -> Result<(), Error> {
        self.records().audit_success(&self.caller, operation).await
    }

    /// A reference to the person, with the name.
    ///
    /// # Errors
    /// When the person's resource cannot be read.
    pub async fn author(&self) -> Result<Value, Error> {
        let reference = self.browser.fhir_user();
        let id = &self.browser.account.practitioner;
        let practitioner = ResourceType::parse("Practitioner").ok_or(Error::UnknownType)?;
        let name = match self.records().read(&self.caller.quietly(), practitioner, id).await {
            Ok(stored) => shown::name_of(&stored)?,
            Err(Error::NotFound | Error::Gone | Error::Withheld) => None,
            Err(other) => return Err(other),
        };
        let name = name.unwrap_or_else(|| self.browser.account.email.clone());
        Ok(json!({ "reference": reference, "display": name }))
    }
}

fn is_administrator(account: &Account) -> bool {
    account.role == "admin"
}

impl FromRequest for Staff {
    type Error = Turned;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Turned>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::from_request(request, payload);
        Box::pin(async move {
            let visit = visit.await?;
            let found = visitor::signed_in(&visit.request, &visit.identity).await?;
            let Some((browser, proof)) = found else { return Err(go_on(&Onward::Console.next(None)).into()) };
            let caller = audit::of_person(&visit.request, &browser);
            // A refusal is audited under it.
            visit.request.extensions_mut().insert(caller.clone());
            if browser.account.patient.is_some() || browser.account.practitioner.is_empty() {
                let told =
                    "The console is for those who work here. What is known of you, your own apps show you.";
                return Err(fault(StatusCode::FORBIDDEN, told).into());
            }
            if visit.request.method() == Method::POST {
                visit.check_form(&proof)?;
            }
            Ok(Self { visit, browser, proof, caller })
        })
    }
}

impl FromRequest for Administration {
    type Error = Turned;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Turned>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let staff = Staff::from_request(request, payload);
        Box::pin(async move {
            let staff = staff.await?;
            if is_administrator(&staff.browser.account) {
                return Ok(Self(staff));
            }
            let told = "Only the administrators of your organisation may see this.";
            Err(fault(StatusCode::FORBIDDEN, told).into())
        })
    }
}
