//! Files that are the same for everybody: pages with their scripts and styles, and what other people's pages load. They are compiled in.
//!
//! A vendor lists its files, and serves them below its mount. What pages of several vendors are made of is [`SHARED`]: each mount
//! serves it under its own address, so that a page has all that it needs below the mount.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, EntityTag, Header, IfNoneMatch,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, Scope, guard};
use sha2::{Digest, Sha256};

/// A page runs our scripts and styles alone, talks to this server alone, and is in nobody's frame. Pictures that are chosen and
/// documents that were fetched are shown from memory.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; \
    connect-src 'self'; frame-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What a file is for.
#[derive(Clone, Copy, Debug)]
pub enum Use {
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
    /// A text that people read.
    Text,
}

impl Use {
    fn media_type(self) -> &'static str {
        match self {
            Self::Script | Self::PageScript => "text/javascript; charset=utf-8",
            Self::Types | Self::Text => "text/plain; charset=utf-8",
            Self::Page => "text/html; charset=utf-8",
            Self::PageStyle => "text/css; charset=utf-8",
        }
    }

    /// What others load may be an hour old; the parts of a page must be of one version, so that a browser asks each time.
    fn keeping(self) -> &'static str {
        match self {
            Self::Script | Self::Types => "public, max-age=3600",
            Self::Page | Self::PageScript | Self::PageStyle | Self::Text => "no-cache",
        }
    }
}

/// Path below the mount, use and content.
pub type File = (&'static str, Use, &'static str);

/// What the pages of several vendors are made of: the style, scripts that make and change elements, and who is signed in.
pub const SHARED: [File; 5] = [
    ("/assets/pages.css", Use::PageStyle, include_str!("assets/pages.css")),
    ("/assets/dom.js", Use::PageScript, include_str!("assets/dom.js")),
    ("/assets/dialog.js", Use::PageScript, include_str!("assets/dialog.js")),
    ("/assets/page.js", Use::PageScript, include_str!("assets/page.js")),
    ("/assets/signed-in.js", Use::PageScript, include_str!("assets/signed-in.js")),
];

/// What pages have on which a picture is looked at, for those mounts that have some: the style, a picture on a canvas, and what moves it.
pub const VIEWER: [File; 4] = [
    ("/assets/viewer.css", Use::PageStyle, include_str!("assets/viewer.css")),
    ("/assets/canvas.js", Use::PageScript, include_str!("assets/canvas.js")),
    ("/assets/pointer.js", Use::PageScript, include_str!("assets/pointer.js")),
    ("/assets/keyboard.js", Use::PageScript, include_str!("assets/keyboard.js")),
];

/// The script by which pages draw charts, for those mounts that have some.
pub const CHARTS: File = ("/assets/charts.js", Use::PageScript, include_str!("assets/charts.js"));

/// A file as it is served.
#[derive(Debug)]
pub struct Asset {
    path: &'static str,
    what: Use,
    body: Bytes,
    tag: EntityTag,
}

impl Asset {
    /// The file at this path below a mount.
    #[must_use]
    pub fn new(path: &'static str, what: Use, body: Bytes) -> Self {
        // Weak, because the same file goes out compressed and plain (RFC 9110, 8.8.3.3).
        let digest = hex::encode(Sha256::digest(&body));
        Self { path, what, body, tag: EntityTag::new_weak(digest.chars().take(32).collect()) }
    }

    /// The file, or that the client has it already.
    #[must_use]
    pub fn answer(&self, request: &HttpRequest) -> HttpResponse {
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

/// The files of a mount.
#[derive(Debug)]
pub struct Assets(Vec<Asset>);

impl Assets {
    /// Those that are shared, and these.
    #[must_use]
    pub fn new(own: &[File]) -> Self {
        let asset = |(path, what, body): &File| Asset::new(path, *what, Bytes::from_static(body.as_bytes()));
        Self(SHARED.iter().chain(own).map(asset).collect())
    }

    /// Whether a path below the mount is a file's.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.0.iter().any(|asset| asset.path == path)
    }

    /// Adds the files to a mount's scope.
    pub fn routes(&'static self, scope: Scope) -> Scope {
        self.0.iter().fold(scope, |scope, asset| {
            let answer = move |request: HttpRequest| async move { asset.answer(&request) };
            // As a guard, so that other methods are refused in the vendor's words.
            scope.service(web::resource(asset.path).guard(guard::Get()).to(answer))
        })
    }
}
