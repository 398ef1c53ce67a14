//! What somebody signs in for: an app that asks for access, the page of their own account, or the console.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::flow::Flow;
use super::opening::{Turned, Visit};
use crate::http::oauth::audit;
use crate::identity::oauth::authorization::Prompt;
use crate::identity::oauth::web_session::SignedInBrowser;
use crate::identity::{Account, Caller, TenantId};

/// What pages carry in the place of a question, on the way to the console.
pub const CONSOLE: &str = "console";

/// Where a sign-in leads.
pub enum Onward {
    /// To an app, with what it asks for.
    App(Box<Flow>),
    /// To the page of the account.
    Account,
    /// To the console.
    Console,
}

impl Onward {
    /// To where a question leads, as pages carry it.
    ///
    /// # Errors
    /// The answer to a question that nobody can be asked.
    pub async fn to(visit: &Visit, question: &str) -> Result<Self, Turned> {
        match question {
            "" => Ok(Self::Account),
            CONSOLE => Ok(Self::Console),
            question => {
                let flow = Flow::read(&visit.request, &visit.identity, question).await?;
                Ok(Self::App(Box::new(flow)))
            }
        }
    }

    /// The question of the app, as pages carry it.
    pub fn question(&self) -> &str {
        match self {
            Self::App(flow) => &flow.request,
            Self::Account => "",
            Self::Console => CONSOLE,
        }
    }

    /// The name of the app, or of what is like one.
    pub fn app(&self) -> Option<&str> {
        match self {
            Self::App(flow) => Some(&flow.asked.client.name),
            Self::Account => None,
            Self::Console => Some("the console"),
        }
    }

    /// Whether the app wants the person to sign in although they have.
    pub fn is_asked_anew(&self) -> bool {
        match self {
            Self::App(flow) => flow.asked.prompt == Prompt::Login,
            Self::Account | Self::Console => false,
        }
    }

    /// The tenant whose people the app asks.
    pub fn tenant(&self) -> Option<TenantId> {
        match self {
            Self::App(flow) => Some(flow.asked.client.tenant),
            Self::Account | Self::Console => None,
        }
    }

    /// Whether a person is one of the app's own tenant; others have no account as far as it is concerned.
    pub fn admits(&self, account: &Account) -> bool {
        match self {
            Self::App(flow) => account.tenant == flow.asked.client.tenant.number(),
            Self::Account | Self::Console => true,
        }
    }

    /// Where the person goes once signed in, or to do that.
    pub fn next(&self, browser: Option<&SignedInBrowser>) -> String {
        match (self, browser) {
            (Self::App(flow), browser) => flow.next(browser),
            (Self::Account, Some(_)) => "/account".to_owned(),
            (Self::Console, Some(_)) => "/console".to_owned(),
            (Self::Account, None) => "/login".to_owned(),
            (Self::Console, None) => format!("/login?request={CONSOLE}"),
        }
    }

    /// Who wants somebody to sign in, as the audit names them.
    pub fn caller(&self, visit: &Visit) -> Caller {
        match self {
            Self::App(flow) => audit::of_client(&visit.request, &flow.asked.client),
            Self::Account | Self::Console => visit.nobody(),
        }
    }
}

/// A visit on the way to somewhere.
pub struct Entering {
    /// What came with the request.
    pub visit: Visit,
    /// Where it leads.
    pub onward: Onward,
}

impl FromRequest for Entering {
    type Error = Turned;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Turned>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::from_request(request, payload);
        Box::pin(async move {
            let visit = visit.await?;
            let onward = Onward::to(&visit, visit.one("request")).await?;
            Ok(Self { visit, onward })
        })
    }
}
