//! The pages of this mount, which are the same for everybody: developer portal, dashboard and ward. They are compiled in, but for the library
//! that draws charts, which set-up fetches. They are clients of this surface's API like any other.

use std::sync::LazyLock;

use actix_web::{HttpRequest, HttpResponse, ResponseError, Scope, guard, web};

use super::errors::Refusal;
use crate::http::assets::{Assets, CHARTS, File, Use};
use crate::http::chart_library::{self, ChartLibrary};

/// A page.
macro_rules! page {
    ($name:literal) => {
        (concat!("/", $name), Use::Page, include_str!(concat!("assets/", $name)))
    };
}

/// A part of the pages.
macro_rules! part {
    ($use:ident $name:literal) => {
        (concat!("/assets/", $name), Use::$use, include_str!(concat!("assets/", $name)))
    };
}

/// The mount's own files.
const FILES: [File; 25] = [
    page!("login.html"),
    page!("signup.html"),
    page!("portal.html"),
    page!("dashboard.html"),
    page!("ward.html"),
    CHARTS,
    part!(PageStyle "smartz.css"),
    part!(PageScript "applications.js"),
    part!(PageScript "catalogue.js"),
    part!(PageScript "chosen.js"),
    part!(PageScript "dashboard.js"),
    part!(PageScript "devices.js"),
    part!(PageScript "listen.js"),
    part!(PageScript "login.js"),
    part!(PageScript "organisation.js"),
    part!(PageScript "portal.js"),
    part!(PageScript "resident.js"),
    part!(PageScript "session.js"),
    part!(PageScript "shell.js"),
    part!(PageScript "shown.js"),
    part!(PageScript "signup.js"),
    part!(PageScript "start.js"),
    part!(PageScript "subscriptions.js"),
    part!(PageScript "usage.js"),
    part!(PageScript "ward.js"),
];

static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets::new(&FILES));

/// Whether a path below the mount is a file's.
#[must_use]
pub fn has(path: &str) -> bool {
    path == chart_library::PATH || ASSETS.has(path)
}

/// Adds the files to the mount's scope.
pub fn routes(scope: Scope) -> Scope {
    let library = web::resource(chart_library::PATH).guard(guard::Get()).to(read_library);
    ASSETS.routes(scope).service(library)
}

async fn read_library(library: web::Data<ChartLibrary>, request: HttpRequest) -> HttpResponse {
    library.answer(&request).unwrap_or_else(|| Refusal::NotFound.error_response())
}
