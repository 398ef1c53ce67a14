//! Files of this mount that are the same for everybody: the pages, and the cards of the models that look at scans. They are compiled in.

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

/// The card of a model.
macro_rules! card {
    ($name:literal) => {
        (
            concat!("/models/", $name, ".md"),
            Use::Text,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/models/", $name, "/card.md")),
        )
    };
}

/// The mount's own files.
const OWN: [File; 24] = [
    page!("login.html"),
    page!("worklist.html"),
    page!("viewer.html"),
    page!("admin.html"),
    page!("card.html"),
    part!(PageStyle "imagemedix.css"),
    part!(PageScript "admin.js"),
    part!(PageScript "annotations.js"),
    part!(PageScript "card.js"),
    part!(PageScript "compare.js"),
    part!(PageScript "finding.js"),
    part!(PageScript "login.js"),
    part!(PageScript "overlay.js"),
    part!(PageScript "report.js"),
    part!(PageScript "session.js"),
    part!(PageScript "shell.js"),
    part!(PageScript "upload.js"),
    part!(PageScript "users.js"),
    part!(PageScript "viewer.js"),
    part!(PageScript "webhooks.js"),
    part!(PageScript "worklist.js"),
    card!("brain-mri"),
    card!("chest-xray"),
    card!("image-router"),
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

/// Where the card of a model is below the mount; none where there is none of that name.
#[must_use]
pub fn card(model: &str) -> Option<String> {
    let path = format!("/models/{model}.md");
    has(&path).then_some(path)
}
