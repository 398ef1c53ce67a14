//! Files of this mount that are the same for everybody: the SDK with its types (contract SS-80, SS-88) and the pages (SS-51).
//! They are compiled in, but for the library that draws charts, which set-up fetches.
//!
//! The SDK is one file for script tags, CommonJS and bundlers. The module for browsers is that file between two lines, so that
//! there is one source of both.

use std::sync::LazyLock;

use actix_web::{HttpRequest, HttpResponse, ResponseError, Scope, guard, web};

use super::errors::Refusal;
use crate::http::assets::{Assets, CHARTS, File, Use};
use crate::http::chart_library::{self, ChartLibrary};

/// In a module there is no `module`, by which the SDK tells CommonJS.
const SDK_MODULE: &str = concat!(
    "const module = { exports: {} };\n",
    include_str!("assets/js/smartscanpro-sdk.js"),
    "export default module.exports;\nexport const { SmartScanProError } = module.exports;\n",
);

/// A file of the pages, by what it is called here and there.
macro_rules! part {
    ($use:ident $name:literal) => {
        (concat!("/assets/", $name), Use::$use, include_str!(concat!("assets/pages/", $name)))
    };
}

/// The mount's own files.
const FILES: [File; 21] = [
    ("/js/smartscanpro-sdk.js", Use::Script, include_str!("assets/js/smartscanpro-sdk.js")),
    ("/js/smartscanpro-sdk.mjs", Use::Script, SDK_MODULE),
    ("/js/smartscanpro-sdk.d.ts", Use::Types, include_str!("assets/js/smartscanpro-sdk.d.ts")),
    ("/js/smartscanpro-sdk.d.mts", Use::Types, include_str!("assets/js/smartscanpro-sdk.d.mts")),
    ("/js/smartscanpro-capture.mjs", Use::Script, include_str!("assets/js/smartscanpro-capture.mjs")),
    ("/js/smartscanpro-capture.d.mts", Use::Types, include_str!("assets/js/smartscanpro-capture.d.mts")),
    ("/login.html", Use::Page, include_str!("assets/pages/login.html")),
    ("/register.html", Use::Page, include_str!("assets/pages/register.html")),
    ("/dashboard.html", Use::Page, include_str!("assets/pages/dashboard.html")),
    CHARTS,
    part!(PageScript "dashboard.js"),
    part!(PageScript "fhir.js"),
    part!(PageScript "keys.js"),
    part!(PageScript "login.js"),
    part!(PageScript "marks.js"),
    part!(PageScript "overview.js"),
    part!(PageScript "projects.js"),
    part!(PageScript "register.js"),
    part!(PageScript "scans.js"),
    part!(PageScript "session.js"),
    part!(PageScript "try-it.js"),
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
    library.answer(&request).unwrap_or_else(|| Refusal::UnknownAddress.error_response())
}
