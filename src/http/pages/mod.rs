//! What people see when they sign in and are asked: plain pages, without script, that nobody can frame.

pub mod account;
mod agent;
pub mod consent;
pub mod console;
pub mod end_session;
pub mod federation;
pub mod flow;
mod guard;
mod in_time;
pub mod login;
pub mod login_code;
pub mod logout;
pub mod onward;
pub mod opening;
pub mod operations;
pub mod patient;
pub mod reset;
pub mod shown;
pub mod sign_up;
mod trouble;
pub mod verify;
pub mod visitor;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, ContentEncoding, HeaderValue, LOCATION, REFERRER_POLICY,
    RETRY_AFTER, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, HttpResponseBuilder, web};
use askama::Template;
use url::Url;

use super::refusals;
use crate::identity::Surface;
use crate::records::Error;
use trouble::Trouble;

/// The pages' style sheet.
const STYLE: &str = include_str!("../../../templates/style.css");

/// Adds the pages. They come before the endpoints, whose mount they share.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/login/style.css", web::get().to(style));
    console::routes(config);
    for resource in [
        web::resource("/login").get(login::show).post(login::sign_in),
        web::resource("/login/code").post(login_code::sign_in),
        web::resource("/login/oidc/{name}").get(federation::begin::begin),
        web::resource("/login/oidc/{name}/callback").get(federation::callback::come_back),
        web::resource("/login/oidc/{name}/backchannel-logout").post(federation::backchannel::log_out),
        web::resource("/logout").get(end_session::show).post(end_session::sign_out),
        web::resource("/oauth/logout").post(logout::sign_out),
        web::resource("/oauth/patient").get(patient::show),
        web::resource("/oauth/consent").get(consent::show).post(consent::decide),
    ] {
        config.service(resource.wrap(from_fn(guard::guarded)));
    }
    for resource in [
        web::resource("/signup").get(sign_up::show).post(sign_up::sign_up),
        web::resource("/verify").get(verify::show).post(verify::verify),
        web::resource("/reset").get(reset::show).post(reset::ask),
        web::resource("/reset/password").get(reset::show_password).post(reset::set),
        web::resource("/account").get(account::show),
        web::resource("/account/verification").post(account::verification::ask),
        web::resource("/account/password").post(account::password::change),
        web::resource("/account/sessions").post(account::sessions::end),
        web::resource("/account/apps").post(account::apps::take_back),
        web::resource("/account/links").post(account::links::remove),
        web::resource("/account/second-factor")
            .get(account::second_factor::show)
            .post(account::second_factor::confirm),
        web::resource("/account/second-factor/off").post(account::second_factor::turn_off),
    ] {
        let audited =
            from_fn(|request, next| refusals::audited(request, next, Surface::Fhir, operations::name));
        config.service(resource.wrap(audited).wrap(from_fn(guard::guarded)));
    }
}

#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage<'a> {
    told: &'a str,
}

#[derive(Template)]
#[template(path = "told.html")]
struct ToldPage<'a> {
    title: &'a str,
    text: &'a str,
    /// Address and name of what comes next.
    onward: Option<(&'a str, &'a str)>,
}

async fn style() -> HttpResponse {
    style_sheet(STYLE)
}

/// A style sheet of pages.
fn style_sheet(text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((CACHE_CONTROL, "max-age=3600"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(text)
}

/// A page that says how to mend what was sent.
pub fn page_with(trouble: Option<&Trouble>, template: &impl Template) -> HttpResponse {
    let mut response = page(trouble.map_or(StatusCode::OK, |trouble| trouble.status), template, None);
    if let Some(wait_s) = trouble.and_then(|trouble| trouble.wait_s) {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait_s));
    }
    response
}

/// The page that tells how something went.
pub fn told(title: &str, text: &str, onward: Option<(&str, &str)>) -> HttpResponse {
    page(StatusCode::OK, &ToldPage { title, text, onward }, None)
}

/// A page. A browser also holds the addresses that a form's answer leads to against `form-action`: `onward` is the one of them that
/// is not ours.
pub fn page(status: StatusCode, template: &impl Template, onward: Option<&str>) -> HttpResponse {
    let onward = onward.and_then(source).map(|source| format!(" {source}")).unwrap_or_default();
    page_by(status, template, &format!("style-src 'self'; form-action 'self'{onward}"))
}

/// A page with pictures of this server.
pub fn page_with_pictures(status: StatusCode, template: &impl Template) -> HttpResponse {
    page_by(status, template, "style-src 'self'; img-src 'self'; form-action 'self'")
}

fn page_by(status: StatusCode, template: &impl Template, allowed: &str) -> HttpResponse {
    let Ok(text) = template.render() else { return failed(&Error::internal("a page could not be made")) };
    let policy = format!("default-src 'none'; {allowed}; base-uri 'none'; frame-ancestors 'none'");
    guarded(status)
        // How well a page compresses would tell, letter by letter, what its forms carry (BREACH).
        .insert_header(ContentEncoding::Identity)
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .content_type("text/html; charset=utf-8")
        .body(text)
}

/// The page that tells what is wrong.
pub fn fault(status: StatusCode, told: &str) -> HttpResponse {
    page(status, &FaultPage { told }, None)
}

/// The page of what could not be done: of a fault of ours no more than that, else what is wrong with what was sent.
pub fn failed(error: &Error) -> HttpResponse {
    error.log();
    let status = StatusCode::from_u16(error.status().0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if status.is_client_error() {
        let told: Vec<_> = error.issues().into_iter().map(|issue| issue.diagnostics).collect();
        return fault(status, &told.join(" "));
    }
    let mut response = guarded(status);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.insert_header((RETRY_AFTER, "1"));
    }
    response.content_type("text/plain; charset=utf-8").body("The server cannot answer now. Try again later.")
}

/// Sends the browser on, to read what is there.
pub fn go_on(address: &str) -> HttpResponse {
    guarded(StatusCode::SEE_OTHER).insert_header((LOCATION, address)).finish()
}

/// Addresses hold what clients sent, and pages who somebody is: neither is told on, kept or shown in another page.
fn guarded(status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((X_FRAME_OPTIONS, "DENY"));
    response
}

/// An address as a policy names it: its origin, or its scheme where it has none.
fn source(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let origin = url.origin();
    Some(if origin.is_tuple() { origin.ascii_serialization() } else { format!("{}:", url.scheme()) })
}

#[cfg(test)]
mod tests {
    use super::{failed, source};
    use crate::records::Error;

    #[test]
    fn what_a_client_did_wrong_is_told_as_that() {
        for (error, status, media_type) in [
            (Error::Forbidden, 403, "text/html; charset=utf-8"),
            (Error::Conflict, 409, "text/html; charset=utf-8"),
            (Error::internal("a fault"), 500, "text/plain; charset=utf-8"),
            (Error::Unavailable, 503, "text/plain; charset=utf-8"),
        ] {
            let answer = failed(&error);
            let told = answer.headers().get("content-type").and_then(|value| value.to_str().ok());
            assert_eq!((answer.status().as_u16(), told), (status, Some(media_type)), "{error}");
        }
    }

    #[test]
    fn a_policy_names_origins_and_schemes() {
        assert_eq!(source("https://app.example:444/a;b?c").as_deref(), Some("https://app.example:444"));
        assert_eq!(source("org.example.app:/cb").as_deref(), Some("org.example.app:"));
        assert_eq!(source("nowhere"), None);
    }
}
