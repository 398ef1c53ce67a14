//! `/oauth/consent`: what a client is allowed, scope by scope.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use url::Url;

use super::flow::Flow;
use super::in_time::InTime;
use super::shown::{self, ShownPatient, ShownScope};
use super::{failed, fault, go_on, page, visitor};
use crate::fhir::ResourceType;
use crate::http::oauth::audit;
use crate::http::oauth::errors::OauthError;
use crate::identity::oauth::web_session::SignedInBrowser;
use crate::identity::{Caller, Identity};
use crate::records::{Error, Records};

#[derive(Template)]
#[template(path = "consent.html")]
struct ConsentPage<'a> {
    client: &'a str,
    email: &'a str,
    origin: &'a str,
    request: &'a str,
    form: &'a str,
    patient: Option<ShownPatient>,
    scopes: Vec<ShownScope>,
}

/// What the page is asked for with.
#[derive(Deserialize)]
pub struct Shown {
    #[serde(default)]
    request: String,
    patient: Option<String>,
}

/// Who decides about what.
struct Decision {
    flow: Flow,
    browser: SignedInBrowser,
    proof: String,
    patient: Option<ShownPatient>,
}

/// Shows the page.
pub async fn show(
    request: HttpRequest,
    query: web::Query<Shown>,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> HttpResponse {
    let picked = query.patient.clone();
    let decision = match Decision::read(&request, &identity, &records, &query.request, picked).await {
        Ok(decision) => decision,
        Err(answer) => return answer,
    };
    let Decision { flow, browser, proof, patient } = decision;
    let asked = &flow.asked;
    let origin = Url::parse(&asked.redirect_uri).ok();
    let origin =
        origin.map(|url| url.host_str().unwrap_or_else(|| url.scheme()).to_owned()).unwrap_or_default();
    let template = ConsentPage {
        client: &asked.client.name,
        email: &browser.account.email,
        origin: &origin,
        request: &flow.request,
        form: &proof,
        patient,
        scopes: shown::scopes(asked),
    };
    page(StatusCode::OK, &template, Some(&asked.redirect_uri))
}

/// Takes the person's decision and sends them back to the client with it.
pub async fn decide(
    request: HttpRequest,
    InTime(body): InTime<Bytes>,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> HttpResponse {
    let sent: Vec<_> = form_urlencoded::parse(&body).into_owned().collect();
    let all =
        |name: &'static str| sent.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str());
    let one = |name: &'static str| all(name).next().unwrap_or_default();
    let picked = all("patient").next().map(str::to_owned);
    let decision = match Decision::read(&request, &identity, &records, one("request"), picked).await {
        Ok(decision) => decision,
        Err(answer) => return answer,
    };
    let Decision { flow, browser, proof, patient } = decision;
    let caller = audit::of_person(&request, &browser);
    request.extensions_mut().insert(caller.clone());
    if !visitor::is_proof(one("form"), &proof) {
        audit::refused(&request, audit::AUTHORIZE, false).await;
        return fault(StatusCode::FORBIDDEN, "The form is too old, or came from elsewhere.");
    }
    let shown = shown::scopes(&flow.asked);
    let is_asked = |word: &str| shown.iter().any(|scope| scope.word == word);
    let is_chosen = |word: &str| all("scope").any(|chosen| chosen == word);
    // What people are not asked about comes along; what was not asked for by the client cannot be chosen.
    let words: Vec<_> =
        flow.asked.words.iter().filter(|word| !is_asked(word) || is_chosen(word)).cloned().collect();
    if one("decision") != "allow" || !words.iter().any(|word| is_asked(word)) {
        return flow.refuse(&request, &identity, "access_denied", "the person did not allow it").await;
    }
    let patient = patient.map(|patient| patient.id);
    match identity.grant_by_person(&flow.asked, &browser, patient, &words).await {
        Ok(address) => match records.audit_success(&caller, audit::AUTHORIZE).await {
            Ok(()) => go_on(&address),
            Err(error) => failed(&error),
        },
        Err(refusal) => match OauthError::from(refusal) {
            OauthError::Failed(error) => failed(&error),
            OauthError::Refused(_) | OauthError::Unregistered(..) | OauthError::Unknown(_) => {
                flow.refuse(&request, &identity, "invalid_request", "the launch was used").await
            }
        },
    }
}

impl Decision {
    /// Reads the client's question, who is to answer it, and the patient that it is about: that of the launch, the person, or the
    /// one that was picked.
    async fn read(
        request: &HttpRequest,
        identity: &Identity,
        records: &Records,
        question: &str,
        picked: Option<String>,
    ) -> Result<Self, HttpResponse> {
        let mut flow = Flow::read(request, identity, question).await?;
        let browser = visitor::signed_in(request, identity).await.map_err(|error| failed(&error))?;
        let browser = browser.filter(|(browser, _)| flow.is_of_tenant(browser));
        let (browser, proof) = browser.ok_or_else(|| go_on(&flow.next(None)))?;
        let launched = flow.asked.launch.as_ref().and_then(|launch| launch.patient.clone());
        let own = browser.account.patient.clone();
        if own.is_some() {
            flow.asked.leave_out_user_scopes();
            if launched.is_some() && launched != own {
                return Err(flow
                    .refuse(request, identity, "access_denied", "the launch is about another patient")
                    .await);
            }
        }
        let is_needed = launched.is_some() || flow.asked.needs_patient();
        let wanted = own.or(launched).or(picked).filter(|_| is_needed);
        if is_needed && wanted.is_none() {
            return Err(go_on(&flow.next(Some(&browser))));
        }
        let caller = audit::of_person(request, &browser);
        let patient = match wanted {
            Some(id) => Some(find(records, &caller, &id).await?),
            None => None,
        };
        if shown::scopes(&flow.asked).is_empty() {
            let told = "the client may have none of these scopes";
            return Err(flow.refuse(request, identity, "invalid_scope", told).await);
        }
        Ok(Self { flow, browser, proof, patient })
    }
}

async fn find(records: &Records, caller: &Caller, id: &str) -> Result<ShownPatient, HttpResponse> {
    let patient =
        ResourceType::parse("Patient").ok_or_else(|| failed(&Error::internal("R4 has Patients")))?;
    match records.read(caller, patient, id).await {
        Ok(stored) => ShownPatient::of(&stored).map_err(|error| failed(&error)),
        Err(Error::NotFound | Error::Gone | Error::Withheld | Error::BadRequest(..)) => {
            Err(fault(StatusCode::BAD_REQUEST, "There is no such patient."))
        }
        Err(other) => Err(failed(&other)),
    }
}
