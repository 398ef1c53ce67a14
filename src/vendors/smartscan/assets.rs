//! Files of this mount that are the same for everybody: the SDK with its types (contract SS-80, SS-88) and the pages (SS-51).
//! They are compiled in, but for the library that draws charts, which set-up fetches.
//!
//! The SDK is one file for script tags, CommonJS and bundlers. The module for browsers is that file between two lines, so that
//! there is one source of both.

mod chart_library;

use std::sync::LazyLock;

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, EntityTag, Header, IfNoneMatch,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, Scope, guard};
use sha2::{Digest, Sha256};

pub use chart_library::ChartLibrary;

/// In a module there is no `module`, by which the SDK tells CommonJS.
const SDK_MODULE: &str = concat!(
    "const module = { exports: {} };\n",
    include_str!("assets/js/smartscanpro-sdk.js"),
    "export default module.exports;\nexport const { SmartScanProError } = module.exports;\n",
);

/// A page runs our scripts and styles alone, talks to this server alone, and is in nobody's frame. Pictures that are chosen are
/// shown from memory.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What a file is for.
#[derive(Clone, Copy)]
enum Use {
    /// A script that other people's pages load.
    Script,
    /// Types for those who write in TypeScript.
    Types,
    /// A page.
    Page,
    /// A script of our pages.
    PageScript,
    /// The style of our pages.
    PageStyle,
}

impl Use {
    fn media_type(self) -> &'static str {
        match self {
            Self::Script | Self::PageScript => "text/javascript; charset=utf-8",
            Self::Types => "text/plain; charset=utf-8",
            Self::Page => "text/html; charset=utf-8",
            Self::PageStyle => "text/css; charset=utf-8",
        }
    }

    /// What others load may be an hour old; the parts of a page must be of one version, so that a browser asks each time.
    fn keeping(self) -> &'static str {
        match self {
            Self::Script | Self::Types => "public, max-age=3600",
            Self::Page | Self::PageScript | Self::PageStyle => "no-cache",
        }
    }
}

/// Path below the mount, use and content.
type File = (&'static str, Use, &'static str);

/// A file of the pages, by what it is called here and there.
macro_rules! part {
    ($use:ident $name:literal) => {
        (concat!("/assets/", $name), Use::$use, include_str!(concat!("assets/pages/", $name)))
    };
}

/// All files.
const FILES: [File; 23] = [
    ("/js/smartscanpro-sdk.js", Use::Script, include_str!("assets/js/smartscanpro-sdk.js")),
    ("/js/smartscanpro-sdk.mjs", Use::Script, SDK_MODULE),
    ("/js/smartscanpro-sdk.d.ts", Use::Types, include_str!("assets/js/smartscanpro-sdk.d.ts")),
    ("/js/smartscanpro-sdk.d.mts", Use::Types, include_str!("assets/js/smartscanpro-sdk.d.mts")),
    ("/js/smartscanpro-capture.mjs", Use::Script, include_str!("assets/js/smartscanpro-capture.mjs")),
    ("/js/smartscanpro-capture.d.mts", Use::Types, include_str!("assets/js/smartscanpro-capture.d.mts")),
    ("/login.html", Use::Page, include_str!("assets/pages/login.html")),
    ("/register.html", Use::Page, include_str!("assets/pages/register.html")),
    ("/dashboard.html", Use::Page, include_str!("assets/pages/dashboard.html")),
    part!(PageStyle "pages.css"),
    part!(PageScript "charts.js"),
    part!(PageScript "dashboard.js"),
    part!(PageScript "dom.js"),
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

/// A file as it is served.
struct Asset {
    path: &'static str,
    what: Use,
    body: Bytes,
    tag: EntityTag,
}

impl Asset {
    fn new(path: &'static str, what: Use, body: Bytes) -> Self {
        // Weak, because the same file goes out compressed and plain (RFC 9110, 8.8.3.3).
        let digest = hex::encode(Sha256::digest(&body));
        Self { path, what, body, tag: EntityTag::new_weak(digest.chars().take(32).collect()) }
    }
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let asset = |(path, what, body): File| Asset::new(path, what, Bytes::from_static(body.as_bytes()));
    FILES.into_iter().map(asset).collect()
});

/// Whether a path below the mount is a file's.
#[must_use]
pub fn has(path: &str) -> bool {
    path == chart_library::PATH || FILES.iter().any(|(file, ..)| *file == path)
}

/// Adds the files to the mount's scope.
pub fn routes(scope: Scope) -> Scope {
    let scope = ASSETS.iter().fold(scope, |scope, asset| {
        let answer = move |request: HttpRequest| async move { asset.answer(&request) };
        // As a guard, so that other methods are refused in the vendor's words.
        scope.service(web::resource(asset.path).guard(guard::Get()).to(answer))
    });
    scope.service(web::resource(chart_library::PATH).guard(guard::Get()).to(chart_library::read))
}

impl Asset {
    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        if self.is_known(request) {
            return self.headed(HttpResponse::NotModified()).finish();
        }
        let mut answer = self.headed(HttpResponse::Ok());
        answer.insert_header((CONTENT_TYPE, self.what.media_type()));
        answer.insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
        if let Use::Page = self.what {
            answer.insert_header((CONTENT_SECURITY_POLICY, PAGE_POLICY));
            answer.insert_header((REFERRER_POLICY, "no-referrer"));
            answer.insert_header((X_FRAME_OPTIONS, "DENY"));
        }
        answer.body(self.body.clone())
    }

    fn headed(&self, mut answer: HttpResponseBuilder) -> HttpResponseBuilder {
        answer
            .insert_header((CACHE_CONTROL, self.what.keeping()))
            .insert_header((ETAG, self.tag.to_string()));
        answer
    }

    /// Whether the client has the file already.
    fn is_known(&self, request: &HttpRequest) -> bool {
        match IfNoneMatch::parse(request) {
            Ok(IfNoneMatch::Any) => true,
            Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(&self.tag)),
            Err(_) => false,
        }
    }
}
