//! Files of this mount that are the same for everybody: the SDK with its types (contract SS-51, SS-80, SS-88). Compiled in.
//!
//! The SDK is one file for script tags, CommonJS and bundlers. The module for browsers is that file between two lines, so that
//! there is one source of both.

use std::sync::LazyLock;

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, EntityTag, Header, IfNoneMatch, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, Scope, guard};
use sha2::{Digest, Sha256};

const SCRIPT: &str = "text/javascript; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// Other people's pages load these: they may be an hour old.
const FOR_AN_HOUR: &str = "public, max-age=3600";

/// In a module there is no `module`, by which the SDK tells CommonJS.
const SDK_MODULE: &str = concat!(
    "const module = { exports: {} };\n",
    include_str!("assets/js/smartscanpro-sdk.js"),
    "export default module.exports;\nexport const { SmartScanProError } = module.exports;\n",
);

/// Path below the mount, media type, for how long it may be kept, and content.
type File = (&'static str, &'static str, &'static str, &'static str);

/// All files.
const FILES: [File; 6] = [
    ("/js/smartscanpro-sdk.js", SCRIPT, FOR_AN_HOUR, include_str!("assets/js/smartscanpro-sdk.js")),
    ("/js/smartscanpro-sdk.mjs", SCRIPT, FOR_AN_HOUR, SDK_MODULE),
    ("/js/smartscanpro-sdk.d.ts", TEXT, FOR_AN_HOUR, include_str!("assets/js/smartscanpro-sdk.d.ts")),
    ("/js/smartscanpro-sdk.d.mts", TEXT, FOR_AN_HOUR, include_str!("assets/js/smartscanpro-sdk.d.mts")),
    ("/js/smartscanpro-capture.mjs", SCRIPT, FOR_AN_HOUR, include_str!("assets/js/smartscanpro-capture.mjs")),
    (
        "/js/smartscanpro-capture.d.mts",
        TEXT,
        FOR_AN_HOUR,
        include_str!("assets/js/smartscanpro-capture.d.mts"),
    ),
];

/// A file as it is served.
struct Asset {
    path: &'static str,
    media_type: &'static str,
    keep: &'static str,
    body: &'static str,
    tag: EntityTag,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let asset = |(path, media_type, keep, body): File| Asset { path, media_type, keep, body, tag: tag(body) };
    FILES.into_iter().map(asset).collect()
});

/// Weak, because the same file goes out compressed and plain (RFC 9110, 8.8.3.3).
fn tag(body: &str) -> EntityTag {
    let digest = hex::encode(Sha256::digest(body));
    EntityTag::new_weak(digest.chars().take(32).collect())
}

/// Whether a path below the mount is a file's.
#[must_use]
pub fn has(path: &str) -> bool {
    FILES.iter().any(|(file, ..)| *file == path)
}

/// Adds the files to the mount's scope.
pub fn routes(scope: Scope) -> Scope {
    ASSETS.iter().fold(scope, |scope, asset| {
        let answer = move |request: HttpRequest| async move { asset.answer(&request) };
        // As a guard, so that other methods are refused in the vendor's words.
        scope.service(web::resource(asset.path).guard(guard::Get()).to(answer))
    })
}

impl Asset {
    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let mut answer =
            if self.is_known(request) { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        answer.insert_header((CACHE_CONTROL, self.keep)).insert_header((ETAG, self.tag.to_string()));
        if self.is_known(request) {
            return answer.finish();
        }
        answer
            .insert_header((CONTENT_TYPE, self.media_type))
            .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
        answer.body(Bytes::from_static(self.body.as_bytes()))
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
