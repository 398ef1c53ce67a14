//! The pages of this mount, which are the same for everybody. They are compiled in, and are clients of this surface's API like any other.

use std::sync::LazyLock;

use actix_web::Scope;

use crate::http::assets::{Assets, File, Use, VIEWER};

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

const OWN: [File; 18] = [
    page!("login.html"),
    page!("studies.html"),
    page!("study.html"),
    page!("keys.html"),
    part!(PageStyle "hemato.css"),
    part!(PageScript "boxes.js"),
    part!(PageScript "corrected.js"),
    part!(PageScript "fields.js"),
    part!(PageScript "gallery.js"),
    part!(PageScript "keys.js"),
    part!(PageScript "login.js"),
    part!(PageScript "pictures.js"),
    part!(PageScript "report.js"),
    part!(PageScript "session.js"),
    part!(PageScript "shell.js"),
    part!(PageScript "studies.js"),
    part!(PageScript "study.js"),
    part!(PageScript "upload.js"),
];

static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets::new(&[&OWN[..], &VIEWER[..]].concat()));

/// Whether a path below the mount is a file's.
#[must_use]
pub fn has(path: &str) -> bool {
    ASSETS.has(path)
}

/// Adds the files to the mount's scope.
pub fn routes(scope: Scope) -> Scope {
    ASSETS.routes(scope)
}
