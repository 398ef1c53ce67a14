//! `/oauth/consent`: what a client is allowed, scope by scope.

use actix_web::HttpMessage;
use actix_web::http::StatusCode;
use askama::Template;
use url::Url;

use super::flow::Flow;
use super::opening::{Answer, Asked, Turned, Visit};
use super::shown::{self, ShownPatient, ShownScope};
use super::{fault, go_on, page, visitor};
use crate::fhir::ResourceType;
use crate::http::oauth::audit;
use crate::identity::Caller;
use crate::identity::oauth::Refusal;
use crate::identity::oauth::web_session::SignedInBrowser;
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
    purposes: Option<String>,
    purpose_codes: String,
    scopes: Vec<ShownScope>,
}

/// Who decides about what.
struct Decision {
    visit: Visit,
    flow: Flow,
    browser: SignedInBrowser,
    proof: String,
    patient: Option<ShownPatient>,
}

/// Shows the page.
pub async fn show(asked: Asked) -> Answer {
    let Decision { flow, browser, proof, patient, .. } = Decision::read(asked).await?;
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
        purposes: shown::purposes(asked.client.purposes.codes()),
        purpose_codes: asked.client.purposes.codes().join(" "),
        scopes: shown::scopes(asked),
    };
    Ok(page(StatusCode::OK, &template, Some(&asked.redirect_uri)))
}

/// Takes the person's decision and sends them back to the client with it.
pub async fn decide(asked: Asked) -> Answer {
    let Decision { visit, flow, browser, proof, patient } = Decision::read(asked).await?;
    let (request, identity) = (&visit.request, &visit.identity);
    let caller = audit::of_person(request, &browser);
    request.extensions_mut().insert(caller.clone());
    if let Err(foreign) = visit.check_form(&proof) {
        audit::refused(request, audit::AUTHORIZE, false).await;
        return Err(foreign);
    }
    let shown = shown::scopes(&flow.asked);
    let is_asked = |word: &str| shown.iter().any(|scope| scope.word == word);
    let is_chosen = |word: &str| visit.all("scope").any(|chosen| chosen == word);
    // What people are not asked about comes along; what was not asked for by the client cannot be chosen.
    let words: Vec<_> =
        flow.asked.words.iter().filter(|word| !is_asked(word) || is_chosen(word)).cloned().collect();
    if visit.one("decision") != "allow" || !words.iter().any(|word| is_asked(word)) {
        return Ok(flow.refuse(request, identity, "access_denied", "the person did not allow it").await);
    }
    // Those of a moment ago are not what the person was told: they are told again.
    if visit.one("purposes") != flow.asked.client.purposes.codes().join(" ") {
        return Ok(go_on(&flow.next(Some(&browser))));
    }
    let patient = patient.map(|patient| patient.id);
    match identity.grant_by_person(&flow.asked, &browser, patient, &words).await {
        Ok(address) => {
            visit.records.audit_success(&caller, audit::AUTHORIZE).await?;
            Ok(go_on(&address))
        }
        Err(refusal) => refused(&visit, &flow, refusal).await,
    }
}

/// Why nothing was granted although the person allowed it. Who signed out meanwhile is asked to sign in again; all else the client is
/// told.
async fn refused(visit: &Visit, flow: &Flow, refusal: Refusal) -> Answer {
    let (request, identity) = (&visit.request, &visit.identity);
    match refusal {
        Refusal::SignedOut => {
            audit::refused(request, audit::AUTHORIZE, false).await;
            Ok(go_on(&flow.next(None)))
        }
        Refusal::InvalidRequest(told)
        | Refusal::InvalidClient(told)
        | Refusal::InvalidGrant(told)
        | Refusal::InvalidScope(told) => Ok(flow.refuse(request, identity, "invalid_request", told).await),
        Refusal::UnauthorizedClient | Refusal::UnsupportedGrantType => {
            let told = "the client may not ask people";
            Ok(flow.refuse(request, identity, "unauthorized_client", told).await)
        }
        Refusal::Signing(error) => Err(Error::internal(error).into()),
        Refusal::Storage(error) => Err(Error::from(error).into()),
    }
}

impl Decision {
    /// Finds who is to answer the client's question, and the patient that it is about: that of the launch, the person, or the one that
    /// was picked.
    async fn read(Asked { visit, mut flow }: Asked) -> Result<Self, Turned> {
        let (request, identity) = (&visit.request, &visit.identity);
        let browser = visitor::signed_in(request, identity).await?;
        let browser = browser.filter(|(browser, _)| flow.is_current(browser));
        let (browser, proof) = browser.ok_or_else(|| go_on(&flow.next(None)))?;
        let launched = flow.asked.launch.as_ref().and_then(|launch| launch.patient.clone());
        let own = browser.account.patient.clone();
        if own.is_some() {
            flow.asked.leave_out_user_scopes();
            if launched.is_some() && launched != own {
                let told = "the launch is about another patient";
                return Err(flow.refuse(request, identity, "access_denied", told).await.into());
            }
        }
        let is_needed = launched.is_some() || flow.asked.needs_patient();
        let picked = visit.all("patient").next().map(str::to_owned);
        let wanted = own.or(launched).or(picked).filter(|_| is_needed);
        if is_needed && wanted.is_none() {
            return Err(go_on(&flow.next(Some(&browser))).into());
        }
        let caller = audit::of_person(request, &browser);
        let patient = match wanted {
            Some(id) => Some(find(&visit.records, &caller, &id).await?),
            None => None,
        };
        if shown::scopes(&flow.asked).is_empty() {
            let told = "the client may have none of these scopes";
            return Err(flow.refuse(request, identity, "invalid_scope", told).await.into());
        }
        Ok(Self { visit, flow, browser, proof, patient })
    }
}

async fn find(records: &Records, caller: &Caller, id: &str) -> Result<ShownPatient, Turned> {
    let patient = ResourceType::parse("Patient").ok_or_else(|| Error::internal("R4 has Patients"))?;
    match records.read(caller, patient, id).await {
        Ok(stored) => Ok(ShownPatient::of(&stored)?),
        Err(Error::NotFound | Error::Gone | Error::Withheld | Error::BadRequest(..)) => {
            Err(fault(StatusCode::BAD_REQUEST, "There is no such patient.").into())
        }
        Err(other) => Err(other.into()),
    }
}
