//! `/console`: pages for the administrators of a tenant.

pub mod clients;
mod form;
pub mod one;

use actix_web::http::StatusCode;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};

use super::{failed, fault, go_on, visitor};
use crate::http::oauth::audit;
use crate::identity::oauth::web_session::SignedInBrowser;
use crate::identity::{Caller, Identity, TenantId};

/// An administrator in a browser.
pub struct Administrator {
    browser: SignedInBrowser,
    /// What the forms of the pages carry.
    proof: String,
    /// Who it is, for the audit trail.
    caller: Caller,
}

impl Administrator {
    /// Who sits at the browser, when it is an administrator; `doing` is the name of what is asked for.
    ///
    /// # Errors
    /// The answer to all others.
    async fn of(
        request: &HttpRequest,
        identity: &Identity,
        doing: &'static str,
    ) -> Result<Self, HttpResponse> {
        let found = visitor::signed_in(request, identity).await.map_err(|error| failed(&error))?;
        let (browser, proof) = found.ok_or_else(|| go_on("/login"))?;
        let caller = audit::of_person(request, &browser);
        request.extensions_mut().insert(caller.clone());
        if browser.account.role != "admin" {
            audit::refused(request, doing, false).await;
            return Err(fault(
                StatusCode::FORBIDDEN,
                "Only the administrators of your organisation may see this.",
            ));
        }
        Ok(Self { browser, proof, caller })
    }

    /// The same, for a form that was sent.
    async fn sent(
        request: &HttpRequest,
        identity: &Identity,
        doing: &'static str,
        form: &str,
    ) -> Result<Self, HttpResponse> {
        let administrator = Self::of(request, identity, doing).await?;
        if !visitor::is_proof(form, &administrator.proof) {
            audit::refused(request, doing, false).await;
            return Err(fault(StatusCode::FORBIDDEN, "The form is too old, or came from elsewhere."));
        }
        Ok(administrator)
    }

    fn tenant(&self) -> TenantId {
        self.caller.tenant
    }

    fn email(&self) -> &str {
        &self.browser.account.email
    }
}
